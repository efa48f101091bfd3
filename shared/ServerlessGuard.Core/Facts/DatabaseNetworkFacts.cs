using ServerlessGuard.Resources;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Facts;

/// <summary>Whether a managed database answers on the public internet.</summary>
public sealed record DatabaseNetworkFacts(ResourceRef Subject) : SubjectFacts(Subject)
{
    public override FactsKind Kind => FactsKind.DatabaseNetwork;

    public required Fact Public { get; init; }

    /// <summary>An attached security group of the scan leaves the engine's port open as well.</summary>
    public Evidence? PortOpen { get; init; }
}
