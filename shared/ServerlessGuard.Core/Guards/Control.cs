namespace ServerlessGuard.Guards;

/// <summary>The deployment's switch: one row per cloud, read before every fix.</summary>
public sealed record Control
{
    public static Control First(DateTimeOffset now) => new() { FirstSeen = now, Revision = 1 };

    /// <summary>No fix is made, whatever the mode.</summary>
    public bool Stopped { get; init; }

    /// <summary>The stop in force was ordered in the other cloud. False: here, or by an earlier version.</summary>
    public bool ByPeer { get; init; }

    public string? By { get; init; }

    public string? Reason { get; init; }

    public DateTimeOffset? At { get; init; }

    /// <summary>When this deployment first looked: the dry window runs from here.</summary>
    public required DateTimeOffset FirstSeen { get; init; }

    /// <summary>Raised by its owner at every change.</summary>
    public required long Revision { get; init; }

    /// <summary>Why no plan may be applied now; null: it may.</summary>
    public string? Stops =>
        Stopped ? $"fixes are stopped{(By is null ? string.Empty : " by " + By)}{(string.IsNullOrWhiteSpace(Reason) ? string.Empty : ": " + Reason)}" : null;

    public int Schema { get; init => field = value == 0 ? 1 : value; } = 1;
}
