using System.Text.Json.Nodes;
using ServerlessGuard.Findings;
using ServerlessGuard.Remediation.Seals;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Remediation;

/// <summary>What an undo writes, after everything was asked once more.</summary>
public sealed partial class Undo
{
    private async Task<UndoOutcome?> WriteBackAsync(Work work, Remediator remediator, HeldPlan held, SealedPlan known,
        CancellationToken cancellation)
    {
        var (before, after) = (JsonNode.Parse(known.Plan.Before)!, JsonNode.Parse(known.Plan.After)!);
        var begun = known.State is SealedPlanState.Undoing;
        var live = await remediator.ReadAsync(work.Finding, cancellation);
        if (JsonNode.DeepEquals(live, before))
        {
            return await UndoneAsync(work, held,
                work.Finding.Treatment is { State: TreatmentState.Undoing } begins ? begins.At : time.GetUtcNow(), cancellation);
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
            return work.Finding.Treatment!.State is TreatmentState.Undoing
                ? await FailAsync(work, known.Plan, why, cancellation)
                : UndoOutcome.Refused(why);
        }

        if (await ForbidsAsync(work, remediator, known, before, after, cancellation) is { } no)
        {
            return UndoOutcome.Refused(no);
        }

        return await BeginAsync(work, held, known, cancellation) is { } intended
            ? await WriteAsync(intended, remediator, known.Plan, live!, before, cancellation)
            : null;
    }

    /// <summary>A way back that leads to something worse than what was accepted when the fix was planned is none.</summary>
    private async Task<string?> ForbidsAsync(Work work, Remediator remediator, SealedPlan known, JsonNode before, JsonNode after,
        CancellationToken cancellation)
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
            return $"the rule now rates it {work.Finding.Severity.ToString().ToLowerInvariant()}, and rated it "
                + $"{known.Severity.ToString().ToLowerInvariant()} when it was fixed: change it by hand if necessary";
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
            var counted =
                SealedPlans.Counted(work.Finding, count.Plus(known.Severity is Severity.Critical, isApproved: true), key, version, now);
            if (!await plans.WriteAsync(held, known with { State = SealedPlanState.Undoing, UndoneBy = work.Person }, cancellation,
                counted))
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
            && await table.FindAsync(work.Partition, FindingKeys.Finding(intent), cancellation) is { } row
                && FindingRows.Finding(row).Revision == intent.Revision
                ? work with { Row = row, Finding = intent }
                : null;
    }

    private async Task<UndoOutcome?> WriteAsync(Work work, Remediator remediator, RemediationPlan plan, JsonNode from, JsonNode to,
        CancellationToken cancellation)
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
}
