using ServerlessGuard.Findings;
using ServerlessGuard.Guards;
using ServerlessGuard.Remediation.Seals;
using ServerlessGuard.Settings;
using ServerlessGuard.Tables;

namespace ServerlessGuard.Remediation;

/// <summary>
/// Takes a fix back, for a person: the sealed before-state is written again, if the resource still is as the fix left it. The intent is in
/// the table before the call, so that an undo killed anywhere and asked for again comes to the same end.
/// </summary>
/// <remarks>Transient faults are thrown, as by <see cref="Remedy"/>. A finding that was undone is not fixed again without a person,
/// whatever the mode.</remarks>
public sealed partial class Undo(
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
    public async Task<UndoOutcome> UndoAsync(string partition, string findingId, string person, bool whileStopped,
        CancellationToken cancellation)
    {
        if (FindingId.RowKey(findingId) is not { } key)
        {
            return UndoOutcome.Refused("this is not the id of a finding");
        }

        return await backoff.WinAsync(time, $"undo of {findingId}", async Task<UndoOutcome?> () =>
        {
            if (await table.FindAsync(partition, key, cancellation) is not { } row || FindingRows.Finding(row) is not { } finding
                || !Remedy.IsAt(finding, row))
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
