using ServerlessGuard.Resources;

namespace ServerlessGuard.Facts;

/// <summary>Which management or database ports a security group leaves open to the internet.</summary>
public sealed record NetworkExposureFacts(ResourceRef Subject) : SubjectFacts(Subject)
{
    public override FactsKind Kind => FactsKind.NetworkExposure;

    public required Fact AdminPortsOpen { get; init; }

    /// <summary>All ports, not just one.</summary>
    public bool EveryPort { get; init; }

    /// <summary>Something uses the group; null when the document does not say.</summary>
    public bool? Attached { get; init; }
}
