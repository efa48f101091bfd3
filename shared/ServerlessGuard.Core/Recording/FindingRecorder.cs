using ServerlessGuard.Due;
using ServerlessGuard.Exemptions;
using ServerlessGuard.Findings;
using ServerlessGuard.Resources;
using ServerlessGuard.Tables;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Recording;

/// <summary>
/// Brings verdicts into the table: one query, and one transaction where something changed. Two events of one resource at once are told
/// apart by the versions of the rows; the loser reads again.
/// </summary>
public sealed class FindingRecorder(ITable table, TimeProvider time, Backoff backoff, IReadOnlyList<Exemption> fromFile,
    Func<FindingChange, IEnumerable<OutboxKind>> outbox)
{
    private readonly ExemptionReader _exemptions = new(table, fromFile);
    private readonly HashSet<string> _accounts = new(StringComparer.Ordinal);

    /// <summary>
    /// What was recorded. <see cref="TableUnavailableException"/> when the store could not be had: nothing is lost if the event is given
    /// back.
    /// </summary>
    public async Task<RecordedChanges> RecordAsync(SubjectVerdicts verdicts, CancellationToken cancellation)
    {
        verdicts = TextBounds.Verdicts(verdicts);
        var partition = RowKeys.Partition(verdicts.Subject);
        return await backoff.WinAsync(time, verdicts.Subject.NativeType, () => TryAsync(partition, verdicts, cancellation), cancellation);
    }

    /// <summary>Null when another was there first: read again.</summary>
    private async Task<RecordedChanges?> TryAsync(string partition, SubjectVerdicts verdicts, CancellationToken cancellation)
    {
        var (known, stored) = await ReadAsync(partition, verdicts.Subject, cancellation);
        var exemptions = verdicts.Verdicts.Any(verdict => verdict.Compliance is Compliance.NonCompliant)
            ? await _exemptions.OfAsync(partition, cancellation)
            : fromFile;
        var result = Reconciler.Reconcile(known is null ? null : FindingRows.Resource(known), [.. stored.Select(FindingRows.Finding)],
            verdicts, exemptions, time.GetUtcNow());
        if (result.IsStale || result.State is null && result.Changes.Count == 0)
        {
            return new RecordedChanges(result.IsStale, []);
        }

        await RegisterAsync(partition, cancellation);
        return await CommitAsync(partition, result, known, stored, cancellation)
            ? new RecordedChanges(IsStale: false, result.Changes)
            : null;
    }

    private async Task<(TableRow? Known, List<TableRow> Stored)> ReadAsync(string partition, ResourceRef subject,
        CancellationToken cancellation)
    {
        var key = FindingKeys.Resource(RowKeys.Hash(subject));
        TableRow? known = null;
        var stored = new List<TableRow>();
        await foreach (var row in table.QueryAsync(partition, key, RowKeys.After(key), limit: null, cancellation))
        {
            if (row.Kind is RowKind.Resource)
            {
                known = row;
            }
            else
            {
                stored.Add(row);
            }
        }

        return (known, stored);
    }

    private async Task<bool> CommitAsync(string partition, Reconciliation result, TableRow? known, List<TableRow> stored,
        CancellationToken cancellation)
    {
        var versions = stored.ToDictionary(row => row.Key, row => row.Version, StringComparer.Ordinal);

        // A resource with very many findings takes several transactions. Its state comes with the last: a kill in between is an event that
        // is judged again.
        var chunks = result.Changes.Chunk((ITable.MaxWrites - 2) / FindingWrites.PerChange).ToList();
        for (var i = 0; i < Math.Max(1, chunks.Count); i++)
        {
            var changes = i < chunks.Count ? chunks[i] : [];
            var writes = new List<TableWrite>(
                FindingWrites.For(partition, changes, versions, await ShardsAsync(table, partition, changes, cancellation), outbox));
            if (i >= chunks.Count - 1 && result.State is { } state)
            {
                writes.Add(TableWrite.Guarded(FindingRows.Row(partition, state, known?.Version)));
            }

            if (!await table.CommitMarkedAsync(partition, writes, time.GetUtcNow(), cancellation))
            {
                return false;
            }
        }

        return true;
    }

    internal static async Task<Dictionary<string, TableRow?>> ShardsAsync(
        ITable table, string partition, IReadOnlyList<FindingChange> changes, CancellationToken cancellation)
    {
        var shards = new Dictionary<string, TableRow?>(StringComparer.Ordinal);
        foreach (var key in changes.Select(change => FindingKeys.Summary(RowKeys.Hash(change.After.Resource)))
            .Distinct(StringComparer.Ordinal))
        {
            shards[key] = await table.FindAsync(partition, key, cancellation);
        }

        return shards;
    }

    /// <summary>An account is listed before it has its first row, so that no row is ever out of sight.</summary>
    private async Task RegisterAsync(string partition, CancellationToken cancellation)
    {
        lock (_accounts)
        {
            if (_accounts.Contains(partition))
            {
                return;
            }
        }

        await table.RegisterAsync(partition, cancellation);
        lock (_accounts)
        {
            _accounts.Add(partition);
        }
    }
}

/// <param name="IsStale">A newer capture was judged before: nothing was written.</param>
public sealed record RecordedChanges(bool IsStale, IReadOnlyList<FindingChange> Changes);
