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

        // Whether a bucket alone is public can be said without the account's block; whether the account has one cannot.
        return new AccessBoundaryFacts(Subject)
        {
            Blocked = neighbours.Has<AccountLevelFacts>(Subject.Id)
                ? AccountBlockFacts.Of(Subject.Id, neighbours).IgnorePublicAcls
                : Fact.Unknown(AccountBlockFacts.Path(Subject.Id), "the account's public access block is not in the scan"),
        };
    }
}
