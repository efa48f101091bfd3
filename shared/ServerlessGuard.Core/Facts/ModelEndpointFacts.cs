using ServerlessGuard.Resources;

namespace ServerlessGuard.Facts;

/// <summary>From where a model can be called.</summary>
public sealed record ModelEndpointFacts(ResourceRef Subject) : SubjectFacts(Subject)
{
    public override FactsKind Kind => FactsKind.ModelEndpoint;

    public required Fact ReachableFromAnyNetwork { get; init; }
}
