using ServerlessGuard.Tables;

namespace ServerlessGuard.Findings;

/// <summary>One run at a time at an account's outbox of one kind. Lost when it is not renewed in time; then another run may be at it already.</summary>
internal sealed class OutboxLease
{
    /// <summary>A killed run blocks its account for so long.</summary>
    private static readonly TimeSpan Life = TimeSpan.FromSeconds(60);

    private readonly ITable _table;
    private readonly TimeProvider _time;
    private readonly string _run;
    private TableRow? _row;

    private OutboxLease(ITable table, TimeProvider time, string run, TableRow row) => (_table, _time, _run, _row) = (table, time, run, row);

    /// <summary>Null when another run is at it.</summary>
    public static async Task<OutboxLease?> TakeAsync(ITable table, string partition, OutboxKind kind, string run, TimeProvider time, CancellationToken cancellation)
    {
        var key = RowKeys.Lease(kind);
        var known = await table.FindAsync(partition, key, cancellation);
        if (known is not null && known.ExpiresAt > time.GetUtcNow())
        {
            return null;
        }

        var mine = RowCodec.LeaseRow(partition, key, run, time.GetUtcNow() + Life, known?.Version);
        return await table.CommitAsync(partition, [TableWrite.Guarded(mine)], cancellation) && await StoredAsync(table, mine, cancellation) is { } row
            ? new OutboxLease(table, time, run, row)
            : null;
    }

    /// <summary>Whether it is still ours; renewed when half of it is over.</summary>
    public async Task<bool> HoldAsync(CancellationToken cancellation)
    {
        if (_row is null || _row.ExpiresAt > _time.GetUtcNow() + Life / 2)
        {
            return _row is not null;
        }

        var longer = RowCodec.LeaseRow(_row.Partition, _row.Key, _run, _time.GetUtcNow() + Life, _row.Version);
        _row = await _table.CommitAsync(_row.Partition, [new TableWrite.Replace(longer)], cancellation) ? await StoredAsync(_table, longer, cancellation) : null;
        return _row is not null;
    }

    /// <summary>Also when the run's time is over: the next one need not wait.</summary>
    public async Task ReleaseAsync()
    {
        if (_row is { } row)
        {
            _row = null;
            await _table.CommitAsync(row.Partition, [new TableWrite.Delete(row.Key, row.Version)], CancellationToken.None);
        }
    }

    private static async Task<TableRow?> StoredAsync(ITable table, TableRow lease, CancellationToken cancellation) =>
        await table.FindAsync(lease.Partition, lease.Key, cancellation) is { } row && row.Document == lease.Document ? row : null;
}
