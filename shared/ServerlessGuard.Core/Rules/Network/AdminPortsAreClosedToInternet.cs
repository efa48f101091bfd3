using ServerlessGuard.Facts;
using ServerlessGuard.Settings;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Rules.Network;

/// <summary>No management or database port is open to the internet.</summary>
public sealed class AdminPortsAreClosedToInternet : Rule<NetworkExposureFacts>
{
    public override FactsKind Kind => FactsKind.NetworkExposure;

    public override RuleDescriptor Descriptor { get; } = new()
    {
        Id = "SG-NET-001",
        Title = "Management or database ports are open to the internet",
        Severity = Severity.High,
        Risk = "Remote-admin and data ports are scanned within minutes.",
        Remediation = Remediations.CloseAdminPorts,
    };

    protected override Verdict Evaluate(NetworkExposureFacts facts, RuleSettings settings) => facts.AdminPortsOpen.Value switch
    {
        true => Verdict.NonCompliant("A management or database port is open to the internet.", facts.AdminPortsOpen.Evidence)
            .At(facts switch
        {
            { Attached: false } => Severity.Low,
            { EveryPort: true } => Severity.Critical,
            _ => Descriptor.Severity,
        }),
        false => Verdict.Compliant,
        null => facts.AdminPortsOpen.Insufficient,
    };
}
