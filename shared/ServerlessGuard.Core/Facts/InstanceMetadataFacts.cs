using ServerlessGuard.Resources;

namespace ServerlessGuard.Facts;

/// <summary>How an instance answers metadata requests.</summary>
public sealed record InstanceMetadataFacts(ResourceRef Subject) : SubjectFacts(Subject)
{
    public override FactsKind Kind => FactsKind.InstanceMetadata;

    /// <summary>Session tokens are required, or the endpoint is off.</summary>
    public required Fact TokensRequired { get; init; }

    /// <summary>There is a role to steal.</summary>
    public required bool HasRole { get; init; }
}
