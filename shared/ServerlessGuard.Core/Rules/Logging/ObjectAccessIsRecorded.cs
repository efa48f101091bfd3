using ServerlessGuard.Facts;
using ServerlessGuard.Settings;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Rules.Logging;

/// <summary>Reads and writes of objects are recorded.</summary>
public sealed class ObjectAccessIsRecorded : Rule<ObjectAccessLogFacts>
{
    public override FactsKind Kind => FactsKind.ObjectAccessLog;

    public override RuleDescriptor Descriptor { get; } = new()
    {
        Id = "SG-LOG-003",
        Title = "Object access is not recorded",
        Severity = Severity.Medium,
        Risk = "Without access records nobody can tell how large a leak was.",
        Remediation = Remediations.RecordObjectAccess,
    };

    protected override Verdict Evaluate(ObjectAccessLogFacts facts, RuleSettings settings) =>
        facts.Recorded.Requires("The extent of a leak could not be determined.");
}
