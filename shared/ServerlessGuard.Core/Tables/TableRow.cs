namespace ServerlessGuard.Tables;

/// <summary>
/// One row: two keys, a JSON document, and what an operator looking at the table with the cloud's own tools wants to see beside it.
/// </summary>
/// <param name="Partition">An account (see <see cref="RowKeys"/>) or <see cref="RowKeys.Directory"/>.</param>
/// <param name="Key">ASCII without / \ # ? and control characters, so that it is legal in every store and sorts the same in all of
/// them.</param>
/// <param name="Document">JSON of at most <see cref="MaxDocument"/> characters. Adapters cut it where a store limits a property (Azure
/// Tables: 64 KiB).</param>
public sealed record TableRow(string Partition, string Key, RowKind Kind, string Document)
{
    /// <summary>Fits DynamoDB's 400 KB item with its attributes, in UTF-8, whatever the characters.</summary>
    public const int MaxDocument = 120_000;

    /// <summary>
    /// The store's token for optimistic concurrency (DynamoDB: the version attribute; Azure Tables: the ETag); null on a row that was never
    /// stored.
    /// </summary>
    public string? Version { get; init; }

    /// <summary>When the store may forget it (DynamoDB's TTL; the sweep deletes expired rows elsewhere); null: never.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }
}

/// <summary>What a row's document is. The numbers are stored: never reuse one.</summary>
public enum RowKind
{
    Finding = 1,

    /// <summary>A copy of a finding under status and severity, for lists.</summary>
    Index = 2,

    /// <summary>One step of a finding's life.</summary>
    Event = 3,

    /// <summary>Exact counters of one shard of an account.</summary>
    Summary = 4,

    /// <summary>What must still happen.</summary>
    Outbox = 5,

    /// <summary>The latest capture of a resource that was judged.</summary>
    Resource = 6,

    Asset = 7,

    Exemption = 8,

    Command = 9,

    /// <summary>How many fixes a rule made in one hour.</summary>
    Breaker = 10,

    /// <summary>An account that has rows.</summary>
    Account = 11,

    /// <summary>Where a sweep stands.</summary>
    Sweep = 12,

    /// <summary>Who is at an account's outbox, and until when.</summary>
    Lease = 13,

    /// <summary>A deployment's switch.</summary>
    Control = 14,

    /// <summary>Which chat message tells of a finding.</summary>
    Thread = 15,

    /// <summary>Which revision of a finding the peer acknowledged, and when.</summary>
    Acknowledgement = 16,

    /// <summary>When a deployment last heard of its peer.</summary>
    Link = 17,

    /// <summary>A plan with its before-state and who asked for it, sealed: what a fix and an undo write is taken from here only.</summary>
    Seal = 18,

    /// <summary>From when on something may be due.</summary>
    Due = 19,

    /// <summary>What the peer did that is counted or told.</summary>
    Peer = 30,
}
