using ServerlessGuard.Resources;

namespace ServerlessGuard.Facts;

/// <summary>Whether rights are given to one person instead of a group.</summary>
public sealed record PersonalGrantFacts(ResourceRef Subject) : SubjectFacts(Subject)
{
    public override FactsKind Kind => FactsKind.PersonalGrant;

    public required Fact Direct { get; init; }

    /// <summary>They reach the whole account or subscription.</summary>
    public bool IsBroad { get; init; }
}
