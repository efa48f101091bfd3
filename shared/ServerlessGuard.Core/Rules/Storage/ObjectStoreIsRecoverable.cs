using ServerlessGuard.Facts;
using ServerlessGuard.Settings;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Rules.Storage;

/// <summary>Deleted or encrypted objects can be brought back.</summary>
public sealed class ObjectStoreIsRecoverable : Rule<RecoveryFacts>
{
    public override FactsKind Kind => FactsKind.Recovery;

    public override RuleDescriptor Descriptor { get; } = new()
    {
        Id = "SG-STOR-008",
        Title = "Object store cannot be recovered after deletion or encryption",
        Severity = Severity.Medium,
        Risk = "Ransom and mistakes are final without versions or soft delete.",
        Remediation = Remediations.EnableRecovery,
    };

    protected override Verdict Evaluate(RecoveryFacts facts, RuleSettings settings) =>
        facts.Recoverable.Requires("What is deleted or overwritten is gone.");
}
