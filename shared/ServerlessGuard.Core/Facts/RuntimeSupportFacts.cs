using ServerlessGuard.Resources;

namespace ServerlessGuard.Facts;

/// <summary>Whether the runtime that a function runs on still gets fixes.</summary>
public sealed record RuntimeSupportFacts(ResourceRef Subject) : SubjectFacts(Subject)
{
    public override FactsKind Kind => FactsKind.RuntimeSupport;

    public required Fact Supported { get; init; }
}
