using ServerlessGuard.Resources;

namespace ServerlessGuard.Facts;

/// <summary>Where a resource lives and what class of data it holds.</summary>
public sealed record ResidencyFacts(ResourceRef Subject) : SubjectFacts(Subject)
{
    public override FactsKind Kind => FactsKind.Residency;

    public required string? Region { get; init; }
    public required string? DataClass { get; init; }
}
