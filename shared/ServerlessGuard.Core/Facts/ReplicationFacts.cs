using ServerlessGuard.Resources;

namespace ServerlessGuard.Facts;

/// <summary>Whether the objects of a bucket or a storage account are copied to an owner that is not ours.</summary>
public sealed record ReplicationFacts(ResourceRef Subject) : SubjectFacts(Subject)
{
    public override FactsKind Kind => FactsKind.Replication;

    /// <summary>A rule or policy that is in force copies to a stranger.</summary>
    public required Fact CopiedAway { get; init; }

    /// <summary>Nothing is copied to a stranger, but a switch of the store lets that begin.</summary>
    public required Fact MayBeCopiedAway { get; init; }
}
