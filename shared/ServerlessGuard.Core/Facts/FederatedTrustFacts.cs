using ServerlessGuard.Resources;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Facts;

/// <summary>How exactly a trust in a foreign token issuer names its caller.</summary>
public sealed record FederatedTrustFacts(ResourceRef Subject) : SubjectFacts(Subject)
{
    public override FactsKind Kind => FactsKind.FederatedTrust;

    /// <summary>Subject and audience are pinned.</summary>
    public required Fact Pinned { get; init; }

    /// <summary>How wide the trust is, where it is not pinned.</summary>
    public Severity? Breadth { get; init; }
}
