using ServerlessGuard.Tables;

namespace ServerlessGuard.Findings;

/// <summary>
/// Turns changes of findings into the writes of one transaction: finding, lists, story, counters and outbox move together or not at all.
/// </summary>
public static class FindingWrites
{
    /// <summary>
    /// Finding, index out, index in, story twice, the end of an approval, three outbox entries: how many writes one change can take.
    /// </summary>
    public const int PerChange = 9;

    /// <param name="changes">All of one partition; those of one summary shard share its counter row.</param>
    /// <param name="versions">The versions that the findings were read with, by row key.</param>
    /// <param name="shards">The summary rows as they are, by key; null where there is none yet.</param>
    /// <param name="outbox">What must happen after a change.</param>
    public static IEnumerable<TableWrite> For(
        string partition,
        IReadOnlyList<FindingChange> changes,
        IReadOnlyDictionary<string, string?> versions,
        IReadOnlyDictionary<string, TableRow?> shards,
        Func<FindingChange, IEnumerable<OutboxKind>> outbox)
    {
        foreach (var change in changes)
        {
            yield return TableWrite.Guarded(
                FindingRows.Row(partition, change.After, versions.GetValueOrDefault(FindingKeys.Finding(change.After))));
            var index = FindingKeys.Index(change.After);
            if (change.Before is { } before && FindingKeys.Index(before) != index)
            {
                yield return new TableWrite.Delete(FindingKeys.Index(before), Version: null);
            }

            yield return new TableWrite.Put(FindingRows.IndexRow(partition, change.After));
            yield return new TableWrite.Put(FindingRows.Row(partition, FindingKeys.History(change.Event), change.Event));
            yield return new TableWrite.Put(FindingRows.Row(partition, FindingKeys.Timeline(change.Event), change.Event));
            if (change.After.WaitsSince is { } since && change.Before?.WaitsSince != since)
            {
                yield return new TableWrite.Put(FindingRows.WaitingRow(partition, since, change.After));
            }

            foreach (var kind in outbox(change))
            {
                yield return new TableWrite.Put(OutboxRows.Row(partition, OutboxEntry.Of(kind, change), version: null));
            }
        }

        foreach (var shard in changes.GroupBy(change => FindingKeys.Summary(RowKeys.Hash(change.After.Resource)), StringComparer.Ordinal))
        {
            var row = shards.GetValueOrDefault(shard.Key);
            var before = FindingRows.Summary(row);
            var after = shard.Aggregate(before, (summary, change) => summary.Moved(change.Before, change.After));
            if (!ReferenceEquals(before, after))
            {
                yield return TableWrite.Guarded(FindingRows.Row(partition, shard.Key, after, row?.Version));
            }
        }
    }

    /// <summary>
    /// The peer's findings as they stand there, each of another key: the same rows and counters as their owner has, without an outbox and
    /// without a step of our own.
    /// </summary>
    /// <param name="copies">What is held now, with its row's version, and what takes its place.</param>
    /// <param name="shards">The summary rows as they are, by key; null where there is none yet.</param>
    public static IEnumerable<TableWrite> Copies(
        string partition, IReadOnlyCollection<(Finding? Before, string? Version, Finding After)> copies,
        IReadOnlyDictionary<string, TableRow?> shards)
    {
        foreach (var (before, version, after) in copies)
        {
            yield return TableWrite.Guarded(FindingRows.Row(partition, after, version));
            if (before is not null && FindingKeys.Index(before) != FindingKeys.Index(after))
            {
                yield return new TableWrite.Delete(FindingKeys.Index(before), Version: null);
            }

            yield return new TableWrite.Put(FindingRows.IndexRow(partition, after));
        }

        foreach (var shard in copies.GroupBy(copy => FindingKeys.Summary(RowKeys.Hash(copy.After.Resource)), StringComparer.Ordinal))
        {
            var row = shards.GetValueOrDefault(shard.Key);
            var counts = FindingRows.Summary(row);
            var moved = shard.Aggregate(counts, (summary, copy) => summary.Moved(copy.Before, copy.After));
            if (!ReferenceEquals(counts, moved))
            {
                yield return TableWrite.Guarded(FindingRows.Row(partition, shard.Key, moved, row?.Version));
            }
        }
    }
}
