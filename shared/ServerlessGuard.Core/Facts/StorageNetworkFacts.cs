using ServerlessGuard.Resources;

namespace ServerlessGuard.Facts;

/// <summary>From where a storage account can be reached.</summary>
public sealed record StorageNetworkFacts(ResourceRef Subject) : SubjectFacts(Subject)
{
    public override FactsKind Kind => FactsKind.StorageNetwork;

    public required Fact OpenToEveryNetwork { get; init; }

    /// <summary>A key that works from everywhere needs no second flaw.</summary>
    public required bool SharedKeyAllowed { get; init; }
}
