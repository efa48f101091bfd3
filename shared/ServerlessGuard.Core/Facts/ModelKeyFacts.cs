using ServerlessGuard.Resources;

namespace ServerlessGuard.Facts;

/// <summary>Whether a model service accepts a static key.</summary>
public sealed record ModelKeyFacts(ResourceRef Subject) : SubjectFacts(Subject)
{
    public override FactsKind Kind => FactsKind.ModelKey;

    public required Fact AcceptsStaticKey { get; init; }

    /// <summary>The key never expires.</summary>
    public bool NeverExpires { get; init; }
}
