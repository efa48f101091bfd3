using System.Runtime.CompilerServices;
using ServerlessGuard.Due;
using ServerlessGuard.Exemptions;
using ServerlessGuard.Findings;
using ServerlessGuard.Recording;
using ServerlessGuard.Resources;
using ServerlessGuard.Tables;

namespace ServerlessGuard.Decisions;

/// <summary>
/// What ends by time, and what a new exemption changes: suppressed findings reopen when nothing covers them any more, open ones are suppressed when something does, an
/// ending exemption is announced, a plan that nobody approved expires. Repeating it changes nothing.
/// </summary>
/// <param name="approvalExpiry">How long a plan waits for its approval.</param>
/// <param name="warning">How long before its end an exemption is announced.</param>
public sealed class ExpiryWalk(
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
    /// The accounts of this cloud in which something ends now, when it is time; all of them after the exemptions of guard.yaml changed. How many findings changed; null
    /// when another walk was here a short while ago.
    /// </summary>
    /// <param name="until">When it stops, to go on in the next run.</param>
    public async Task<int?> RunAsync(Provider own, DateTimeOffset until, CancellationToken cancellation)
    {
        var deployment = RowKeys.Deployment(own);
        var now = time.GetUtcNow();
        var last = await table.FindAsync(deployment, LeaseKey, cancellation);
        if (last?.ExpiresAt > now || !await table.CommitAsync(deployment, [TableWrite.Guarded(Rows.Lease(deployment, LeaseKey, "expiry", now + Every, last?.Version))], cancellation))
        {
            return null;
        }

        await new ReviewCall(table, exemptions, approvalExpiry, warning, time).RunAsync(own, cancellation);
        var changed = 0;
        var walk = new DueWalk(table, time);
        await foreach (var account in walk.RunAsync([DueKind.Review, DueKind.Time], account => Ownership.Owns(own, account.Partition), later: null, cancellation))
        {
            if (time.GetUtcNow() > until)
            {
                // The next run need not wait.
                await table.CommitAsync(deployment, [new TableWrite.Put(Rows.Lease(deployment, LeaseKey, "expiry", time.GetUtcNow(), version: null))], cancellation);
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

    private async Task<int> AlignAsync(string partition, IAsyncEnumerable<Finding> findings, IReadOnlyList<Exemption> active, string? by, CancellationToken cancellation)
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

    private async Task<int> ReviewAsync(DueAccount account, CancellationToken cancellation)
    {
        var active = await exemptions.OfAsync(account.Partition, cancellation);
        var changed = await AlignAsync(account.Partition, AllAsync(account.Partition, cancellation), active, by: null, cancellation);
        await DueMarks.TouchAsync(table, DueKind.Time, account.Partition, time.GetUtcNow(), cancellation);
        await table.CommitAsync(RowKeys.Directory, [new TableWrite.Delete(DueRows.Key(DueKind.Review, account.Partition), account.Version)], cancellation);
        return changed;
    }

    /// <summary>What ends by time in one account, and when it is to be looked at again.</summary>
    private async Task<int> EndAsync(DueAccount account, CancellationToken cancellation)
    {
        var partition = account.Partition;
        var active = await exemptions.OfAsync(partition, cancellation);
        var now = time.GetUtcNow();
        var (changed, next) = (0, (DateTimeOffset?)null);
        await foreach (var row in table.QueryAsync(partition, FindingKeys.WaitingSince, RowKeys.After(FindingKeys.WaitingSince), limit: null, cancellation))
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

    private async IAsyncEnumerable<Finding> SuppressedAsync(string partition, HashSet<string> named, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await foreach (var finding in new FindingReader(table).ListAsync(partition, FindingStatus.Suppressed, severity: null, cancellation))
        {
            named.Add(finding.ExemptionId ?? string.Empty);
            yield return finding;
        }
    }

    private async Task<bool> ApplyAsync(string partition, string key, IReadOnlyList<Exemption> active, string? by, CancellationToken cancellation)
    {
        return await backoff.WinAsync(time, "exemptions", async Task<bool?> () =>
        {
            if (await table.FindAsync(partition, key, cancellation) is not { } row || Next(FindingRows.Finding(row), active, by, time.GetUtcNow()) is not { } change)
            {
                return false;
            }

            return await TreatmentWrites.CommitAsync(table, partition, row.Version, change, [], outbox, cancellation) ? true : null;
        }, cancellation);
    }

    private FindingChange? Next(Finding finding, IReadOnlyList<Exemption> active, string? by, DateTimeOffset now) => finding.Status switch
    {
        FindingStatus.Suppressed => Suppressed(finding, active, by, now),
        FindingStatus.Open => Open(finding, active, by, now),
        FindingStatus.Resolved => null,
    };

    private FindingChange? Suppressed(Finding finding, IReadOnlyList<Exemption> active, string? by, DateTimeOffset now)
    {
        var current = active.FirstOrDefault(one => one.Id == finding.ExemptionId);
        if (current is not null && CoversKnown(current, finding, now))
        {
            return finding.ExemptionWarnedAt is null && current.ExpiresAt - now <= warning
                ? Change(finding, finding with { ExemptionWarnedAt = now }, FindingStep.ExemptionEnding, by: null, $"the exemption ends on {current.ExpiresAt:yyyy-MM-dd}: {current.Reason}", now)
                : null;
        }

        if (active.FirstOrDefault(one => one.Tag is null && Covers(one, finding, now)) is { } other)
        {
            return Change(finding, finding with { ExemptionId = other.Id, ExemptionWarnedAt = Warned(other, now) }, FindingStep.Suppressed, by, "Accepted: " + other.Reason, now);
        }

        var why = current is { RevokedAt: null } && now < current.ExpiresAt && current.Outgrown(Weakness.Of(finding)) is { } outgrown ? outgrown
            : current?.RevokedAt is not null ? "the exemption was ended" : current is null ? "the exemption no longer exists" : "the exemption has ended";
        return Change(finding, finding with { Status = FindingStatus.Open, ExemptionId = null, ExemptionWarnedAt = null, Reopened = finding.Reopened + 1 }, FindingStep.Reopened, by, $"{why}: {finding.Reason}", now);
    }

    private FindingChange? Open(Finding finding, IReadOnlyList<Exemption> active, string? by, DateTimeOffset now)
    {
        if (active.FirstOrDefault(one => one.Tag is null && Covers(one, finding, now)) is { } exemption)
        {
            return Change(finding, finding with { Status = FindingStatus.Suppressed, ExemptionId = exemption.Id, ExemptionWarnedAt = Warned(exemption, now) }, FindingStep.Suppressed, by ?? exemption.ApprovedBy, "Accepted: " + exemption.Reason, now);
        }

        return finding.Treatment is { State: TreatmentState.AwaitingApproval } waiting && now - waiting.At > approvalExpiry
            ? Change(finding, finding with { Treatment = waiting with { State = TreatmentState.Expired, At = now, Approvals = [] } }, FindingStep.Expired, by: null, "nobody approved it in time", now)
            : null;
    }

    /// <summary>A short exemption says when it ends as it begins.</summary>
    private DateTimeOffset? Warned(Exemption exemption, DateTimeOffset now) => exemption.ExpiresAt - now <= warning ? now : null;

    private static bool Covers(Exemption exemption, Finding finding, DateTimeOffset now) => exemption.Covers(Weakness.Of(finding), finding.Resource, static _ => null, now);

    /// <summary>The tags of the resource are not at hand here: that the exemption's tag was there is believed until the resource is judged again.</summary>
    private static bool CoversKnown(Exemption exemption, Finding finding, DateTimeOffset now) => Covers(exemption with { Tag = null }, finding, now);

    private static FindingChange Change(Finding before, Finding after, FindingStep step, string? by, string detail, DateTimeOffset now) =>
        FindingChange.Of(before, after with { Revision = before.Revision + 1 }, step, now, now, by, detail);
}
