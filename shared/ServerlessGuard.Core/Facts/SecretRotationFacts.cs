using ServerlessGuard.Resources;

namespace ServerlessGuard.Facts;

/// <summary>Whether a stored secret is replaced in time.</summary>
public sealed record SecretRotationFacts(ResourceRef Subject) : SubjectFacts(Subject)
{
    public override FactsKind Kind => FactsKind.SecretRotation;

    public required Fact Replaced { get; init; }
}
