using ServerlessGuard.Resources;

namespace ServerlessGuard.Facts;

/// <summary>Whether deleted or overwritten objects can be brought back.</summary>
public sealed record RecoveryFacts(ResourceRef Subject) : SubjectFacts(Subject)
{
    public override FactsKind Kind => FactsKind.Recovery;

    public required Fact Recoverable { get; init; }
}
