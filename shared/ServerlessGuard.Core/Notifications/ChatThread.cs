using System.Collections.Immutable;

namespace ServerlessGuard.Notifications;

/// <summary>
/// The message that tells of a finding on one route, and what it told. The finding itself is not touched: both clouds hold it alike.
/// </summary>
public sealed record ChatThread
{
    /// <summary>Null: a post was begun, and whether it arrived is not known.</summary>
    public ChatReceipt? At { get; init; }

    /// <summary>The finding's revision that was told; 0 where that is not known.</summary>
    public required long Revision { get; init; }

    public required DateTimeOffset ToldAt { get; init; }

    /// <summary>The key of the <see cref="ChatDigest"/> that told it; null: a message of its own.</summary>
    public string? Digest { get; init; }

    public int Schema { get; init => field = value == 0 ? 1 : value; } = 1;
}

/// <summary>How much one route was told about one rule of one account lately.</summary>
public sealed record ChatBurst
{
    public required DateTimeOffset WindowFrom { get; init; }

    /// <summary>New messages since then.</summary>
    public required int Messages { get; init; }

    /// <summary>The latest digest's key, and when it was posted.</summary>
    public string? Digest { get; init; }

    public DateTimeOffset? DigestAt { get; init; }

    public int Schema { get; init => field = value == 0 ? 1 : value; } = 1;
}

/// <summary>A message about many findings of one rule.</summary>
public sealed record ChatDigest
{
    /// <summary>Null: a post was begun, and whether it arrived is not known.</summary>
    public ChatReceipt? At { get; init; }

    public required ImmutableArray<DigestMember> Members { get; init => field = value.IsDefault ? [] : value; }

    public int Schema { get; init => field = value == 0 ? 1 : value; } = 1;
}

/// <param name="Revision">As the digest first told it; 0 where it is not known whether it did.</param>
public sealed record DigestMember(string Key, long Revision);

/// <summary>A route that is left alone for a while.</summary>
public sealed record ChatRoute
{
    public required DateTimeOffset NotBefore { get; init; }

    /// <summary>In a row that failed.</summary>
    public required int Attempts { get; init; }

    public required string Fault { get; init; }

    public int Schema { get; init => field = value == 0 ? 1 : value; } = 1;
}
