using ServerlessGuard.Resources;

namespace ServerlessGuard.Facts;

/// <summary>Whether an identity pool gives credentials to callers that nobody knows.</summary>
public sealed record GuestAccessFacts(ResourceRef Subject) : SubjectFacts(Subject)
{
    public override FactsKind Kind => FactsKind.GuestAccess;

    public required Fact ServesGuests { get; init; }

    /// <summary>What of the guests' role reaches object stores or models; null: nothing that is known.</summary>
    public Fact? Reach { get; init; }
}
