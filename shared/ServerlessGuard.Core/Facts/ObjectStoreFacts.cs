using ServerlessGuard.Resources;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Facts;

/// <summary>Who can reach the objects of a bucket or a storage account without being known.</summary>
public sealed record ObjectStoreFacts(ResourceRef Subject) : SubjectFacts(Subject)
{
    public override FactsKind Kind => FactsKind.ObjectStore;

    /// <summary>Somebody who is not known can read or list objects.</summary>
    public required Fact ReadableByAnyone { get; init; }

    /// <summary>Somebody who is not known can write or delete objects.</summary>
    public required Fact WritableByAnyone { get; init; }

    /// <summary>A public read grant that a block neutralises today.</summary>
    public Evidence? LatentRead { get; init; }

    /// <summary>A public write grant that a block neutralises today.</summary>
    public Evidence? LatentWrite { get; init; }
}
