using ServerlessGuard.Findings;
using ServerlessGuard.Remediation;
using ServerlessGuard.Resources;
using ServerlessGuard.Tables;

namespace ServerlessGuard.Exemptions;

/// <summary>
/// What ends by time, and what a new exemption changes: suppressed findings reopen when nothing covers them any more, open ones are suppressed when something does, an
/// ending exemption is announced, a plan that nobody approved expires. Repeating it changes nothing.
/// </summary>
/// <param name="table">The findings.</param>
/// <param name="exemptions">What counts.</param>
/// <param name="approvalExpiry">How long a plan waits for its approval.</param>
/// <param name="warning">How long before its end an exemption is announced.</param>
/// <param name="outbox">What follows a change.</param>
/// <param name="time">The clock.</param>
/// <param name="backoff">Between lost races.</param>
public sealed class ExpiryWalk(
    ITable table,
    ExemptionReader exemptions,
    TimeSpan approvalExpiry,
    TimeSpan warning,
    Func<FindingChange, IEnumerable<OutboxKind>> outbox,
    TimeProvider time,
    Backoff backoff)
{
    private const int MaxAttempts = 12;

    /// <summary>At most one walk in so long, however many run.</summary>
    public static readonly TimeSpan Every = TimeSpan.FromMinutes(5);

    /// <summary>All accounts of this cloud, when it is time. How many findings changed; null when another walk was here a short while ago.</summary>
    public async Task<int?> RunAsync(Provider own, CancellationToken cancellation)
    {
        var deployment = RowKeys.Deployment(own);
        var now = time.GetUtcNow();
        var last = await table.FindAsync(deployment, RowKeys.Expiry, cancellation);
        if (last?.ExpiresAt > now || !await table.CommitAsync(deployment, [TableWrite.Guarded(RowCodec.LeaseRow(deployment, RowKeys.Expiry, "expiry", now + Every, last?.Version))], cancellation))
        {
            return null;
        }

        var changed = 0;
        await foreach (var partition in new FindingReader(table).OwnAsync(own, cancellation))
        {
            if (!RowKeys.IsDeployment(partition))
            {
                changed += await AlignAsync(partition, by: null, cancellation);
            }
        }

        return changed;
    }

    /// <summary>One account, now. How many findings changed.</summary>
    /// <param name="partition">The account's.</param>
    /// <param name="by">Whose decision made it necessary; null: time passed.</param>
    /// <param name="cancellation">Between two findings.</param>
    public async Task<int> AlignAsync(string partition, string? by, CancellationToken cancellation)
    {
        var active = await exemptions.OfAsync(partition, cancellation);
        var reader = new FindingReader(table);
        var changed = 0;
        foreach (var status in new[] { FindingStatus.Open, FindingStatus.Suppressed })
        {
            await foreach (var finding in reader.ListAsync(partition, status, severity: null, cancellation))
            {
                if (Next(finding, active, by, time.GetUtcNow()) is not null)
                {
                    changed += await ApplyAsync(partition, RowKeys.Finding(finding), active, by, cancellation) ? 1 : 0;
                }
            }
        }

        return changed;
    }

    private async Task<bool> ApplyAsync(string partition, string key, IReadOnlyList<Exemption> active, string? by, CancellationToken cancellation)
    {
        for (var attempt = 1; attempt <= MaxAttempts; attempt++)
        {
            if (await table.FindAsync(partition, key, cancellation) is not { } row || Next(RowCodec.Finding(row), active, by, time.GetUtcNow()) is not { } change)
            {
                return false;
            }

            if (await TreatmentWrites.CommitAsync(table, partition, row.Version, change, [], outbox, cancellation))
            {
                return true;
            }

            await backoff.WaitAsync(attempt, time, cancellation);
        }

        throw new TableUnavailableException($"exemptions: {MaxAttempts} transactions in a row lost against others");
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

        var why = current?.RevokedAt is not null ? "the exemption was ended" : current is null ? "there is no such exemption any more" : "the exemption has ended";
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

    private static bool Covers(Exemption exemption, Finding finding, DateTimeOffset now) => exemption.Covers(finding.RuleId, finding.Resource, static _ => null, now);

    /// <summary>The tags of the resource are not at hand here: that the exemption's tag was there is believed until the resource is judged again.</summary>
    private static bool CoversKnown(Exemption exemption, Finding finding, DateTimeOffset now) => Covers(exemption with { Tag = null }, finding, now);

    private static FindingChange Change(Finding before, Finding after, FindingStep step, string? by, string detail, DateTimeOffset now) =>
        FindingChange.Of(before, after with { Revision = before.Revision + 1 }, step, now, now, by, detail);
}
