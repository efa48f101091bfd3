using ServerlessGuard.Resources;

namespace ServerlessGuard.Facts;

/// <summary>Whether a person signs in with an account that the corporate identity provider does not control.</summary>
public sealed record HumanAccessFacts(ResourceRef Subject) : SubjectFacts(Subject)
{
    public override FactsKind Kind => FactsKind.HumanAccess;

    public required Fact OutsideIdentityProvider { get; init; }

    public bool Administrator { get; init; }
}
