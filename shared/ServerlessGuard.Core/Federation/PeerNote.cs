namespace ServerlessGuard.Federation;

/// <summary>
/// What a deployment remembers of its peer's doings: how many commands of a kind in an hour, or an alarm that people were told.
/// </summary>
public sealed record PeerNote
{
    /// <summary>Null: a count of commands.</summary>
    public PeerAlarmKind? Alarm { get; init; }

    public required DateTimeOffset At { get; init; }

    /// <summary>The account, the kind of command, or the finding. The peer's own text: clean it before it is shown.</summary>
    public string? About { get; init; }

    /// <summary>Commands so far.</summary>
    public int Count { get; init; }

    public int Schema { get; init => field = value == 0 ? 1 : value; } = 1;
}

/// <summary>The names are stored: they never change meaning.</summary>
public enum PeerAlarmKind
{
    /// <summary>The first row of an account.</summary>
    NewAccount = 1,

    /// <summary>More commands of one kind in an hour than are taken.</summary>
    TooMany = 2,

    /// <summary>
    /// Another document under a revision that we hold: one of the two tables was changed by somebody else than its owner, or restored.
    /// </summary>
    Conflict = 3,
}
