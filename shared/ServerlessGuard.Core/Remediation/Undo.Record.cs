using ServerlessGuard.Findings;
using ServerlessGuard.Recording;
using ServerlessGuard.Remediation.Seals;

namespace ServerlessGuard.Remediation;

/// <summary>What an undo leaves in the finding and its story.</summary>
public sealed partial class Undo
{
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
        return await CommitAsync(work, next, FindingStep.Undone, "undone: " + known.Plan.Sentence, cancellation, made)
            ? new UndoOutcome(IsUndone: true, "undone: " + known.Plan.Sentence)
            : null;
    }

    private async Task<UndoOutcome?> FailAsync(Work work, RemediationPlan plan, string why, CancellationToken cancellation)
    {
        var detail = "the undo failed: " + why;
        var next = work.Next(TreatmentState.Failed, plan, detail, time.GetUtcNow());
        return await CommitAsync(work, next, FindingStep.Failed, detail, cancellation) ? UndoOutcome.Refused(detail) : null;
    }

    private Task<bool> CommitAsync(Work work, Finding next, FindingStep step, string detail, CancellationToken cancellation,
        DateTimeOffset? at = null)
    {
        var now = time.GetUtcNow();
        var change = FindingChange.Of(work.Finding, next, step, at ?? now, now, work.Person, TextBounds.To(detail, TextBounds.Detail));
        return TreatmentWrites.CommitAsync(table, work.Partition, work.Row.Version, change, [], outbox, cancellation);
    }
}
