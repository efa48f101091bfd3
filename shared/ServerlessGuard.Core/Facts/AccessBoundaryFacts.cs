using ServerlessGuard.Resources;

namespace ServerlessGuard.Facts;

/// <summary>The switch that keeps every object private whatever is granted below it.</summary>
public sealed record AccessBoundaryFacts(ResourceRef Subject) : SubjectFacts(Subject)
{
    public override FactsKind Kind => FactsKind.AccessBoundary;

    public required Fact Blocked { get; init; }
}
