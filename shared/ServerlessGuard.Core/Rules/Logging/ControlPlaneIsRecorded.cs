using ServerlessGuard.Facts;
using ServerlessGuard.Settings;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Rules.Logging;

/// <summary>Every change of the control plane is recorded and exported.</summary>
public sealed class ControlPlaneIsRecorded : Rule<AuditTrailFacts>
{
    public override FactsKind Kind => FactsKind.AuditTrail;

    public override RuleDescriptor Descriptor { get; } = new()
    {
        Id = "SG-LOG-001",
        Title = "Control-plane audit trail is missing or weakened",
        Severity = Severity.High,
        Risk = "Without a trail there is no timeline, so it is the first thing an intruder turns off.",
        Remediation = Remediations.RestoreAuditTrail,
    };

    protected override Verdict Evaluate(AuditTrailFacts facts, RuleSettings settings) =>
        facts.Recorded.Requires("Changes leave no trace: there is no timeline.");
}
