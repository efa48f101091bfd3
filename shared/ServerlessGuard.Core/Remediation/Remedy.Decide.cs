using System.Text.Json.Nodes;
using ServerlessGuard.Findings;
using ServerlessGuard.Remediation.Seals;
using ServerlessGuard.Tables;

namespace ServerlessGuard.Remediation;

/// <summary>Whether a plan is applied, proposed, or waits for a person.</summary>
public sealed partial class Remedy
{
    private async Task<RemedyOutcome?> DecideAsync(Work work, Finding finding, Remediator remediator, RemediationPlan plan,
        CancellationToken cancellation)
    {
        if (PlanParts.AreNeeded(plan) && PlanParts.Pack(plan).IsEmpty)
        {
            const string TooLarge = "the resource's state is too large to be kept for an undo (more than 1 MB compressed): fix it by hand";
            return await RecordAsync(work, finding, TreatmentState.Refused, null, TooLarge, cancellation);
        }

        var now = time.GetUtcNow();
        var held = await plans.FindAsync(finding, plan.Id, cancellation);
        var says = finding.Treatment is { State: TreatmentState.Approved } && finding.Treatment.Plan?.Id == plan.Id;
        var fault = held.FaultIn(now, SealedPlanState.Approved, SealedPlanState.Applying);
        var isApproved = says && held.Plan?.IsApproved(approvals, now) is true;
        if (says && !isApproved && (fault ?? SealFault.OutOfTurn) is var claimed and not SealFault.Expired)
        {
            return await RefuseAsync(work, finding, plan.Id, claimed, cancellation);
        }

        if (held.Fault is SealFault.Altered or SealFault.Foreign)
        {
            plans.Refuse(held.Fault.Value);
        }

        var standing = new PlanStanding(
            isApproved,
            IsRejected: held.Plan is { State: SealedPlanState.Refused },
            IsCounted: held.Plan?.IsIntent(finding, now) is true,
            HeldBack: held.Fault is SealFault.Altered or SealFault.Foreign
                ? "what was sealed of this plan before does not fit"
                : held.Plan?.HeldBack);
        var (count, breakerKey, breaker) = await plans.CountAsync(finding, now, cancellation);
        var answer = TreatmentDecision.Decide(finding, plan, standing, settings, count, await controls.ReadAsync(cancellation), now);
        if (answer.State is not TreatmentState.Applying)
        {
            return await ProposeAsync(work, finding, plan, held, answer, count, cancellation);
        }

        if (await remediator.ForbidsAsync(finding, cancellation) is { } spared)
        {
            return await RecordAsync(work, finding, TreatmentState.Refused, null, spared, cancellation);
        }

        var intended = SealedPlan.Of(finding, plan, now, SealedPlan.ResumeLife) with
        {
            State = SealedPlanState.Applying,
            FindingRevision = finding.Revision,
            Approvals = isApproved ? held.Plan!.Approvals : [],
            HeldBack = isApproved ? null : held.Plan?.HeldBack,
        };
        if (standing.IsCounted)
        {
            intended = held.Plan!;
        }
        else if (!await plans.WriteAsync(held, intended, cancellation,
            SealedPlans.Counted(finding, count.Plus(finding.Severity is Verdicts.Severity.Critical, isApproved), breakerKey, breaker, now)))
        {
            return null;
        }

        plan = intended.Plan;
        var intent = Next(finding, TreatmentState.Applying, plan, null, now);
        if (!await CommitAsync(work, Change(finding, intent, FindingStep.Applying, plan.Sentence, now), [], cancellation)
            || await table.FindAsync(work.Partition, FindingKeys.Finding(intent), cancellation) is not { } row
                || FindingRows.Finding(row).Revision != intent.Revision)
        {
            return null;
        }

        return await ApplyAsync(work with { Row = row }, intent, remediator, intended, JsonNode.Parse(plan.Before)!, cancellation);
    }

    /// <summary>The plan waits or is shown: sealed as it is, so that an approval of it can be believed.</summary>
    private async Task<RemedyOutcome?> ProposeAsync(
        Work work, Finding finding, RemediationPlan plan, HeldPlan held, TreatmentAnswer answer, BreakerCount count,
        CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var waits = answer.State is TreatmentState.Proposed or TreatmentState.AwaitingApproval;
        var isNew = !IsSaid(work, finding, answer.State, plan, answer.Detail);
        if (waits && (isNew || held.Plan is not { State: SealedPlanState.Planned or SealedPlanState.Approved }))
        {
            var proposed = SealedPlan.Of(finding, plan, now, approvals.Expiry) with { HeldBack = held.Plan?.HeldBack };
            if (!await plans.EnsureAsync(held, proposed, cancellation))
            {
                return null;
            }
        }

        var opens = answer.HeldBackBy is HeldBackBy.Breaker
            ? await BreakerOpensAsync(work.Partition, finding, count, now, cancellation)
            : [];
        return await RecordAsync(work, finding, answer.State, plan, answer.Detail, cancellation, opens, answer.HeldBackBy);
    }

    /// <summary>Told once: the first proposal of the hour that the breaker made of a fix carries the message.</summary>
    private async Task<IReadOnlyList<TableWrite>> BreakerOpensAsync(string partition, Finding finding, BreakerCount count,
        DateTimeOffset now, CancellationToken cancellation)
    {
        var key = BreakerRows.Key(finding.RuleId, now);
        var row = await table.FindAsync(partition, key, cancellation);
        return BreakerRows.Read(row).OpenedAt is null
            ? [TableWrite.Guarded(BreakerRows.Row(partition, key, new BreakerCount(count.Sum(), now), now, row?.Version)),
                .. outbox.AfterRow(partition, key, now, tells: true, federated: false)]
            : [];
    }
}
