using ServerlessGuard.Due;
using ServerlessGuard.Findings;
using ServerlessGuard.Tables;

namespace ServerlessGuard.Recording;

/// <summary>
/// One step of a treatment as one transaction: the finding with its lists, story, counters and outbox, and what else must move with it.
/// </summary>
internal static class TreatmentWrites
{
    /// <returns>False when another was there first.</returns>
    public static async Task<bool> CommitAsync(
        ITable table,
        string partition,
        string? version,
        FindingChange change,
        IReadOnlyList<TableWrite> more,
        Func<FindingChange, IEnumerable<OutboxKind>> outbox,
        CancellationToken cancellation)
    {
        var versions = new Dictionary<string, string?>(StringComparer.Ordinal) { [FindingKeys.Finding(change.After)] = version };
        var shards = await FindingRecorder.ShardsAsync(table, partition, [change], cancellation);
        return await table.CommitMarkedAsync(partition, [.. FindingWrites.For(partition, [change], versions, shards, outbox), .. more],
            change.Event.RecordedAt, cancellation);
    }
}
