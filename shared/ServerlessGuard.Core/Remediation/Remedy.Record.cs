using ServerlessGuard.Due;
using ServerlessGuard.Findings;
using ServerlessGuard.Recording;
using ServerlessGuard.Remediation.Seals;
using ServerlessGuard.Tables;

namespace ServerlessGuard.Remediation;

public sealed partial class Remedy
{
    /// <summary>How the timeline names what this product did itself.</summary>
    public const string Own = "ServerlessGuard";

    /// <summary>
    /// What the row claims does not stand under the seal. The plan that it shows goes with it: nobody is to decide on it.
    /// </summary>
    private async Task<RemedyOutcome?> RefuseAsync(Work work, Finding finding, string planId, SealFault fault,
        CancellationToken cancellation)
    {
        plans.Refuse(fault);
        var detail = $"{fault.Sentence()} (plan {TextBounds.To(planId, 40)})";
        if (await plans.IsToldAsync(finding, time.GetUtcNow(), cancellation))
        {
            // Whoever plants rows does not fill the chat with it: the metric counts on.
            return await RecordAsync(work with { IsQuiet = true }, finding, TreatmentState.Refused, null, detail, cancellation);
        }

        var outcome = await RecordAsync(work, finding, TreatmentState.Refused, null, detail, cancellation);
        if (outcome is not null)
        {
            await plans.ToldAsync(finding, time.GetUtcNow(), cancellation);
        }

        return outcome;
    }

    private async Task<RemedyOutcome?> RecordAsync(
        Work work,
        Finding finding,
        TreatmentState state,
        RemediationPlan? plan,
        string? detail,
        CancellationToken cancellation,
        IReadOnlyList<TableWrite>? more = null,
        HeldBackBy? heldBackBy = null)
    {
        var now = time.GetUtcNow();
        var done = heldBackBy is { } by ? await HeldAsync(work, finding, by, now, cancellation) : [work.Done];
        if ((more is null or [] || heldBackBy is not null) && finding.Treatment?.HeldBackBy == heldBackBy
            && IsSaid(work, finding, state, plan, detail))
        {
            return await table.CommitMarkedAsync(work.Partition, [.. done, .. more ?? []], now, cancellation)
                ? new RemedyOutcome(state, "said before")
                : null;
        }

        var next = Next(finding, state, plan, detail, now);
        next = next with { Treatment = next.Treatment! with { HeldBackBy = heldBackBy } };
        return await CommitAsync(work, Change(finding, next, TreatmentSteps.Of(state), detail ?? plan?.Sentence, now),
            [.. done, .. more ?? []], cancellation)
            ? new RemedyOutcome(state, detail ?? plan?.Sentence ?? string.Empty)
            : null;
    }

    /// <summary>The entry waits for the end of what holds the fix back, in the place that this finding's has.</summary>
    private async Task<IReadOnlyList<TableWrite>> HeldAsync(Work work, Finding finding, HeldBackBy by, DateTimeOffset now,
        CancellationToken cancellation)
    {
        var entry = Holding.Entry(finding, by, settings, await controls.ReadAsync(cancellation), now);
        var row = OutboxRows.Row(work.Partition, entry, version: null);
        return row.Key == work.Done.Key
            ? [new TableWrite.Replace(row with { Version = work.Done.Version })]
            : [work.Done, new TableWrite.Put(row)];
    }

    /// <summary>A question is asked anew when the finding is: the old one may be about to expire.</summary>
    private static bool IsSaid(Work work, Finding finding, TreatmentState state, RemediationPlan? plan, string? detail) =>
        !(work.Step is FindingStep.Reopened && state is TreatmentState.AwaitingApproval or TreatmentState.Proposed)
        && finding.Treatment is { } said && said.State == state && Planning.AreSame(said.Plan, plan)
            && (plan is not null || said.Detail == TextBounds.To(detail, TextBounds.Detail));

    private Task<bool> CommitAsync(Work work, FindingChange change, IReadOnlyList<TableWrite> more, CancellationToken cancellation) =>
        TreatmentWrites.CommitAsync(
            table, work.Partition, work.Row!.Version, change, more,
            work.IsQuiet ? step => outbox.After(step).Where(kind => kind is not OutboxKind.Notify) : outbox.After, cancellation);

    private static FindingChange Change(Finding before, Finding after, FindingStep step, string? detail, DateTimeOffset now) =>
        FindingChange.Of(before, after, step, now, now, Own, TextBounds.To(detail, TextBounds.Detail));

    private static Finding Next(Finding finding, TreatmentState state, RemediationPlan? plan, string? detail, DateTimeOffset now) =>
        finding with
    {
        Revision = finding.Revision + 1,
        Treatment = new Treatment
        {
            State = state,
            Plan = plan is null ? null : Planning.Shown(plan),
            Detail = TextBounds.To(detail, TextBounds.Detail),
            At = now,
            By = By(finding.Treatment, state),
            HeldBack = state is TreatmentState.Escalated ? "it was escalated before"
                : finding.Treatment is { State: TreatmentState.Approved } && state is TreatmentState.Applying ? null
                : finding.Treatment?.HeldBack,
            Approvals = state is TreatmentState.Applying or TreatmentState.Fixed ? finding.Treatment?.Approvals ?? [] : [],
            Fixes = finding.Treatment?.Fixes ?? [],
        },
    };

    /// <summary>
    /// Whose decision it is: of the person who approved what is now applied, or who rejected this very plan; of nobody else.
    /// </summary>
    private static string? By(Treatment? before, TreatmentState state) => before switch
    {
        { State: TreatmentState.Applying } => before.By,
        { State: TreatmentState.Approved } when state is not (TreatmentState.Proposed or TreatmentState.AwaitingApproval) => before.By,
        { State: TreatmentState.Rejected } when state is TreatmentState.Rejected => before.By,
        _ => null,
    };
}
