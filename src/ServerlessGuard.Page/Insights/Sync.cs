using System.Text.Json;
using ServerlessGuard.Findings;
using ServerlessGuard.Page.Board;
using ServerlessGuard.Resources;
using ServerlessGuard.Tables;

namespace ServerlessGuard.Page.Insights;

/// <summary>
/// How far each cloud's rows have got to the other: what still waits in its outbox, and whether both tables count the same.
/// </summary>
/// <remarks>A cloud's outbox lies in its own table only. A table is a cloud's own when it holds states of resources that were judged there;
/// a copy holds findings alone.</remarks>
internal sealed class Sync(ITable table, ITable? peer, TimeProvider time) : IDisposable
{
    private const int MostCounted = 10_000;

    /// <summary>How old an answer may be; of many accounts older, so that a table of the cloud is not asked all the time.</summary>
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan FreshPerAccount = TimeSpan.FromMilliseconds(150);

    private readonly SemaphoreSlim _turn = new(1, 1);
    private IReadOnlyList<SyncView> _last = [];
    private IReadOnlyList<SyncView>? _told;
    private TimeSpan _fresh = Fresh;
    private long _read = long.MinValue;

    /// <summary>A second old, or a few with many accounts. <see cref="TableUnavailableException"/> as always.</summary>
    public async Task<IReadOnlyList<SyncView>> ReadAsync(CancellationToken cancellation)
    {
        await _turn.WaitAsync(cancellation);
        try
        {
            if (_read == long.MinValue || time.GetElapsedTime(_read) > _fresh)
            {
                _last = await NowAsync(cancellation);
                _told ??= _last;
                _read = time.GetTimestamp();
            }

            return _last;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Whether it is another answer than the last time that this was asked.</summary>
    public async Task<bool> HasMovedAsync(CancellationToken cancellation)
    {
        var now = await ReadAsync(cancellation);
        var moved = _told is not null && !now.Select(Told).SequenceEqual(_told.Select(Told));
        _told = now;
        return moved;
    }

    private static (Provider, SyncState, int, int, string?) Told(SyncView side) =>
        (side.Provider, side.State, side.Waiting, side.SetAside, side.Fault);

    public void Dispose() => _turn.Dispose();

    private async Task<IReadOnlyList<SyncView>> NowAsync(CancellationToken cancellation)
    {
        var mine = await PartitionsAsync(table, cancellation);
        var theirs = peer is null ? [] : await PartitionsAsync(peer, cancellation);
        _fresh = Fresh + FreshPerAccount * (mine.Count + theirs.Count);
        var homes = new Dictionary<Provider, ITable?>();
        foreach (var provider in Enum.GetValues<Provider>())
        {
            homes[provider] = await IsHomeAsync(table, mine, provider, cancellation) ? table
                : peer is not null && await IsHomeAsync(peer, theirs, provider, cancellation) ? peer
                : null;
        }

        var views = new List<SyncView>();
        foreach (var (provider, home) in homes)
        {
            var partitions = (home is not null && ReferenceEquals(home, peer) ? theirs : mine)
                .Where(partition => FindingBoard.ProviderOf(partition) == provider).ToList();
            if (home is not null)
            {
                views.Add(await SideAsync(provider, home, partitions, homes.Values.All(other => ReferenceEquals(other, table)),
                    cancellation));
            }
            else if (partitions.Count > 0)
            {
                views.Add(new SyncView(provider, SyncState.Unseen, 0, false, null, null, 0, []));
            }
        }

        return views;
    }

    private async Task<SyncView> SideAsync(Provider provider, ITable home, List<string> partitions, bool alone,
        CancellationToken cancellation)
    {
        var (waiting, setAside) = (0, 0);
        DateTimeOffset? oldest = null;
        string? fault = null;
        foreach (var partition in partitions)
        {
            await foreach (
                var row in Rows(home, partition, OutboxRows.Prefix(OutboxKind.Federate), MostCounted - waiting + 1, cancellation))
            {
                waiting++;
                if (Read(row) is { } entry && (oldest is null || entry.CreatedAt < oldest))
                {
                    (oldest, fault) = (entry.CreatedAt, entry.Fault ?? fault);
                }
            }

            await foreach (var _ in Rows(home, partition, OutboxRows.SetAside(string.Empty), MostCounted, cancellation))
            {
                setAside++;
            }

            if (waiting > MostCounted)
            {
                break;
            }
        }

        var differing = waiting == 0 ? await DifferingAsync(partitions, cancellation) : [];
        var state = waiting > 0 ? SyncState.Behind : differing.Count > 0 ? SyncState.Differs : alone ? SyncState.Alone : SyncState.InSync;
        return new SyncView(provider, state, Math.Min(waiting, MostCounted), waiting > MostCounted, oldest, fault, setAside, differing);
    }

    /// <summary>Accounts whose exact counters differ. Revisions are compared by <c>guard doctor</c>.</summary>
    private async Task<IReadOnlyList<string>> DifferingAsync(List<string> partitions, CancellationToken cancellation)
    {
        var differing = new List<string>();
        foreach (var partition in peer is null ? [] : partitions.Where(partition => !RowKeys.IsDeployment(partition)))
        {
            var mine = await new FindingReader(table).SummaryAsync(partition, cancellation);
            var theirs = await new FindingReader(peer!).SummaryAsync(partition, cancellation);
            if (!mine.Counts.SequenceEqual(theirs.Counts))
            {
                differing.Add(partition);
            }
        }

        return differing;
    }

    private static async Task<bool> IsHomeAsync(ITable table, List<string> partitions, Provider provider, CancellationToken cancellation)
    {
        foreach (var partition in partitions.Where(partition => FindingBoard.ProviderOf(partition) == provider))
        {
            // A resource's state sorts before its findings.
            await foreach (var row in Rows(table, partition, "r:", 1, cancellation))
            {
                if (row.Kind is RowKind.Resource)
                {
                    return true;
                }
            }
        }

        return false;
    }

    private static async Task<List<string>> PartitionsAsync(ITable table, CancellationToken cancellation)
    {
        var partitions = new List<string>();
        await foreach (var partition in new FindingReader(table).PartitionsAsync(cancellation))
        {
            partitions.Add(partition);
        }

        return partitions;
    }

    private static IAsyncEnumerable<TableRow> Rows(ITable table, string partition, string prefix, int limit,
        CancellationToken cancellation) =>
        table.QueryAsync(partition, prefix, RowKeys.After(prefix), limit, cancellation);

    private static OutboxEntry? Read(TableRow row)
    {
        try
        {
            return OutboxRows.Read(row);
        }
        catch (Exception fault) when (fault is JsonException or InvalidDataException)
        {
            return null;
        }
    }
}

internal enum SyncState
{
    /// <summary>Nothing waits, and where both tables are at hand they count the same.</summary>
    InSync,

    Behind,

    /// <summary>Nothing waits, and yet the tables count differently.</summary>
    Differs,

    /// <summary>Its outbox lies in a table that is not at hand.</summary>
    Unseen,

    /// <summary>Both clouds are written to this one table: there is nothing to forward.</summary>
    Alone,
}
