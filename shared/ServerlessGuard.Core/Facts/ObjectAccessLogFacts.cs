using ServerlessGuard.Resources;

namespace ServerlessGuard.Facts;

/// <summary>Whether reads and writes of objects are recorded.</summary>
public sealed record ObjectAccessLogFacts(ResourceRef Subject) : SubjectFacts(Subject)
{
    public override FactsKind Kind => FactsKind.ObjectAccessLog;

    public required Fact Recorded { get; init; }
}
