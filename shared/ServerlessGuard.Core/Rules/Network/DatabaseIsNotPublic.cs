using ServerlessGuard.Facts;
using ServerlessGuard.Settings;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Rules.Network;

/// <summary>A managed database does not answer on the public internet.</summary>
public sealed class DatabaseIsNotPublic : Rule<DatabaseNetworkFacts>
{
    public override FactsKind Kind => FactsKind.DatabaseNetwork;

    public override RuleDescriptor Descriptor { get; } = new()
    {
        Id = "SG-NET-002",
        Title = "Managed database answers on the public internet",
        Severity = Severity.High,
        Risk = "Feature stores and customer data end up one password away from anyone.",
        Remediation = Remediations.ClosePublicDatabase,
    };

    protected override Verdict Evaluate(DatabaseNetworkFacts facts, RuleSettings settings) => facts.Public.Value switch
    {
        true when facts.PortOpen is { } open =>
            Verdict.NonCompliant("The database is public, and a security group lets the internet in.", facts.Public.Evidence, open)
            .At(Severity.Critical),
        true => Verdict.NonCompliant("The database answers on the public internet.", facts.Public.Evidence),
        false => Verdict.Compliant,
        null => facts.Public.Insufficient,
    };
}
