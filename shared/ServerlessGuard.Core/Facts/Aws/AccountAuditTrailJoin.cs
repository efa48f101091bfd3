using ServerlessGuard.Resources;

namespace ServerlessGuard.Facts.Aws;

/// <summary>An account of whose settings the scan holds something, but no trail.</summary>
public sealed record AccountAuditTrailJoin(ResourceRef Subject) : JoinedFacts(Subject)
{
    public override FactsKind Kind => FactsKind.AuditTrail;

    public override bool IsShared => true;

    public override SubjectFacts? Complete(Neighbours neighbours) => neighbours.Has<TrailFacts>(Subject.Id)
        ? null
        : new AuditTrailFacts(Subject) { Recorded = Fact.Unknown("AWS::CloudTrail::Trail", "no trail of the account is in the scan") };
}
