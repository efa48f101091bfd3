using ServerlessGuard.Resources;

namespace ServerlessGuard.Facts.Aws;

/// <summary>An account whose public access block item is not in the scan itself.</summary>
public sealed record AccountBoundaryJoin(ResourceRef Subject) : JoinedFacts(Subject)
{
    public override FactsKind Kind => FactsKind.AccessBoundary;

    public override bool IsShared => true;

    public override SubjectFacts? Complete(Neighbours neighbours)
    {
        if (neighbours.Has<AccountBlockFacts>(Subject.Id))
        {
            return null;
        }

        var (acls, _) = AccountBlockFacts.Of(Subject.Id, neighbours);
        return new AccessBoundaryFacts(Subject) { Blocked = acls };
    }
}
