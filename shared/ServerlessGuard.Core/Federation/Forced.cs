using ServerlessGuard.Findings;
using ServerlessGuard.Tables;

namespace ServerlessGuard.Federation;

/// <summary>What an operator's repair takes out of a copy: steps that the owner's table does not have as they are.</summary>
internal sealed class Forced(ITable table)
{
    /// <summary>Steps after the finding's last one never happened.</summary>
    public async Task EndStoryAsync(string partition, Finding finding, CancellationToken cancellation)
    {
        var prefix = FindingKeys.History(finding);
        var after = FindingKeys.History(RowKeys.Hash(finding.Resource), finding.RuleId, finding.Revision + 1);
        var planted = await table.QueryAsync(partition, after, RowKeys.After(prefix), limit: null, cancellation).ToListAsync(cancellation);
        foreach (var some in planted.Chunk(ITable.MaxWrites / 2))
        {
            await table.CommitAsync(partition, [.. some.SelectMany(Removed)], cancellation);
        }
    }

    /// <summary>The owner's step in place of the one that is held. False: somebody else was there first.</summary>
    public Task<bool> ReplaceAsync(TableRow held, FindingEvent step, CancellationToken cancellation)
    {
        var writes = new List<TableWrite>
        {
            new TableWrite.Replace(FindingRows.Row(held.Partition, held.Key, step) with { Version = held.Version }),
            new TableWrite.Put(FindingRows.Row(held.Partition, FindingKeys.Timeline(step), step)),
        };
        if (FindingKeys.Timeline(FindingRows.Event(held)) is var old && old != FindingKeys.Timeline(step))
        {
            writes.Add(new TableWrite.Delete(old, Version: null));
        }

        return table.CommitAsync(held.Partition, writes, cancellation);
    }

    private static IEnumerable<TableWrite> Removed(TableRow step) =>
        [new TableWrite.Delete(step.Key, Version: null),
            new TableWrite.Delete(FindingKeys.Timeline(FindingRows.Event(step)), Version: null)];
}
