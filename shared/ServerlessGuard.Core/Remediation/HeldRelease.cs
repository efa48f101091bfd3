using ServerlessGuard.Due;
using ServerlessGuard.Findings;
using ServerlessGuard.Guards;
using ServerlessGuard.Resources;
using ServerlessGuard.Tables;

namespace ServerlessGuard.Remediation;

/// <summary>
/// After a stop: what it held back is due again, the worst first. Whoever turned the switch, and however often this is killed, nothing
/// stays behind.
/// </summary>
internal sealed class HeldRelease(ITable table, Provider own, TimeProvider time)
{
    public async Task RunAsync(CancellationToken cancellation)
    {
        var index = new DueIndex(table, time);
        bool? isStopped = null;
        await foreach (var account in new DueWalk(table, time)
            .RunAsync([DueKind.Stopped], account => Ownership.Owns(own, account.Partition), later: null, cancellation))
        {
            isStopped ??= (await new Controls(table, own, time).ReadAsync(cancellation)).Stopped;
            if (isStopped is true)
            {
                return;
            }

            if (await ReleaseAsync(account.Partition, cancellation))
            {
                await index.MoveAsync(account, next: null, counted: null, cancellation);
            }
        }
    }

    /// <summary>False when others were at the entries: the next run looks again.</summary>
    private async Task<bool> ReleaseAsync(string partition, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var released = new List<TableWrite>();
        var prefix = OutboxRows.Prefix(OutboxKind.Remediate);
        await foreach (var row in table.QueryAsync(partition, prefix, RowKeys.After(prefix), limit: null, cancellation))
        {
            // Let go before, it is due soon; tried since, it waits for its next attempt like any other.
            if (OutboxRows.Read(row) is { HeldBackBy: HeldBackBy.Stop, Attempts: 0 } held && held.NextAttemptAt > now + Holding.Longest)
            {
                var due = held with { NextAttemptAt = now + Holding.Behind(held.Severity) };
                released.Add(new TableWrite.Replace(OutboxRows.Row(partition, due, row.Version)));
            }
        }

        var all = true;
        if (released.Count > 0)
        {
            await DueMarks.TouchAsync(table, DueKind.Remediate, partition, now, cancellation);
        }

        foreach (var some in released.Chunk(ITable.MaxWrites))
        {
            all &= await table.CommitAsync(partition, some, cancellation);
        }

        return all;
    }
}
