using ServerlessGuard.Resources;

namespace ServerlessGuard.Facts;

/// <summary>Whether somebody else than the approved identity providers may say who a caller is.</summary>
public sealed record IdentityProviderFacts(ResourceRef Subject) : SubjectFacts(Subject)
{
    public override FactsKind Kind => FactsKind.IdentityProvider;

    public required Fact Unapproved { get; init; }

    /// <summary>Nothing trusts it any more.</summary>
    public required Fact LeftOver { get; init; }

    /// <summary>An administrator's role trusts it.</summary>
    public bool IsTrustedByAdministrator { get; init; }
}
