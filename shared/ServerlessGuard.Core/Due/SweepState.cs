using ServerlessGuard.Tables;

namespace ServerlessGuard.Due;

/// <summary>Where a sweep stands: a killed one goes on from here.</summary>
public sealed record SweepState
{
    public required string Run { get; init; }
    public required DateTimeOffset StartedAt { get; init; }
    public string? Next { get; init; }
    public bool Complete { get; init; }
    public long Queued { get; init; }
}

/// <summary><c>sweep:NAME</c> in the directory.</summary>
public static class SweepRows
{
    public static SweepState Read(TableRow row) => Rows.Read(row, DueJson.Default.SweepState);

    /// <param name="key">See <see cref="RowKeys.Sweep"/>.</param>
    /// <param name="state">Where it stands.</param>
    /// <param name="version">As it was read; null: there is none yet.</param>
    public static TableRow Row(string key, SweepState state, string? version) =>
        Rows.Write(RowKeys.Directory, key, RowKind.Sweep, state, DueJson.Default.SweepState) with { Version = version };
}
