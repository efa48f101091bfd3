using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using ServerlessGuard.Findings;
using ServerlessGuard.Guards;
using ServerlessGuard.Tables;

namespace ServerlessGuard.Remediation;

/// <summary>
/// Carries one finding's remediation through: read live, plan, decide, record the intent, write, read back, record. The intent with its before-state is in the table
/// before the first call, so that a process killed anywhere is replayed to the same end, with the same number of fixes.
/// </summary>
/// <remarks>
/// Transient faults (<see cref="CloudCallException.IsTransient"/>, <see cref="TableUnavailableException"/>) are thrown: the outbox entry stays and is tried again. What a
/// service refuses for good is recorded as Failed.
/// </remarks>
public sealed class Remedy(
    ITable table,
    IReadOnlyList<Remediator> remediators,
    RemediationSettings settings,
    Controls controls,
    TimeProvider time,
    Backoff backoff,
    OutboxPolicy outbox)
{
    private const int MaxAttempts = 12;
    private const int MaxFixesKept = 10;

    /// <summary>Does what the entry asks for and deletes it in the transaction that records the outcome.</summary>
    public async Task<RemedyOutcome> HandleAsync(OutboxEntry entry, CancellationToken cancellation)
    {
        var partition = RowKeys.Partition(entry.Resource);
        var entryKey = RowKeys.Outbox(entry);
        for (var attempt = 1; attempt <= MaxAttempts; attempt++)
        {
            if (await table.FindAsync(partition, entryKey, cancellation) is not { } entryRow)
            {
                return new RemedyOutcome(null, "done before");
            }

            var row = await table.FindAsync(partition, RowKeys.Finding(RowKeys.Hash(entry.Resource), entry.RuleId), cancellation);
            var finding = row is null ? null : RowCodec.Finding(row);
            var work = new Work(partition, row, finding, entry.Step, new TableWrite.Delete(entryKey, entryRow.Version));
            if (await TreatAsync(work, cancellation) is { } outcome)
            {
                return outcome;
            }

            await backoff.WaitAsync(attempt, time, cancellation);
        }

        throw new TableUnavailableException($"remediation of {entry.RuleId}: {MaxAttempts} transactions in a row lost against others");
    }

    /// <summary>Null when another was there first: read again.</summary>
    private async Task<RemedyOutcome?> TreatAsync(Work work, CancellationToken cancellation)
    {
        if (work.Finding is not { } finding || !Concerns(finding) || remediators.FirstOrDefault(candidate => candidate.Handles(finding)) is not { } remediator)
        {
            return await DoneAsync(work, new RemedyOutcome(null, "nothing to do"), cancellation);
        }

        try
        {
            return await PlanAndApplyAsync(work, finding, remediator, cancellation);
        }
        catch (CloudCallException refused) when (!refused.IsTransient)
        {
            return await RecordAsync(work, finding, TreatmentState.Failed, finding.Treatment?.Plan, refused.Message, cancellation);
        }
    }

    /// <summary>A fix that was begun is always brought to an end, even when its own effect has resolved the finding in the meantime. An undo that was begun is not touched.</summary>
    private bool Concerns(Finding finding) => finding.Treatment?.State switch
    {
        TreatmentState.Applying => true,
        TreatmentState.Undoing => false,
        TreatmentState.Approved => finding.Status is FindingStatus.Open,
        _ => finding.Status is FindingStatus.Open && settings.ModeOf(finding.RuleId, finding.Resource.Account) is not RemediationMode.Observe,
    };

    private async Task<RemedyOutcome?> DoneAsync(Work work, RemedyOutcome outcome, CancellationToken cancellation) =>
        await table.CommitAsync(work.Partition, [work.Done], cancellation) ? outcome : null;

    private async Task<RemedyOutcome?> PlanAndApplyAsync(Work work, Finding finding, Remediator remediator, CancellationToken cancellation)
    {
        var live = await remediator.ReadAsync(finding, cancellation);
        if (finding.Treatment is { State: TreatmentState.Applying, Plan: { } begun } && live is not null)
        {
            return await ResumeAsync(work, finding, remediator, begun, live, cancellation);
        }

        if (finding.Treatment is { State: TreatmentState.Fixed, Plan: { } done } && live is not null && JsonNode.DeepEquals(live, JsonNode.Parse(done.After)))
        {
            // Still open only because the cloud has not reported the fix yet, or because the fix contains rather than cures: the way back must not be forgotten.
            return await DoneAsync(work, new RemedyOutcome(TreatmentState.Fixed, "fixed before"), cancellation);
        }

        switch (live is null ? null : remediator.Desire(live, finding))
        {
            case null:
                return await RecordAsync(work, finding, TreatmentState.AlreadyDone, null, "the resource is gone", cancellation);
            case Desired.Nothing:
                return await RecordAsync(work, finding, TreatmentState.AlreadyDone, null, "the live state needs no change", cancellation);
            case Desired.Refuse(var reason):
                return await RecordAsync(work, finding, TreatmentState.Refused, null, reason, cancellation);
            case Desired.Change change:
                return await DecideAsync(work, finding, remediator, Plan(finding, remediator, live!, change), cancellation);
            default:
                throw new InvalidOperationException("a desired state of no known kind");
        }
    }

    /// <summary>Killed after the intent was recorded: the call may have happened, or half of it where a fix takes several.</summary>
    private async Task<RemedyOutcome?> ResumeAsync(Work work, Finding finding, Remediator remediator, RemediationPlan begun, JsonNode live, CancellationToken cancellation)
    {
        var after = JsonNode.Parse(begun.After);
        if (JsonNode.DeepEquals(live, after))
        {
            return await FixedAsync(work, finding, begun, cancellation);
        }

        if (finding.Status is not FindingStatus.Open)
        {
            return await RecordAsync(work, finding, TreatmentState.AlreadyDone, null, "the finding was closed before the fix was made", cancellation);
        }

        if (finding.NeverTouch)
        {
            return await RecordAsync(work, finding, TreatmentState.Refused, begun, TreatmentDecision.NeverTouch, cancellation);
        }

        // What was recorded as the before-state stays the before-state: it is what undo goes back to.
        return Difference.IsBetween(live, JsonNode.Parse(begun.Before), after)
            ? await ApplyAsync(work, finding, remediator, begun, live, cancellation)
            : await RecordAsync(work, finding, TreatmentState.Failed, begun, "somebody else changed the resource while the fix was under way: " + Difference.Between(after, live), cancellation);
    }

    private async Task<RemedyOutcome?> DecideAsync(Work work, Finding finding, Remediator remediator, RemediationPlan plan, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var breakerKey = RowKeys.Breaker(finding.RuleId, now);
        var breaker = await table.FindAsync(work.Partition, breakerKey, cancellation);
        var count = RowCodec.Breaker(breaker);
        var (state, detail) = TreatmentDecision.Decide(finding, plan, settings, count.Fixes, await controls.ReadAsync(cancellation), now);
        if (state is not TreatmentState.Applying)
        {
            return await RecordAsync(work, finding, state, plan, detail, cancellation, [.. BreakerOpens(work.Partition, breakerKey, breaker, count, detail, now)]);
        }

        var intent = Next(finding, TreatmentState.Applying, plan, null, now);
        var counted = RowCodec.Row(work.Partition, breakerKey, count with { Fixes = count.Fixes + 1 }, now, breaker?.Version);
        if (await CommitAsync(work, Change(finding, intent, FindingStep.Applying, plan.Sentence, now), [TableWrite.Guarded(counted)], cancellation) is false)
        {
            return null;
        }

        var row = await table.FindAsync(work.Partition, RowKeys.Finding(intent), cancellation);
        return row is null || RowCodec.Finding(row).Revision != intent.Revision
            ? null
            : await ApplyAsync(work with { Row = row }, intent, remediator, plan, JsonNode.Parse(plan.Before)!, cancellation);
    }

    /// <summary>Told once: the first proposal of the hour that the breaker made of a fix carries the message.</summary>
    private IEnumerable<TableWrite> BreakerOpens(string partition, string key, TableRow? row, BreakerCount count, string? detail, DateTimeOffset now) =>
        detail is not null && detail.StartsWith(TreatmentDecision.BreakerOpen, StringComparison.Ordinal) && count.OpenedAt is null
            ? [TableWrite.Guarded(RowCodec.Row(partition, key, count with { OpenedAt = now }, now, row?.Version)), .. outbox.AfterRow(partition, key, now, tells: true, federated: false)]
            : [];

    private async Task<RemedyOutcome?> ApplyAsync(Work work, Finding finding, Remediator remediator, RemediationPlan plan, JsonNode live, CancellationToken cancellation)
    {
        // Looked at again right before the call: between the decision and here somebody may have stopped everything.
        if ((await controls.ReadAsync(cancellation)).Stops is { } stopped)
        {
            return await RecordAsync(work, finding, JsonNode.DeepEquals(live, JsonNode.Parse(plan.Before)) ? TreatmentState.Proposed : TreatmentState.Failed, plan, stopped, cancellation);
        }

        try
        {
            var after = JsonNode.Parse(plan.After)!;
            await remediator.WriteAsync(finding, live, after, cancellation);
            return await ReadBack.ShowsAsync(remediator, finding, after, backoff, time, cancellation)
                ? await FixedAsync(work, finding, plan, cancellation)
                : await RecordAsync(work, finding, TreatmentState.Failed, plan, "the call succeeded, but reading back shows another state", cancellation);
        }
        catch (CloudCallException refused) when (!refused.IsTransient)
        {
            return await RecordAsync(work, finding, TreatmentState.Failed, plan, refused.Message, cancellation);
        }
    }

    private async Task<RemedyOutcome?> FixedAsync(Work work, Finding finding, RemediationPlan plan, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var next = Next(finding, TreatmentState.Fixed, plan, null, now);
        var treatment = next.Treatment!;
        var fixes = treatment.Fixes.Add(now);
        next = next with
        {
            Treatment = treatment with { Fixes = fixes.Length > MaxFixesKept ? fixes.RemoveAt(0) : fixes },
            Stages = next.Stages with { Remediated = now },
        };
        return await CommitAsync(work, Change(finding, next, FindingStep.Fixed, plan.Sentence, now), [work.Done], cancellation)
            ? new RemedyOutcome(TreatmentState.Fixed, plan.Sentence)
            : null;
    }

    private async Task<RemedyOutcome?> RecordAsync(
        Work work, Finding finding, TreatmentState state, RemediationPlan? plan, string? detail, CancellationToken cancellation, IReadOnlyList<TableWrite>? more = null)
    {
        // A question is asked anew when the finding is: the old one may be about to expire.
        var isNew = work.Step is FindingStep.Reopened && state is (TreatmentState.AwaitingApproval or TreatmentState.Proposed);
        if (more is null or [] && !isNew && finding.Treatment is { } said && said.State == state && said.Plan?.Id == plan?.Id && (plan is not null || said.Detail == detail))
        {
            return await DoneAsync(work, new RemedyOutcome(state, "said before"), cancellation);
        }

        var now = time.GetUtcNow();
        var next = Next(finding, state, plan, detail, now);
        return await CommitAsync(work, Change(finding, next, TreatmentSteps.Of(state), detail ?? plan?.Sentence, now), [work.Done, .. more ?? []], cancellation)
            ? new RemedyOutcome(state, detail ?? plan?.Sentence ?? string.Empty)
            : null;
    }

    private Task<bool> CommitAsync(Work work, FindingChange change, IReadOnlyList<TableWrite> more, CancellationToken cancellation) =>
        TreatmentWrites.CommitAsync(table, work.Partition, work.Row!.Version, change, more, outbox.After, cancellation);

    private static FindingChange Change(Finding before, Finding after, FindingStep step, string? detail, DateTimeOffset now) =>
        FindingChange.Of(before, after, step, now, now, Own, detail);

    private static Finding Next(Finding finding, TreatmentState state, RemediationPlan? plan, string? detail, DateTimeOffset now) => finding with
    {
        Revision = finding.Revision + 1,
        Treatment = new Treatment
        {
            State = state,
            Plan = plan,
            Detail = detail,
            At = now,
            By = By(finding.Treatment, state),
            HeldBack = state is TreatmentState.Escalated ? "it was escalated before"
                : finding.Treatment is { State: TreatmentState.Approved } && state is TreatmentState.Applying ? null
                : finding.Treatment?.HeldBack,
            Approvals = state is TreatmentState.Applying or TreatmentState.Fixed ? finding.Treatment?.Approvals ?? [] : [],
            Fixes = finding.Treatment?.Fixes ?? [],
        },
    };

    /// <summary>Whose decision it is: of the person who approved what is now applied, or who rejected this very plan; of nobody else.</summary>
    private static string? By(Treatment? before, TreatmentState state) => before switch
    {
        { State: TreatmentState.Applying } => before.By,
        { State: TreatmentState.Approved } when state is not (TreatmentState.Proposed or TreatmentState.AwaitingApproval) => before.By,
        { State: TreatmentState.Rejected } when state is TreatmentState.Rejected => before.By,
        _ => null,
    };

    /// <summary>How the timeline names what this product did itself.</summary>
    public const string Own = "ServerlessGuard";

    private RemediationPlan Plan(Finding finding, Remediator remediator, JsonNode live, Desired.Change change)
    {
        var before = live.ToJsonString();
        var after = change.To.ToJsonString();
        return new RemediationPlan
        {
            Id = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{finding.Id}\n{before}\n{after}")).AsSpan(0, 8)),
            Sentence = change.Sentence,
            Before = before,
            After = after,
            Call = change.Call,
            Permissions = remediator.Descriptor.Permissions,
            Risk = change.Risk ?? remediator.Descriptor.Risk,
            PlannedAt = time.GetUtcNow(),
        };
    }

    private sealed record Work(string Partition, TableRow? Row, Finding? Finding, FindingStep Step, TableWrite Done);
}

/// <param name="State">Null when nothing was to be done.</param>
/// <param name="Detail">One sentence for the log.</param>
public sealed record RemedyOutcome(TreatmentState? State, string Detail);
