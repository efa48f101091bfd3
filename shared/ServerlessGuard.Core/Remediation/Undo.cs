using System.Text.Json.Nodes;
using ServerlessGuard.Findings;
using ServerlessGuard.Tables;

namespace ServerlessGuard.Remediation;

/// <summary>
/// Takes a fix back, for a person: the recorded before-state is written again, if the resource still is as the fix left it. The intent is in the table before the
/// call, so that an undo killed anywhere and asked for again comes to the same end.
/// </summary>
/// <remarks>Transient faults are thrown, as by <see cref="Remedy"/>. A finding that was undone is not fixed again without a person, whatever the mode.</remarks>
public sealed class Undo(
    ITable table,
    IReadOnlyList<Remediator> remediators,
    TimeProvider time,
    Backoff backoff,
    Func<FindingChange, IEnumerable<OutboxKind>> outbox)
{
    private const int MaxAttempts = 12;

    /// <summary>How later decisions say why they only propose.</summary>
    public const string HeldBack = "a person undid the fix before";

    /// <param name="partition">The account's, see <see cref="RowKeys.Partition(Resources.ResourceRef)"/>.</param>
    /// <param name="findingId">See <see cref="FindingId"/>.</param>
    /// <param name="person">Who asks for it; recorded.</param>
    /// <param name="cancellation">Whether a cancelled undo took place is not known: ask again.</param>
    public async Task<UndoOutcome> UndoAsync(string partition, string findingId, string person, CancellationToken cancellation)
    {
        if (FindingId.RowKey(findingId) is not { } key)
        {
            return UndoOutcome.Refused("this is not the id of a finding");
        }

        for (var attempt = 1; attempt <= MaxAttempts; attempt++)
        {
            if (await table.FindAsync(partition, key, cancellation) is not { } row)
            {
                return UndoOutcome.Refused("there is no such finding");
            }

            if (await TryAsync(new Work(partition, row, RowCodec.Finding(row), person), cancellation) is { } outcome)
            {
                return outcome;
            }

            await backoff.WaitAsync(attempt, time, cancellation);
        }

        throw new TableUnavailableException($"undo of {findingId}: {MaxAttempts} transactions in a row lost against others");
    }

    /// <summary>Null when another was there first: read again.</summary>
    private async Task<UndoOutcome?> TryAsync(Work work, CancellationToken cancellation)
    {
        var finding = work.Finding;
        if (finding.Treatment is { State: TreatmentState.Undone })
        {
            return new UndoOutcome(IsUndone: true, "undone before");
        }

        if (finding.Treatment is not { State: TreatmentState.Fixed or TreatmentState.Undoing, Plan: { } plan } treatment)
        {
            return UndoOutcome.Refused("there is no fix of ours to take back");
        }

        if (plan.Risk is Risk.Irreversible)
        {
            return UndoOutcome.Refused("the fix cannot be undone");
        }

        if (finding.NeverTouch)
        {
            return UndoOutcome.Refused(TreatmentDecision.NeverTouch);
        }

        if (remediators.FirstOrDefault(candidate => candidate.Handles(finding)) is not { } remediator)
        {
            return UndoOutcome.Refused("nothing here can write this fix back");
        }

        var begun = treatment.State is TreatmentState.Undoing;
        try
        {
            return await WriteBackAsync(work, remediator, plan, begun, cancellation);
        }
        catch (CloudCallException refused) when (!refused.IsTransient && !begun)
        {
            // Reading was refused: nothing has begun, the fix stands.
            return UndoOutcome.Refused(refused.Message);
        }
        catch (CloudCallException refused) when (!refused.IsTransient)
        {
            return await FailAsync(work, plan, refused.Message, cancellation);
        }
    }

    private async Task<UndoOutcome?> WriteBackAsync(Work work, Remediator remediator, RemediationPlan plan, bool begun, CancellationToken cancellation)
    {
        var (before, after) = (JsonNode.Parse(plan.Before)!, JsonNode.Parse(plan.After)!);
        var live = await remediator.ReadAsync(work.Finding, cancellation);
        if (JsonNode.DeepEquals(live, before))
        {
            return await UndoneAsync(work, plan, cancellation);
        }

        // Half of our own calls is no change of somebody else's.
        if (!JsonNode.DeepEquals(live, after) && !(begun && Difference.IsBetween(live, before, after)))
        {
            var why = live is null ? "the resource is gone" : "somebody changed the resource since: " + Difference.Between(after, live);
            return begun ? await FailAsync(work, plan, why, cancellation) : UndoOutcome.Refused(why);
        }

        if (!begun)
        {
            var intent = work.Next(TreatmentState.Undoing, plan, null, time.GetUtcNow());
            return await CommitAsync(work, intent, FindingStep.Undoing, "undo: " + plan.Sentence, cancellation)
                && await table.FindAsync(work.Partition, RowKeys.Finding(intent), cancellation) is { } row && RowCodec.Finding(row).Revision == intent.Revision
                    ? await WriteAsync(work with { Row = row, Finding = intent }, remediator, plan, after, before, cancellation)
                    : null;
        }

        return await WriteAsync(work, remediator, plan, live!, before, cancellation);
    }

    private async Task<UndoOutcome?> WriteAsync(Work work, Remediator remediator, RemediationPlan plan, JsonNode from, JsonNode to, CancellationToken cancellation)
    {
        try
        {
            await remediator.WriteAsync(work.Finding, from, to, cancellation);
            return await ReadBack.ShowsAsync(remediator, work.Finding, to, backoff, time, cancellation)
                ? await UndoneAsync(work, plan, cancellation)
                : await FailAsync(work, plan, "the call succeeded, but reading back shows another state", cancellation);
        }
        catch (CloudCallException refused) when (!refused.IsTransient)
        {
            return await FailAsync(work, plan, refused.Message, cancellation);
        }
    }

    private async Task<UndoOutcome?> UndoneAsync(Work work, RemediationPlan plan, CancellationToken cancellation)
    {
        var next = work.Next(TreatmentState.Undone, plan, null, time.GetUtcNow());
        return await CommitAsync(work, next, FindingStep.Undone, "undone: " + plan.Sentence, cancellation) ? new UndoOutcome(IsUndone: true, "undone: " + plan.Sentence) : null;
    }

    private async Task<UndoOutcome?> FailAsync(Work work, RemediationPlan plan, string why, CancellationToken cancellation)
    {
        var detail = "the undo failed: " + why;
        var next = work.Next(TreatmentState.Failed, plan, detail, time.GetUtcNow());
        return await CommitAsync(work, next, FindingStep.Failed, detail, cancellation) ? UndoOutcome.Refused(detail) : null;
    }

    private Task<bool> CommitAsync(Work work, Finding next, FindingStep step, string detail, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        return TreatmentWrites.CommitAsync(
            table, work.Partition, work.Row.Version, FindingChange.Of(work.Finding, next, step, now, now, work.Person, detail), [], outbox, cancellation);
    }

    private sealed record Work(string Partition, TableRow Row, Finding Finding, string Person)
    {
        public Finding Next(TreatmentState state, RemediationPlan plan, string? detail, DateTimeOffset now) => Finding with
        {
            Revision = Finding.Revision + 1,
            Treatment = new Treatment
            {
                State = state,
                Plan = plan,
                Detail = detail,
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
