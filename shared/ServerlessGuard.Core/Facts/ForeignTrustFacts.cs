using ServerlessGuard.Resources;

namespace ServerlessGuard.Facts;

/// <summary>Whether a role or a subscription is open to an account or tenant that is not ours.</summary>
public sealed record ForeignTrustFacts(ResourceRef Subject) : SubjectFacts(Subject)
{
    public override FactsKind Kind => FactsKind.ForeignTrust;

    public required Fact OpenToForeigners { get; init; }

    /// <summary>A tenant that is approved, with more rights than it should have.</summary>
    public bool Known { get; init; }
}
