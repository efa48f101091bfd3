using System.Text.Json.Nodes;
using ServerlessGuard.Findings;
using ServerlessGuard.Guards;
using ServerlessGuard.Recording;
using ServerlessGuard.Remediation.Seals;
using ServerlessGuard.Settings;
using ServerlessGuard.Tables;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Remediation;

/// <summary>
/// Takes a fix back, for a person: the sealed before-state is written again, if the resource still is as the fix left it. The intent is in the table before the call, so
/// that an undo killed anywhere and asked for again comes to the same end.
/// </summary>
/// <remarks>Transient faults are thrown, as by <see cref="Remedy"/>. A finding that was undone is not fixed again without a person, whatever the mode.</remarks>
public sealed class Undo(
    ITable table,
    SealedPlans plans,
    IReadOnlyList<Remediator> remediators,
    RuleSettings rules,
    RemediationSettings settings,
    Controls controls,
    TimeProvider time,
    Backoff backoff,
    Func<FindingChange, IEnumerable<OutboxKind>> outbox)
{
    /// <summary>How later decisions say why they only propose.</summary>
    public const string HeldBack = "a person undid the fix before";

    /// <param name="partition">The account's, see <see cref="RowKeys.Partition(Resources.ResourceRef)"/>.</param>
    /// <param name="findingId">See <see cref="FindingId"/>.</param>
    /// <param name="person">Who asks for it; recorded.</param>
    /// <param name="whileStopped">An operator says so: a stop does not hold it back.</param>
    /// <param name="cancellation">Whether a cancelled undo took place is not known: ask again.</param>
    public async Task<UndoOutcome> UndoAsync(string partition, string findingId, string person, bool whileStopped, CancellationToken cancellation)
    {
        if (FindingId.RowKey(findingId) is not { } key)
        {
            return UndoOutcome.Refused("this is not the id of a finding");
        }

        return await backoff.WinAsync(time, $"undo of {findingId}", async Task<UndoOutcome?> () =>
        {
            if (await table.FindAsync(partition, key, cancellation) is not { } row || FindingRows.Finding(row) is not { } finding || !Remedy.IsAt(finding, row))
            {
                return UndoOutcome.Refused("no such finding");
            }

            return await TryAsync(new Work(partition, row, finding, person, whileStopped), cancellation);
        }, cancellation);
    }

    /// <summary>Null when another was there first: read again.</summary>
    private async Task<UndoOutcome?> TryAsync(Work work, CancellationToken cancellation)
    {
        var finding = work.Finding;
        if (finding.Treatment is { State: TreatmentState.Undone })
        {
            return new UndoOutcome(IsUndone: true, "undone before");
        }

        if (finding.Treatment is not { State: TreatmentState.Fixed or TreatmentState.Undoing, Plan: { } shown })
        {
            return UndoOutcome.Refused("there is no fix to undo");
        }

        if (finding.NeverTouch || NeverTouched.Is(finding.Resource, rules))
        {
            return UndoOutcome.Refused(TreatmentDecision.NeverTouch);
        }

        if (remediators.FirstOrDefault(candidate => candidate.Handles(finding)) is not { } remediator)
        {
            return UndoOutcome.Refused("nothing here can undo this fix");
        }

        try
        {
            var held = await plans.FindAsync(finding, shown.Id, cancellation);
            if (held.FaultIn(time.GetUtcNow(), SealedPlanState.Applied, SealedPlanState.Undoing, SealedPlanState.Undone) is { } fault)
            {
                plans.Refuse(fault);
                return UndoOutcome.Refused(fault.Sentence());
            }

            return held.Plan!.Plan.Risk is Risk.Irreversible
                ? UndoOutcome.Refused("the fix cannot be undone")
                : await WriteBackAsync(work, remediator, held, held.Plan, cancellation);
        }
        catch (CloudCallException refused) when (!refused.IsTransient && finding.Treatment.State is TreatmentState.Fixed)
        {
            // Reading was refused: nothing has begun, the fix stands.
            return UndoOutcome.Refused(refused.Message);
        }
        catch (CloudCallException refused) when (!refused.IsTransient)
        {
            return await FailAsync(work, shown, refused.Message, cancellation);
        }
    }

    private async Task<UndoOutcome?> WriteBackAsync(Work work, Remediator remediator, HeldPlan held, SealedPlan known, CancellationToken cancellation)
    {
        var (before, after) = (JsonNode.Parse(known.Plan.Before)!, JsonNode.Parse(known.Plan.After)!);
        var begun = known.State is SealedPlanState.Undoing;
        var live = await remediator.ReadAsync(work.Finding, cancellation);
        if (JsonNode.DeepEquals(live, before))
        {
            return await UndoneAsync(work, held, work.Finding.Treatment is { State: TreatmentState.Undoing } begins ? begins.At : time.GetUtcNow(), cancellation);
        }

        if (known.State is SealedPlanState.Undone)
        {
            plans.Refuse(SealFault.OutOfTurn);
            return UndoOutcome.Refused("it was undone before and has been changed since");
        }

        // Half of our own calls is no change of somebody else's.
        if (!JsonNode.DeepEquals(live, after) && !(begun && Difference.IsBetween(live, before, after)))
        {
            var why = live is null ? "the resource is gone" : "somebody changed the resource since: " + Difference.Between(after, live);
            return work.Finding.Treatment!.State is TreatmentState.Undoing ? await FailAsync(work, known.Plan, why, cancellation) : UndoOutcome.Refused(why);
        }

        if (await ForbidsAsync(work, remediator, known, before, after, cancellation) is { } no)
        {
            return UndoOutcome.Refused(no);
        }

        return await BeginAsync(work, held, known, cancellation) is { } intended ? await WriteAsync(intended, remediator, known.Plan, live!, before, cancellation) : null;
    }

    /// <summary>A way back that leads to something worse than what was accepted when the fix was planned is none.</summary>
    private async Task<string?> ForbidsAsync(Work work, Remediator remediator, SealedPlan known, JsonNode before, JsonNode after, CancellationToken cancellation)
    {
        if ((await controls.ReadAsync(cancellation)).Stops is { } stopped && !work.WhileStopped)
        {
            return stopped + "; an operator can use --while-stopped";
        }

        // Before the intent: while the tag is there the fix stands, and it can be taken back when the tag is gone.
        if (await remediator.ForbidsAsync(work.Finding, cancellation) is { } spared)
        {
            return spared;
        }

        if (work.Finding.Severity > known.Severity)
        {
            return $"the rule now rates it {work.Finding.Severity.ToString().ToLowerInvariant()}, and rated it {known.Severity.ToString().ToLowerInvariant()} when it was fixed: change it by hand if necessary";
        }

        if (!Planning.LeadsTo(remediator, work.Finding, before, after))
        {
            return "the state before the fix is now rated differently (settings or version changed): change it by hand if necessary";
        }

        var now = time.GetUtcNow();
        var (count, _, _) = await plans.CountAsync(work.Finding, now, cancellation);
        return known.State is SealedPlanState.Undoing ? null : TreatmentDecision.Breaks(known.Severity, settings, count, isApproved: true);
    }

    /// <summary>The intent, counted and sealed, then recorded; each only where it is not yet. Null: another was there first.</summary>
    private async Task<Work?> BeginAsync(Work work, HeldPlan held, SealedPlan known, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        if (known.State is SealedPlanState.Applied)
        {
            var (count, key, version) = await plans.CountAsync(work.Finding, now, cancellation);
            var counted = SealedPlans.Counted(work.Finding, count.Plus(known.Severity is Severity.Critical, isApproved: true), key, version, now);
            if (!await plans.WriteAsync(held, known with { State = SealedPlanState.Undoing, UndoneBy = work.Person }, cancellation, counted))
            {
                return null;
            }
        }

        if (work.Finding.Treatment!.State is TreatmentState.Undoing)
        {
            return work;
        }

        var intent = work.Next(TreatmentState.Undoing, known.Plan, null, now);
        return await CommitAsync(work, intent, FindingStep.Undoing, "undo: " + known.Plan.Sentence, cancellation)
            && await table.FindAsync(work.Partition, FindingKeys.Finding(intent), cancellation) is { } row && FindingRows.Finding(row).Revision == intent.Revision
                ? work with { Row = row, Finding = intent }
                : null;
    }

    private async Task<UndoOutcome?> WriteAsync(Work work, Remediator remediator, RemediationPlan plan, JsonNode from, JsonNode to, CancellationToken cancellation)
    {
        try
        {
            var made = time.GetUtcNow();
            await remediator.WriteAsync(work.Finding, from, to, cancellation);
            return await ReadBack.ShowsAsync(remediator, work.Finding, to, backoff, time, cancellation)
                ? await UndoneAsync(work, await plans.FindAsync(work.Finding, plan.Id, cancellation), made, cancellation)
                : await FailAsync(work, plan, "the call succeeded, but reading the resource back shows a different state", cancellation);
        }
        catch (CloudCallException refused) when (!refused.IsTransient)
        {
            return await FailAsync(work, plan, refused.Message, cancellation);
        }
    }

    /// <summary>It happened when the call was made: what the cloud captures of it comes after.</summary>
    private async Task<UndoOutcome?> UndoneAsync(Work work, HeldPlan held, DateTimeOffset made, CancellationToken cancellation)
    {
        if (held.Plan is not { } known)
        {
            return null;
        }

        var undone = known with { State = SealedPlanState.Undone, UndoneBy = known.UndoneBy ?? work.Person, HeldBack = HeldBack };
        if (!await plans.EnsureAsync(held, undone, cancellation))
        {
            return null;
        }

        var next = work.Next(TreatmentState.Undone, known.Plan, null, made);
        return await CommitAsync(work, next, FindingStep.Undone, "undone: " + known.Plan.Sentence, cancellation, made) ? new UndoOutcome(IsUndone: true, "undone: " + known.Plan.Sentence) : null;
    }

    private async Task<UndoOutcome?> FailAsync(Work work, RemediationPlan plan, string why, CancellationToken cancellation)
    {
        var detail = "the undo failed: " + why;
        var next = work.Next(TreatmentState.Failed, plan, detail, time.GetUtcNow());
        return await CommitAsync(work, next, FindingStep.Failed, detail, cancellation) ? UndoOutcome.Refused(detail) : null;
    }

    private Task<bool> CommitAsync(Work work, Finding next, FindingStep step, string detail, CancellationToken cancellation, DateTimeOffset? at = null)
    {
        var now = time.GetUtcNow();
        var change = FindingChange.Of(work.Finding, next, step, at ?? now, now, work.Person, TextBounds.To(detail, TextBounds.Detail));
        return TreatmentWrites.CommitAsync(table, work.Partition, work.Row.Version, change, [], outbox, cancellation);
    }

    private sealed record Work(string Partition, TableRow Row, Finding Finding, string Person, bool WhileStopped)
    {
        public Finding Next(TreatmentState state, RemediationPlan plan, string? detail, DateTimeOffset now) => Finding with
        {
            Revision = Finding.Revision + 1,
            Treatment = new Treatment
            {
                State = state,
                Plan = Planning.Shown(plan),
                Detail = TextBounds.To(detail, TextBounds.Detail),
                At = now,
                By = Person,
                HeldBack = Undo.HeldBack,
                Fixes = Finding.Treatment?.Fixes ?? [],
            },
        };
    }
}

/// <param name="IsUndone">The resource is as it was before the fix.</param>
/// <param name="Detail">One sentence for the person who asked.</param>
public sealed record UndoOutcome(bool IsUndone, string Detail)
{
    public static UndoOutcome Refused(string why) => new(IsUndone: false, why);
}
