using ServerlessGuard.Resources;

namespace ServerlessGuard.Facts.Aws;

/// <summary>One trail, waiting for the other trails of its account: one good trail is enough for all.</summary>
public sealed record AuditTrailJoin(ResourceRef Subject, TrailFacts Trail) : JoinedFacts(Subject)
{
    public override FactsKind Kind => FactsKind.AuditTrail;

    public override SubjectFacts Complete(Neighbours neighbours)
    {
        var recorded = Trail.Complete & Trail.Logging;
        foreach (var other in neighbours.Of<TrailFacts>(Subject.Account).Where(other => other.Subject.Key != Subject.Key))
        {
            recorded |= other.Complete & other.Logging;
        }

        return new AuditTrailFacts(Subject) { Recorded = recorded };
    }
}
