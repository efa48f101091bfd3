using ServerlessGuard.Findings;
using ServerlessGuard.Guards;
using ServerlessGuard.Recording;
using ServerlessGuard.Remediation;
using ServerlessGuard.Remediation.Seals;
using ServerlessGuard.Tables;

namespace ServerlessGuard.Decisions;

/// <content>What is decided about a finding: approve, reject, undo.</content>
public sealed partial class CommandRunner
{
    private async Task<CommandOutcome?> OnFindingAsync(Work work, CancellationToken cancellation)
    {
        if (work.Command.FindingId is not { } id || FindingId.RowKey(id) is not { } key
            || await table.FindAsync(work.Partition, key, cancellation) is not { } row)
        {
            return await FinishAsync(work, CommandState.Refused, "no such finding", [], cancellation);
        }

        var finding = FindingRows.Finding(row);
        if (finding.Preview && work.Command.Kind is CommandKind.Approve or CommandKind.Undo)
        {
            return await DeclineAsync(work, row, finding,
                $"{work.Command.Kind.ToString().ToLowerInvariant()}: the rule is in preview and changes nothing", cancellation);
        }

        if (await OutOfDateAsync(finding, work, cancellation) is { } changed)
        {
            return await DeclineAsync(work, row, finding, $"{work.Command.Kind.ToString().ToLowerInvariant()}: {changed}", cancellation);
        }

        if (work.Command.Kind is CommandKind.Undo)
        {
            return await UndoAsync(work, row, finding, cancellation);
        }

        try
        {
            return await DecideAsync(work, row, finding, cancellation);
        }
        catch (CloudCallException refused) when (!refused.IsTransient)
        {
            return await DeclineAsync(work, row, finding, $"{work.Command.Kind.ToString().ToLowerInvariant()}: {refused.Message}",
                cancellation);
        }
    }

    /// <summary>
    /// A yes counts for a plan that was sealed, as the finding shows it, and is sealed itself before the finding says so.
    /// </summary>
    private async Task<CommandOutcome?> DecideAsync(Work work, TableRow row, Finding finding, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var seal = new SealedDecision(plans, work.Command, settings);
        if (await seal.ReadAsync(finding, now, cancellation) is { } fault)
        {
            plans.Refuse(fault);
            return await PlanAgainAsync(work, row, finding, "approve: " + fault.Sentence(), cancellation);
        }

        switch (Decision.Of(seal.Known(finding), work.Command, settings, now))
        {
            case Decision.Change(var next, var step, var detail):
                return await seal.WriteAsync(next, now, cancellation)
                    ? await CommitAsync(work, row, FindingChange.Of(finding, next, step, now, now, work.Command.By.Name, detail),
                        CommandState.Done, detail, cancellation)
                    : null;
            case Decision.Refuse(var why):
                return await DeclineAsync(work, row, finding, why, cancellation);
            default:
                throw new InvalidOperationException("an unknown kind of decision");
        }
    }

    /// <summary>Why the finding is not what the person saw, in one sentence; null: it is.</summary>
    private async Task<string?> OutOfDateAsync(Finding finding, Work work, CancellationToken cancellation)
    {
        if (AsSeen.Fault(finding, work.Command) is { } fault)
        {
            return fault;
        }

        var (from, steps) = (FindingKeys.History(RowKeys.Hash(finding.Resource), finding.RuleId, work.Command.Revision!.Value + 1), 0);
        await foreach (
            var row in table.QueryAsync(work.Partition, from, RowKeys.After(FindingKeys.History(finding)), MaxSteps, cancellation))
        {
            if (++steps == MaxSteps)
            {
                return "too much has happened since it was seen: decide again";
            }

            if (AsSeen.Fault(FindingRows.Event(row).Step, work.Command.Kind) is { } since)
            {
                return since;
            }
        }

        return null;
    }

    private async Task<CommandOutcome?> UndoAsync(Work work, TableRow row, Finding finding, CancellationToken cancellation)
    {
        if (undo is null)
        {
            return await DeclineAsync(work, row, finding, "undo: this deployment cannot change any resource", cancellation);
        }

        var outcome = await undo.UndoAsync(work.Partition, finding.Id, work.Command.By.Name,
            ByOperator(work.Command) && work.Command.WhileStopped, cancellation);
        if (outcome.IsUndone)
        {
            return await FinishAsync(work, CommandState.Done, outcome.Detail, [], cancellation);
        }

        // A failure that was recorded on the way has moved the finding: read it again.
        return await table.FindAsync(work.Partition, row.Key, cancellation) is { } latest
            ? await DeclineAsync(work, latest, FindingRows.Finding(latest), "undo: " + outcome.Detail, cancellation)
            : null;
    }

    private bool ByOperator(Command command) => command.IssuedIn == own && command.By.Id.StartsWith("local:", StringComparison.Ordinal);

    /// <summary>A refusal is a step of the finding's life: whoever asked, and whoever watches, sees why.</summary>
    private Task<CommandOutcome?> DeclineAsync(Work work, TableRow row, Finding finding, string why, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var next = finding with { Revision = finding.Revision + 1 };
        return CommitAsync(work, row, FindingChange.Of(finding, next, FindingStep.Declined, now, now, work.Command.By.Name, why),
            CommandState.Refused, why, cancellation);
    }

    /// <summary>What was shown does not stand: declined, and planned again from the live state at once.</summary>
    private async Task<CommandOutcome?> PlanAgainAsync(Work work, TableRow row, Finding finding, string why, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var change = FindingChange.Of(finding, finding with { Revision = finding.Revision + 1 }, FindingStep.Declined, now, now,
            work.Command.By.Name, why);
        var entry = OutboxEntry.Of(OutboxKind.Remediate, change);
        var again = new TableWrite.Put(OutboxRows.Row(work.Partition, entry, version: null));
        return await TreatmentWrites.CommitAsync(table, work.Partition, row.Version, change,
            [.. End(work, CommandState.Refused, why), again], outbox.After, cancellation)
            ? new CommandOutcome(CommandState.Refused, why, OutboxRows.Key(entry))
            : null;
    }
}
