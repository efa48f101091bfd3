using System.Text.Json;
using ServerlessGuard.Findings;
using ServerlessGuard.Tables;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Page.Board;

/// <summary>Brings the board from the table: everything once, then what the timeline says.</summary>
/// <remarks>
/// The timeline is ordered by when something happened, and an event may be written minutes later. So the last quarter of an hour is read
/// again each time, what was taken before is skipped by its key, and the table's exact counters say whether anything came later than that:
/// then the account is read again as a whole. Every ten minutes it is in any case, for what moves no counter.
/// </remarks>
internal sealed class BoardReader(ITable table, FindingBoard board, TimeProvider time)
{
    private static readonly TimeSpan Overlap = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan ReadAgain = TimeSpan.FromMinutes(10);

    /// <summary>How far the clocks of writers may be off.</summary>
    private static readonly TimeSpan Skew = TimeSpan.FromMinutes(1);

    /// <summary>How long counters may differ from the rows while events come in.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>How often those who wait are told while everything is read.</summary>
    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(500);

    private const int Batch = 256;

    /// <summary>More findings than this in one go are read as a range, not one by one.</summary>
    private const int MostPointReads = 400;

    private const int AtOnce = 4;

    private static readonly FindingStatus[] Statuses = [FindingStatus.Open, FindingStatus.Suppressed, FindingStatus.Resolved];

    private readonly FindingReader _reader = new(table);

    /// <summary>Everything, the worst open findings of all accounts first. <see cref="TableUnavailableException"/> as always.</summary>
    public async Task LoadAsync(CancellationToken cancellation)
    {
        var started = time.GetUtcNow();
        await foreach (var partition in _reader.AccountsAsync(cancellation))
        {
            var account = board.Account(partition);
            account.Counted = await _reader.SummaryAsync(partition, cancellation);
            account.ReadAt = started;
        }

        board.Publish();
        foreach (var status in Statuses)
        {
            foreach (var severity in Enum.GetValues<Severity>().OrderDescending())
            {
                await Parallel.ForEachAsync(board.AccountList(), Limited(cancellation), async (account, token) =>
                    await ReadAsync(account.Partition, FindingKeys.IndexOf(status, severity), token));
            }
        }

        board.IsComplete = true;
        board.Publish();
        await Parallel.ForEachAsync(board.AccountList(), Limited(cancellation), async (account, token) =>
        {
            // What changed while the lists were being read may have been read as it was before.
            var meanwhile = new List<FindingEvent>();
            await EventsAsync(account, started - History.Window, started - Overlap, step => Add(meanwhile, step, started), token);
            await FindAsync(account.Partition, Keys(meanwhile), token);
        });
        board.HasHistory = true;
        board.Publish();
    }

    /// <summary>What has happened since.</summary>
    public async Task RefreshAsync(CancellationToken cancellation)
    {
        var changed = 0;
        await foreach (var partition in _reader.AccountsAsync(cancellation))
        {
            board.Account(partition);
        }

        await Parallel.ForEachAsync(board.AccountList(), Limited(cancellation), async (account, token) =>
        {
            if (await RefreshAsync(account, token))
            {
                Interlocked.Increment(ref changed);
            }
        });
        if (changed > 0)
        {
            board.Publish();
        }
    }

    private async Task<bool> RefreshAsync(AccountState account, CancellationToken cancellation)
    {
        // The counters first: whatever they count already has its event, written in the same transaction, unless that lies further back.
        var now = time.GetUtcNow();
        var counted = await _reader.SummaryAsync(account.Partition, cancellation);
        var moved = !counted.Counts.SequenceEqual(account.Counted.Counts);
        account.Counted = counted;
        var events = new List<FindingEvent>();
        await EventsAsync(account, now - Overlap, now - Overlap, events.Add, cancellation);

        var keys = Keys(events);
        var any = events.Count > 0 || moved;
        if (now - account.ReadAt > ReadAgain || keys.Count > MostPointReads || IsBehind(account, counted, events.Count, now))
        {
            account.ReadAt = now;
            any |= await ReadAsync(account.Partition, "x:", cancellation);
            account.Accepted = board.Agrees(account.Partition, counted) ? null : counted;
            account.DiffersSince = null;
            return any;
        }

        return await FindAsync(account.Partition, keys, cancellation) || any;
    }

    private async Task<bool> FindAsync(string partition, List<string> keys, CancellationToken cancellation)
    {
        var any = false;
        foreach (var key in keys)
        {
            if (await table.FindAsync(partition, key, cancellation) is { } row && Row(row) is { } finding)
            {
                any |= board.Take([finding]);
            }
        }

        return any;
    }

    private static List<string> Keys(List<FindingEvent> events) =>
        [.. events.Select(step => FindingKeys.Finding(RowKeys.Hash(step.Resource), step.RuleId)).Distinct(StringComparer.Ordinal)];

    private static void Add(List<FindingEvent> events, FindingEvent step, DateTimeOffset since)
    {
        if (step.RecordedAt >= since - Skew)
        {
            events.Add(step);
        }
    }

    private bool IsBehind(AccountState account, Summary counted, int events, DateTimeOffset now)
    {
        if (board.Agrees(account.Partition, counted) || account.Accepted is { } accepted && accepted.Counts.SequenceEqual(counted.Counts))
        {
            account.DiffersSince = null;
            return false;
        }

        account.DiffersSince ??= now;
        return events == 0 || now - account.DiffersSince > Patience;
    }

    private async Task<bool> ReadAsync(string partition, string prefix, CancellationToken cancellation)
    {
        var batch = new List<FindingRow>(Batch);
        var any = false;
        var told = time.GetTimestamp();
        await foreach (var row in table.QueryAsync(partition, prefix, RowKeys.After(prefix), limit: null, cancellation))
        {
            if (Row(row) is { } finding)
            {
                batch.Add(finding);
            }

            if (batch.Count == Batch)
            {
                any |= board.Take(batch);
                batch.Clear();
                if (time.GetElapsedTime(told) > Beat)
                {
                    told = time.GetTimestamp();
                    board.Publish();
                }
            }
        }

        return board.Take(batch) || any;
    }

    /// <summary>
    /// Events that were not taken before, into the history and to whoever asks. Those from <paramref name="again"/> on are remembered by
    /// their key.
    /// </summary>
    private async Task EventsAsync(AccountState account, DateTimeOffset from, DateTimeOffset again, Action<FindingEvent> take,
        CancellationToken cancellation)
    {
        var start = FindingKeys.Timeline(again);
        account.Seen.RemoveWhere(key => string.CompareOrdinal(key, start) < 0);
        await foreach (
            var row in table.QueryAsync(account.Partition, FindingKeys.Timeline(from), RowKeys.After("t:"), limit: null, cancellation))
        {
            if (string.CompareOrdinal(row.Key, start) >= 0 && !account.Seen.Add(row.Key))
            {
                continue;
            }

            try
            {
                var step = FindingRows.Event(row);
                board.History.Add(step);
                take(step);
            }
            catch (Exception fault) when (fault is JsonException or InvalidDataException)
            {
                board.CountUnreadable();
            }
        }
    }

    private FindingRow? Row(TableRow row)
    {
        try
        {
            return FindingRow.Of(FindingRows.Finding(row), row.Partition, board.Pool);
        }
        catch (Exception fault) when (fault is JsonException or InvalidDataException)
        {
            board.CountUnreadable();
            return null;
        }
    }

    private static ParallelOptions Limited(CancellationToken cancellation) =>
        new() { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellation };
}
