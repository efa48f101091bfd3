using ServerlessGuard.Resources;

namespace ServerlessGuard.Facts;

/// <summary>Whether a key is rotated by itself.</summary>
public sealed record KeyRotationFacts(ResourceRef Subject) : SubjectFacts(Subject)
{
    public override FactsKind Kind => FactsKind.KeyRotation;

    public required Fact Rotates { get; init; }
}
