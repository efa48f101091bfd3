using ServerlessGuard.Resources;

namespace ServerlessGuard.Facts;

/// <summary>Whether a storage account accepts its own keys beside the identity provider.</summary>
public sealed record SharedKeyFacts(ResourceRef Subject) : SubjectFacts(Subject)
{
    public override FactsKind Kind => FactsKind.SharedKey;

    public required Fact SharedKeyAllowed { get; init; }
}
