using System.Collections.Immutable;
using ServerlessGuard.Resources;
using ServerlessGuard.Settings;

namespace ServerlessGuard.Facts;

/// <summary>What the tags of a resource, of whatever type, ask the guard for.</summary>
public sealed record TagClaimFacts(ResourceRef Subject) : SubjectFacts(Subject)
{
    public override FactsKind Kind => FactsKind.TagClaims;

    public required ImmutableArray<TagClaim> Claims { get; init; }
}
