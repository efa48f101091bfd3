using ServerlessGuard.Facts;
using ServerlessGuard.Settings;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Rules.Storage;

/// <summary>Objects are copied to accounts and tenants of our own only.</summary>
public sealed class ObjectsStayWithUs : Rule<ReplicationFacts>
{
    public override FactsKind Kind => FactsKind.Replication;

    public override RuleDescriptor Descriptor { get; } = new()
    {
        Id = "SG-STOR-007",
        Title = "Objects are copied to an account or tenant we do not own",
        Severity = Severity.Critical,
        Risk = "Replication hands every new object to its other owner, for as long as nobody looks, and no download shows it.",
        Remediation = Remediations.ForbidForeignReplication,
    };

    protected override Verdict Evaluate(ReplicationFacts facts, RuleSettings settings) =>
        (facts.CopiedAway.Value, facts.MayBeCopiedAway.Value) switch
        {
            (true, _) => Verdict.NonCompliant("New objects are copied to an owner that is not ours.", facts.CopiedAway.Evidence),
            (null, _) => facts.CopiedAway.Insufficient,
            (false, true) => Verdict.NonCompliant("A policy may copy the objects into another tenant.", facts.MayBeCopiedAway.Evidence)
                .At(Severity.Medium),
            (false, false) => Verdict.Compliant,
            (false, null) => facts.MayBeCopiedAway.Insufficient,
        };
}
