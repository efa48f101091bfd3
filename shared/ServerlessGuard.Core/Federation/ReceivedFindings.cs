using ServerlessGuard.Findings;
using ServerlessGuard.Tables;

namespace ServerlessGuard.Federation;

/// <summary>
/// The peer's findings and steps of one account: as many as fit are one transaction. One that is lost to somebody else is done row by row,
/// so that no row spoils another.
/// </summary>
internal sealed class ReceivedFindings(ITable table, Arrivals arrivals, TimeProvider time, Backoff backoff)
{
    public async Task ApplyAsync(string partition, IReadOnlyList<ArrivedRow> rows, RowAnswer?[] answers, CancellationToken cancellation)
    {
        await arrivals.RegisterAsync(partition, cancellation);
        if (arrivals.IsForced)
        {
            foreach (var row in rows)
            {
                answers[row.Place] = await AloneAsync(row, cancellation);
            }

            return;
        }

        // A first revision is new here, unless it was sent twice: then its insert fails, and it is looked at alone. So a drain of new
        // findings reads none.
        var held = await BoundedReads.AllAsync(table, partition, rows.Where(row => row.Finding is { Revision: > 1 }).Select(row => row.Key),
            cancellation);
        var taken = new HashSet<string>(StringComparer.Ordinal);
        var again = new List<ArrivedRow>();
        var group = new RowGroup(partition);

        // By counter row, so that a transaction moves few of them. The order of the rows of one finding is kept: the sort is stable, and
        // they share the counter.
        foreach (var row in rows.OrderBy(row => row.Shard, StringComparer.Ordinal))
        {
            var known = held.GetValueOrDefault(row.Key);
            if (!taken.Add(row.Key))
            {
                again.Add(row);
            }
            else if (row.Finding is { } finding && await AnswerAsync(row, finding, known, cancellation) is { } answer)
            {
                answers[row.Place] = answer;
            }
            else if (!group.TryAdd(row, known))
            {
                await CommitAsync(group, answers, cancellation);
                group = new RowGroup(partition);
                group.TryAdd(row, known);
            }
        }

        await CommitAsync(group, answers, cancellation);
        foreach (var row in again)
        {
            answers[row.Place] = await AloneAsync(row, cancellation);
        }
    }

    private async Task CommitAsync(RowGroup group, RowAnswer?[] answers, CancellationToken cancellation)
    {
        if (group.Rows.Count == 0)
        {
            return;
        }

        var shards = await BoundedReads.AllAsync(table, group.Partition, group.Shards, cancellation);
        var written = await table.CommitAsync(group.Partition, group.Writes(shards), cancellation);
        foreach (var row in group.Rows)
        {
            answers[row.Place] = written ? RowAnswer.Accepted : await AloneAsync(row, cancellation);
        }
    }

    private Task<RowAnswer> AloneAsync(ArrivedRow row, CancellationToken cancellation) =>
        row.Finding is { } finding ? FindingAsync(row, finding, cancellation) : StepAsync(row, cancellation);

    private async Task<RowAnswer> FindingAsync(ArrivedRow row, Finding finding, CancellationToken cancellation)
    {
        return await backoff.WinAsync(time, "federated finding", async Task<RowAnswer?> () =>
        {
            var known = await table.FindAsync(row.Partition, row.Key, cancellation);
            if (await AnswerAsync(row, finding, known, cancellation) is { } answer)
            {
                return answer;
            }

            var group = new RowGroup(row.Partition);
            group.TryAdd(row, known);
            var shards = await BoundedReads.AllAsync(table, row.Partition, group.Shards, cancellation);
            return await table.CommitAsync(row.Partition, group.Writes(shards), cancellation) ? RowAnswer.Accepted : null;
        }, cancellation);
    }

    /// <summary>What is answered without a write; null: it is written.</summary>
    private async Task<RowAnswer?> AnswerAsync(ArrivedRow row, Finding finding, TableRow? held, CancellationToken cancellation)
    {
        var known = held is null ? null : FindingRows.Finding(held);
        var arrived = FindingRows.Row(row.Partition, finding, version: null);
        if (arrivals.IsForced)
        {
            await new Forced(table).EndStoryAsync(row.Partition, finding, cancellation);
            return known is not null && FindingRows.Row(row.Partition, known, version: null).Document == arrived.Document
                ? RowAnswer.Stale
                : null;
        }

        return known is not null && known.Revision >= finding.Revision
            ? await arrivals.StaleAsync(FindingRows.Row(row.Partition, known, version: null), arrived, known.Revision == finding.Revision,
                cancellation)
            : arrivals.Jump(known?.Revision ?? 0, finding.Revision) is { } jump ? RowAnswer.Rejected(jump) : null;
    }

    private async Task<RowAnswer> StepAsync(ArrivedRow row, CancellationToken cancellation)
    {
        if (await table.FindAsync(row.Partition, row.Key, cancellation) is { } known)
        {
            var arrived = FindingRows.Row(row.Partition, row.Key, row.Step!);
            if (known.Document == arrived.Document)
            {
                return RowAnswer.Stale;
            }

            if (arrivals.IsForced)
            {
                return await new Forced(table).ReplaceAsync(known, row.Step!, cancellation) ? RowAnswer.Accepted : RowAnswer.Stale;
            }

            await arrivals.StaleAsync(known, arrived, isSameRevision: true, cancellation);
            return RowAnswer.Rejected("an event never changes");
        }

        var group = new RowGroup(row.Partition);
        group.TryAdd(row, held: null);
        return await table.CommitAsync(row.Partition, group.Writes(new Dictionary<string, TableRow?>(StringComparer.Ordinal)), cancellation)
            ? RowAnswer.Accepted
            : RowAnswer.Stale;
    }
}
