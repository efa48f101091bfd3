using ServerlessGuard.Tables;

namespace ServerlessGuard.Findings;

/// <summary>Keeps two runs away from the same outbox. A killed run's ends by itself.</summary>
internal sealed class OutboxLease
{
    /// <summary>Longer than a run may take between two batches: a killed run blocks its account for so long.</summary>
    private static readonly TimeSpan Life = TimeSpan.FromSeconds(60);

    private readonly ITable _table;
    private readonly TimeProvider _time;
    private readonly string _runId;
    private TableRow? _row;
    private DateTimeOffset _until;

    private OutboxLease(ITable table, TimeProvider time, string runId, TableRow row, DateTimeOffset until) =>
        (_table, _time, _runId, _row, _until) = (table, time, runId, row, until);

    /// <summary>Null when another run is at it.</summary>
    public static async Task<OutboxLease?> TakeAsync(ITable table, string partition, OutboxKind kind, string runId, TimeProvider time,
        CancellationToken cancellation)
    {
        var key = OutboxRows.Lease(kind);
        var known = await table.FindAsync(partition, key, cancellation);
        var now = time.GetUtcNow();
        if (known is not null && known.ExpiresAt > now)
        {
            return null;
        }

        var mine = Rows.Lease(partition, key, runId, now + Life, known?.Version);
        return await table.CommitAsync(partition, [TableWrite.Guarded(mine)], cancellation)
            && await StoredAsync(table, mine, cancellation) is { } row
            ? new OutboxLease(table, time, runId, row, now + Life)
            : null;
    }

    /// <summary>False when it was lost in the meantime. Nothing is written while more than half of it is left.</summary>
    public async Task<bool> HoldsAsync(CancellationToken cancellation)
    {
        var now = _time.GetUtcNow();
        if (_row is null || _until - now > Life / 2)
        {
            return _row is not null;
        }

        var longer = Rows.Lease(_row.Partition, _row.Key, _runId, now + Life, _row.Version);
        _row = await _table.CommitAsync(_row.Partition, [new TableWrite.Replace(longer)], cancellation)
            ? await StoredAsync(_table, longer, cancellation)
            : null;
        _until = now + Life;
        return _row is not null;
    }

    public async Task GiveBackAsync()
    {
        if (_row is not null)
        {
            await _table.CommitAsync(_row.Partition, [new TableWrite.Delete(_row.Key, _row.Version)], CancellationToken.None);
        }
    }

    /// <summary>With the version that the store gave it, unless it was lost in the meantime.</summary>
    private static async Task<TableRow?> StoredAsync(ITable table, TableRow lease, CancellationToken cancellation) =>
        await table.FindAsync(lease.Partition, lease.Key, cancellation) is { } row && row.Document == lease.Document ? row : null;
}
