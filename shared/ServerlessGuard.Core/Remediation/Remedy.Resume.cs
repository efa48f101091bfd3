using System.Text.Json.Nodes;
using ServerlessGuard.Findings;
using ServerlessGuard.Remediation.Seals;

namespace ServerlessGuard.Remediation;

public sealed partial class Remedy
{
    /// <summary>
    /// Killed after the intent was recorded: the call may have happened, or half of it where a fix takes several. That the row says so
    /// proves nothing: the plan must be sealed as begun, may still be applied, and must be what would be planned from the live state now.
    /// </summary>
    private async Task<RemedyOutcome?> ResumeAsync(Work work, Finding finding, Remediator remediator, RemediationPlan claimed,
        JsonNode live, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var held = await plans.FindAsync(finding, claimed.Id, cancellation);
        if (held.FaultIn(now, SealedPlanState.Applying, SealedPlanState.Applied) is { } fault)
        {
            return await RefuseAsync(work, finding, claimed.Id, fault, cancellation);
        }

        var begun = held.Plan!;
        var (before, after) = (JsonNode.Parse(begun.Plan.Before)!, JsonNode.Parse(begun.Plan.After)!);
        if (JsonNode.DeepEquals(live, after))
        {
            // When the call was made is not known: not before its intent was recorded.
            return await FixedAsync(work, finding, held, finding.Treatment!.At, cancellation);
        }

        if (begun.State is SealedPlanState.Applied)
        {
            return await RefuseAsync(work, finding, claimed.Id, SealFault.OutOfTurn, cancellation);
        }

        if (finding.Status is not FindingStatus.Open)
        {
            return await RecordAsync(work, finding, TreatmentState.AlreadyDone, null, "the finding was closed before the fix was made",
                cancellation);
        }

        if (TreatmentDecision.Forbids(finding, begun.Plan.Risk, begun.IsApproved(approvals, now), settings) is { } why)
        {
            return await RecordAsync(work, finding, TreatmentState.Refused, begun.Plan, why, cancellation);
        }

        if (!Difference.IsBetween(live, before, after))
        {
            return await RecordAsync(
                work, finding, TreatmentState.Failed, begun.Plan,
                "somebody else changed the resource while the fix was under way: " + Difference.Between(after, live), cancellation);
        }

        // What was recorded as the before-state stays the before-state: it is what undo goes back to. From there the same fix must follow
        // today.
        return Planning.LeadsTo(remediator, finding, before, after) && remediator.Desire(live, finding) is not Desired.Refuse
            ? await ApplyAsync(work, finding, remediator, begun, live, cancellation)
            : await RecordAsync(work, finding, TreatmentState.Failed, begun.Plan,
                "the fix that was started is not what would be planned now: check the resource", cancellation);
    }

    private async Task<RemedyOutcome?> ApplyAsync(Work work, Finding finding, Remediator remediator, SealedPlan intended, JsonNode live,
        CancellationToken cancellation)
    {
        var plan = intended.Plan;

        // Looked at again right before the call: between the decision and here somebody may have stopped everything.
        if ((await controls.ReadAsync(cancellation)).Stops is { } stopped)
        {
            var isUntouched = JsonNode.DeepEquals(live, JsonNode.Parse(plan.Before));
            return await RecordAsync(work, finding, isUntouched ? TreatmentState.Proposed : TreatmentState.Failed, plan, stopped,
                cancellation, [], HeldBackBy.Stop);
        }

        try
        {
            var after = JsonNode.Parse(plan.After)!;
            var made = time.GetUtcNow();
            await remediator.WriteAsync(finding, live, after, cancellation);
            return await ReadBack.ShowsAsync(remediator, finding, after, backoff, time, cancellation)
                ? await FixedAsync(work, finding, await plans.FindAsync(finding, plan.Id, cancellation), made, cancellation)
                : await RecordAsync(work, finding, TreatmentState.Failed, plan,
                    "the call succeeded, but reading the resource back shows a different state", cancellation);
        }
        catch (CloudCallException refused) when (!refused.IsTransient)
        {
            return await RecordAsync(work, finding, TreatmentState.Failed, plan, refused.Message, cancellation);
        }
    }

    /// <summary>
    /// Sealed as applied first: only then is there something to undo. The step happened when the call was made, not when it had been read
    /// back: the cloud may have captured the mended resource in between, and what it resolves comes after the fix.
    /// </summary>
    private async Task<RemedyOutcome?> FixedAsync(Work work, Finding finding, HeldPlan held, DateTimeOffset made,
        CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        if (held.Plan is not { State: SealedPlanState.Applying or SealedPlanState.Applied } begun)
        {
            return null;
        }

        if (begun.State is SealedPlanState.Applying
            && !await plans.WriteAsync(held, begun with { State = SealedPlanState.Applied, UndoUntil = now + SealedPlan.UndoLife },
                cancellation))
        {
            return null;
        }

        var next = Next(finding, TreatmentState.Fixed, begun.Plan, null, made);
        var treatment = next.Treatment!;
        var fixes = treatment.Fixes.Add(now);
        next = next with
        {
            Treatment = treatment with { Fixes = fixes.Length > MaxFixesKept ? fixes.RemoveAt(0) : fixes },
            Stages = next.Stages with { Remediated = now },
        };
        return await CommitAsync(work,
            FindingChange.Of(finding, next, FindingStep.Fixed, made, now, Own, TextBounds.To(begun.Plan.Sentence, TextBounds.Detail)),
            [work.Done], cancellation)
            ? new RemedyOutcome(TreatmentState.Fixed, begun.Plan.Sentence)
            : null;
    }
}
