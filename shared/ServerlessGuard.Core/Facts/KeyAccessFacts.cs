using ServerlessGuard.Resources;

namespace ServerlessGuard.Facts;

/// <summary>Whether strangers may use a key or reach a vault.</summary>
public sealed record KeyAccessFacts(ResourceRef Subject) : SubjectFacts(Subject)
{
    public override FactsKind Kind => FactsKind.KeyAccess;

    /// <summary>Somebody outside may use or administer the key.</summary>
    public required Fact OpenToOutsiders { get; init; }

    /// <summary>A network position only: a credential is needed as well.</summary>
    public required bool NetworkOnly { get; init; }
}
