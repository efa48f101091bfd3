using ServerlessGuard.Due;
using ServerlessGuard.Exemptions;
using ServerlessGuard.Findings;
using ServerlessGuard.Recording;
using ServerlessGuard.Resources;
using ServerlessGuard.Tables;

namespace ServerlessGuard.Decisions;

/// <summary>
/// What ends by time, and what a new exemption changes: suppressed findings reopen when nothing covers them any more, open ones are
/// suppressed when something does, an ending exemption is announced, a plan that nobody approved expires. Repeating it changes nothing.
/// </summary>
/// <param name="approvalExpiry">How long a plan waits for its approval.</param>
/// <param name="warning">How long before its end an exemption is announced.</param>
public sealed partial class ExpiryWalk(
    ITable table,
    ExemptionReader exemptions,
    TimeSpan approvalExpiry,
    TimeSpan warning,
    Func<FindingChange, IEnumerable<OutboxKind>> outbox,
    TimeProvider time,
    Backoff backoff)
{
    /// <summary>Of the row that says when what ends by time was last looked at, in a deployment's partition.</summary>
    public const string LeaseKey = "l:expiry";

    /// <summary>At most one walk in so long, however many run.</summary>
    public static readonly TimeSpan Every = TimeSpan.FromMinutes(5);

    private readonly DueIndex _index = new(table, time);

    /// <summary>As long as it takes.</summary>
    public Task<int?> RunAsync(Provider own, CancellationToken cancellation) => RunAsync(own, DateTimeOffset.MaxValue, cancellation);

    /// <summary>
    /// The accounts of this cloud in which something ends now, when it is time; all of them after the exemptions of guard.yaml changed. How
    /// many findings changed; null when another walk was here a short while ago.
    /// </summary>
    /// <param name="until">When it stops, to go on in the next run.</param>
    public async Task<int?> RunAsync(Provider own, DateTimeOffset until, CancellationToken cancellation)
    {
        var deployment = RowKeys.Deployment(own);
        var now = time.GetUtcNow();
        var last = await table.FindAsync(deployment, LeaseKey, cancellation);
        if (last?.ExpiresAt > now
            || !await table.CommitAsync(deployment,
                [TableWrite.Guarded(Rows.Lease(deployment, LeaseKey, "expiry", now + Every, last?.Version))], cancellation))
        {
            return null;
        }

        await new ReviewCall(table, exemptions, approvalExpiry, warning, time).RunAsync(own, cancellation);
        var changed = 0;
        var walk = new DueWalk(table, time);
        await foreach (
            var account in walk.RunAsync([DueKind.Review, DueKind.Time], account => Ownership.Owns(own, account.Partition), later: null,
                cancellation))
        {
            if (time.GetUtcNow() > until)
            {
                // The next run need not wait.
                await table.CommitAsync(deployment,
                    [new TableWrite.Put(Rows.Lease(deployment, LeaseKey, "expiry", time.GetUtcNow(), version: null))], cancellation);
                break;
            }

            changed += account.Kind is DueKind.Review ? await ReviewAsync(account, cancellation) : await EndAsync(account, cancellation);
        }

        return changed;
    }

    /// <summary>Every finding of one account, now. How many changed.</summary>
    /// <param name="by">Whose decision made it necessary; null: time passed.</param>
    public async Task<int> AlignAsync(string partition, string? by, CancellationToken cancellation)
    {
        var active = await exemptions.OfAsync(partition, cancellation);
        return await AlignAsync(partition, new ExemptionScope(table).AllAsync(partition, cancellation), active, by, cancellation);
    }

    /// <summary>The findings that one exemption is about, now. How many changed.</summary>
    public async Task<int> AlignAsync(string partition, Exemption exemption, string? by, CancellationToken cancellation)
    {
        var active = await exemptions.OfAsync(partition, cancellation);
        return await AlignAsync(partition, new ExemptionScope(table).OfAsync(partition, exemption, cancellation), active, by, cancellation);
    }

    private async Task<int> AlignAsync(string partition, IAsyncEnumerable<Finding> findings, IReadOnlyList<Exemption> active, string? by,
        CancellationToken cancellation)
    {
        var changed = 0;
        await foreach (var finding in findings)
        {
            if (Next(finding, active, by, time.GetUtcNow()) is not null)
            {
                changed += await ApplyAsync(partition, FindingKeys.Finding(finding), active, by, cancellation) ? 1 : 0;
            }
        }

        return changed;
    }

    private async Task<bool> ApplyAsync(string partition, string key, IReadOnlyList<Exemption> active, string? by,
        CancellationToken cancellation)
    {
        return await backoff.WinAsync(time, "exemptions", async Task<bool?> () =>
        {
            if (await table.FindAsync(partition, key, cancellation) is not { } row
                || Next(FindingRows.Finding(row), active, by, time.GetUtcNow()) is not { } change)
            {
                return false;
            }

            return await TreatmentWrites.CommitAsync(table, partition, row.Version, change, [], outbox, cancellation) ? true : null;
        }, cancellation);
    }
}
