using ServerlessGuard.Resources;

namespace ServerlessGuard.Facts;

/// <summary>Whether a database is encrypted at rest.</summary>
public sealed record DatabaseEncryptionFacts(ResourceRef Subject) : SubjectFacts(Subject)
{
    public override FactsKind Kind => FactsKind.DatabaseEncryption;

    public required Fact Encrypted { get; init; }
}
