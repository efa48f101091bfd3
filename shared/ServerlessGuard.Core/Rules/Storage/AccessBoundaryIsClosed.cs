using ServerlessGuard.Facts;
using ServerlessGuard.Settings;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Rules.Storage;

/// <summary>The outer switch keeps every object private whatever is granted below it.</summary>
public sealed class AccessBoundaryIsClosed : Rule<AccessBoundaryFacts>
{
    public override FactsKind Kind => FactsKind.AccessBoundary;

    public override RuleDescriptor Descriptor { get; } = new()
    {
        Id = "SG-STOR-003",
        Title = "Public object access is not blocked at the outer boundary",
        Severity = Severity.Medium,
        Risk = "Without the outer switch one careless grant is enough to publish data.",
        Remediation = Remediations.CloseAccessBoundary,
    };

    protected override Verdict Evaluate(AccessBoundaryFacts facts, RuleSettings settings) =>
        facts.Blocked.Requires("Nothing stops the next careless grant from publishing data.");
}
