using ServerlessGuard.Resources;

namespace ServerlessGuard.Facts;

/// <summary>The age and use of long-lived credentials of one holder.</summary>
public sealed record StaticCredentialFacts(ResourceRef Subject) : SubjectFacts(Subject)
{
    public override FactsKind Kind => FactsKind.StaticCredential;

    /// <summary>Some credential is old, unused, doubled or valid for too long.</summary>
    public required Fact Stale { get; init; }

    /// <summary>The only fault is that a credential expired.</summary>
    public bool OnlyExpired { get; init; }

    public bool Administrator { get; init; }
}
