using System.Collections.Immutable;
using System.Text.Json;
using ServerlessGuard.Decisions;
using ServerlessGuard.Tables;

namespace ServerlessGuard.Federation;

/// <summary>
/// What one deployment sends to its peer: rows that it owns. The transport proves who the sender is; nothing in the batch does.
/// </summary>
public sealed record FederationBatch
{
    /// <summary>Of this envelope. A receiver that does not know it refuses the batch; the sender keeps its outbox.</summary>
    public int Schema { get; init => field = value == 0 ? 1 : value; } = 1;

    /// <summary>At most <see cref="FederationLimits.MaxRows"/>.</summary>
    public required ImmutableArray<FederatedRow> Rows { get; init; }
}

/// <summary>
/// One row as it stands in its owner's table. The receiver derives keys from the document: a key is never taken from the wire.
/// </summary>
public sealed record FederatedRow
{
    public required RowKind Kind { get; init; }

    /// <summary>The owner's account: <c>aws:123456789012</c>.</summary>
    public required string Partition { get; init; }

    /// <summary>The version of the document's own shape.</summary>
    public required int Schema { get; init; }

    public required JsonElement Document { get; init; }
}

public sealed record FederationAnswer
{
    /// <summary>One for each row of the batch, in its order.</summary>
    public required ImmutableArray<RowAnswer> Rows { get; init; }
}

/// <param name="Reason">Of a rejection, in one sentence.</param>
public sealed record RowAnswer(RowVerdict Verdict, string? Reason = null)
{
    internal static RowAnswer Accepted { get; } = new(RowVerdict.Accepted);

    internal static RowAnswer Stale { get; } = new(RowVerdict.Stale);

    internal static RowAnswer Rejected(string reason) => new(RowVerdict.Rejected, reason);
}

public enum RowVerdict
{
    Accepted = 1,

    /// <summary>The receiver has this revision or a later one: as good as accepted.</summary>
    Stale = 2,

    /// <summary>It will never be accepted as it is: the sender sets it aside.</summary>
    Rejected = 3,
}

/// <summary>Sizes that both stores and both transports can take.</summary>
public static class FederationLimits
{
    public const int MaxRows = 100;

    /// <summary>Characters of JSON. Well below Lambda's 6 MB request.</summary>
    public const int MaxBatch = 1_500_000;

    /// <summary>The finding's and the event's shape that this version writes and understands.</summary>
    public const int Schema = 1;

    /// <summary>A revision beyond it is no count of changes but an attempt to make all later ones look stale.</summary>
    public const long MaxRevision = 1_000_000_000;

    /// <summary>
    /// How far a revision may lie ahead of the one that is held, or of none. A peer that is taken over cannot leave one behind that its
    /// owner never reaches again in one step.
    /// </summary>
    public const long MaxJump = 100_000;

    /// <summary>Characters of the reason that a peer gives for refusing a row.</summary>
    public const int MaxReason = 300;

    /// <summary>Characters of a person's words in a command or an exemption, and of the answer to them.</summary>
    public const int MaxText = 4_000;

    /// <summary>Characters of a name or an id in a command or an exemption.</summary>
    public const int MaxName = 2_048;

    /// <summary>The longest that a command may wait for its owner.</summary>
    public static readonly TimeSpan CommandLife = TimeSpan.FromDays(30);

    /// <summary>How far apart the two clouds' clocks may be.</summary>
    public static readonly TimeSpan Skew = PeerRules.Skew;

    /// <summary>A time further off is no time but an attempt to make the store's arithmetic fail.</summary>
    public static readonly TimeSpan Horizon = TimeSpan.FromDays(3_660);
}

/// <summary>The peer's federation entry, over whatever transport the two clouds have.</summary>
public interface IPeer
{
    /// <summary>
    /// The peer's answer. <see cref="PeerUnavailableException"/> when there is none, or it is not understood: send again later.
    /// </summary>
    Task<FederationAnswer> SendAsync(FederationBatch batch, CancellationToken cancellation);

    /// <summary>The peer's state of one of our accounts, for comparing and for repair.</summary>
    Task<AccountDigest> DigestAsync(string partition, CancellationToken cancellation);

    /// <summary>Revisions that the peer holds, from a key on, at most <see cref="FederationLimits.MaxRows"/> of them.</summary>
    Task<ImmutableArray<HeldRevision>> RevisionsAsync(string partition, string from, CancellationToken cancellation);
}

/// <summary>A finding row that a table holds.</summary>
public sealed record HeldRevision(string Key, long Revision);

/// <param name="Digest">Of the keys and revisions of the switch, the exemptions and the findings, in key order. Equal digests: equal
/// rows.</param>
public sealed record AccountDigest(long Findings, string Digest);

/// <summary>No usable answer from the peer: nothing is known, send again later.</summary>
public sealed class PeerUnavailableException : Exception
{
    public PeerUnavailableException()
    {
    }

    public PeerUnavailableException(string message)
        : base(message)
    {
    }

    public PeerUnavailableException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
