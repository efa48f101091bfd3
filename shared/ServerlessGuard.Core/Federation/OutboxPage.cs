using ServerlessGuard.Findings;
using ServerlessGuard.Tables;

namespace ServerlessGuard.Federation;

/// <summary>One outbox from its oldest entry on, read a page at a time, and taken from a batch at a time.</summary>
internal sealed class OutboxPage(ITable table, string partition, OutboxKind kind, TimeProvider time)
{
    /// <summary>Some hundred kilobytes.</summary>
    private const int PageSize = 10 * OutgoingBatch.MaxEntries;

    private List<(TableRow Row, OutboxEntry Entry)> _page = [];
    private int _taken;
    private string? _last;
    private bool _isRead;

    public string Partition => partition;

    public static async Task<bool> IsDueAsync(ITable table, string partition, OutboxKind kind, TimeProvider time,
        CancellationToken cancellation)
    {
        await foreach (
            var row in table.QueryAsync(partition, OutboxRows.Prefix(kind), RowKeys.After(OutboxRows.Prefix(kind)), limit: 1, cancellation))
        {
            return IsDue(OutboxRows.Read(row), time);
        }

        return false;
    }

    /// <summary>The oldest that were not taken; none when there are none left that are due.</summary>
    public async Task<IReadOnlyList<(TableRow Row, OutboxEntry Entry)>> NextAsync(CancellationToken cancellation)
    {
        if (_taken == _page.Count && !_isRead)
        {
            (_page, _taken) = (await ReadAsync(cancellation), 0);
        }

        return _page.GetRange(_taken, Math.Min(OutgoingBatch.MaxEntries, _page.Count - _taken));
    }

    public void Took(int entries) => _taken += entries;

    private static bool IsDue(OutboxEntry entry, TimeProvider time) => entry.NextAttemptAt is not { } next || next <= time.GetUtcNow();

    private async Task<List<(TableRow Row, OutboxEntry Entry)>> ReadAsync(CancellationToken cancellation)
    {
        var page = new List<(TableRow, OutboxEntry)>();
        var prefix = OutboxRows.Prefix(kind);
        _isRead = true;

        // A blank sorts before all that keys are made of: the first key after the last one.
        await foreach (
            var row in table.QueryAsync(partition, _last is null ? prefix : _last + " ", RowKeys.After(prefix), PageSize, cancellation))
        {
            var entry = OutboxRows.Read(row);
            if (!IsDue(entry, time))
            {
                // Oldest first, and in order per finding: nothing overtakes an entry that waits for its next attempt.
                return page;
            }

            page.Add((row, entry));
            _last = row.Key;
        }

        _isRead = page.Count < PageSize;
        return page;
    }
}
