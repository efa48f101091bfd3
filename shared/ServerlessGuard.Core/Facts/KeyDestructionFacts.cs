using ServerlessGuard.Resources;

namespace ServerlessGuard.Facts;

/// <summary>Whether key material can be, or is about to be, destroyed.</summary>
public sealed record KeyDestructionFacts(ResourceRef Subject) : SubjectFacts(Subject)
{
    public override FactsKind Kind => FactsKind.KeyDestruction;

    public required Fact Protected { get; init; }

    /// <summary>Destruction is scheduled, not just possible.</summary>
    public required bool Scheduled { get; init; }

    /// <summary>Nothing keeps a deleted vault for a while, either.</summary>
    public bool IsGoneAtOnce { get; init; }
}
