using ServerlessGuard.Resources;

namespace ServerlessGuard.Facts.Aws;

/// <summary>One trail, waiting for the other trails of its account: one good trail is enough for all.</summary>
public sealed record AuditTrailJoin(ResourceRef Subject, TrailFacts Trail) : JoinedFacts(Subject)
{
    public override FactsKind Kind => FactsKind.AuditTrail;

    public override SubjectFacts Complete(Neighbours neighbours)
    {
        var any = neighbours.Once("trails of " + Subject.Account, () =>
        {
            var recorded = Fact.False("trails", "none");
            foreach (var trail in TrailFacts.Of(Subject.Account, neighbours))
            {
                recorded |= trail.Complete & trail.Logging;
            }

            return recorded;
        });
        return new AuditTrailFacts(Subject) { Recorded = (Trail.Complete & Trail.Logging) | any };
    }
}
