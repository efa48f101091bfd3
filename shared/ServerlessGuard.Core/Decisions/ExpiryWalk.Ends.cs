using System.Runtime.CompilerServices;
using ServerlessGuard.Due;
using ServerlessGuard.Exemptions;
using ServerlessGuard.Findings;
using ServerlessGuard.Tables;

namespace ServerlessGuard.Decisions;

/// <summary>What has ended in an account since it was last looked at.</summary>
public sealed partial class ExpiryWalk
{
    private async Task<int> ReviewAsync(DueAccount account, CancellationToken cancellation)
    {
        var active = await exemptions.OfAsync(account.Partition, cancellation);
        var changed = await AlignAsync(account.Partition, AllAsync(account.Partition, cancellation), active, by: null, cancellation);
        await DueMarks.TouchAsync(table, DueKind.Time, account.Partition, time.GetUtcNow(), cancellation);
        await table.CommitAsync(RowKeys.Directory, [new TableWrite.Delete(DueRows.Key(DueKind.Review, account.Partition), account.Version)],
            cancellation);
        return changed;
    }

    /// <summary>What ends by time in one account, and when it is to be looked at again.</summary>
    private async Task<int> EndAsync(DueAccount account, CancellationToken cancellation)
    {
        var partition = account.Partition;
        var active = await exemptions.OfAsync(partition, cancellation);
        var now = time.GetUtcNow();
        var (changed, next) = (0, (DateTimeOffset?)null);
        await foreach (
            var row in table.QueryAsync(partition, FindingKeys.WaitingSince, RowKeys.After(FindingKeys.WaitingSince), limit: null,
                cancellation))
        {
            if (FindingKeys.WaitingTime(row.Key) is { } since && since + approvalExpiry >= now)
            {
                next = since + approvalExpiry + TimeSpan.FromTicks(1);
                break;
            }

            changed += await ApplyAsync(partition, FindingKeys.WaitingFinding(row.Key), active, by: null, cancellation) ? 1 : 0;
            await table.CommitAsync(partition, [new TableWrite.Delete(row.Key, Version: null)], cancellation);
        }

        var named = new HashSet<string>(StringComparer.Ordinal);
        changed += await AlignAsync(partition, SuppressedAsync(partition, named, cancellation), active, by: null, cancellation);
        foreach (var exemption in active.Where(one => named.Contains(one.Id) && one.ExpiresAt > now))
        {
            var at = exemption.ExpiresAt - warning > now ? exemption.ExpiresAt - warning : exemption.ExpiresAt;
            next = next is { } known && known < at ? known : at;
        }

        await _index.MoveAsync(account, next, counted: null, cancellation);
        return changed;
    }

    /// <summary>A table of an earlier version does not say when its approvals end: noted on the way.</summary>
    private async IAsyncEnumerable<Finding> AllAsync(string partition, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await foreach (var finding in new ExemptionScope(table).AllAsync(partition, cancellation))
        {
            if (finding.WaitsSince is { } since)
            {
                await table.CommitAsync(partition, [new TableWrite.Put(FindingRows.WaitingRow(partition, since, finding))], cancellation);
            }

            yield return finding;
        }
    }

    private async IAsyncEnumerable<Finding> SuppressedAsync(string partition, HashSet<string> named,
        [EnumeratorCancellation] CancellationToken cancellation)
    {
        await foreach (var finding in new FindingReader(table).ListAsync(partition, FindingStatus.Suppressed, severity: null, cancellation))
        {
            named.Add(finding.ExemptionId ?? string.Empty);
            yield return finding;
        }
    }
}
