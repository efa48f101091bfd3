using ServerlessGuard.Due;
using ServerlessGuard.Exemptions;
using ServerlessGuard.Findings;
using ServerlessGuard.Guards;
using ServerlessGuard.Remediation;
using ServerlessGuard.Remediation.Seals;
using ServerlessGuard.Resources;
using ServerlessGuard.Tables;

namespace ServerlessGuard.Commands;

/// <summary>
/// Carries commands out, in the cloud that owns what they are about. Who may decide is checked here again: the cloud where the command was made is not believed. Each is
/// carried out once: its end, what it changed and its outbox entry move in one transaction, and what cannot (a call to a cloud) comes to the same end when repeated.
/// </summary>
/// <remarks>Transient faults are thrown, as by <see cref="Remedy"/>: the outbox entry stays and is tried again.</remarks>
/// <param name="table">Where commands and findings are.</param>
/// <param name="plans">What an approval must be about, and where it is sealed.</param>
/// <param name="own">This cloud.</param>
/// <param name="undo">Takes fixes back; null where nothing can be written: an undo is then refused.</param>
/// <param name="walk">Brings findings in line with their exemptions.</param>
/// <param name="sweep">Starts a sweep and says so in one sentence; null: not from here.</param>
/// <param name="settings">Who may.</param>
/// <param name="outbox">What follows a change.</param>
/// <param name="time">The clock.</param>
/// <param name="backoff">Between lost races.</param>
/// <param name="reachesSlack">People can be asked from here whether what came through the peer is theirs: a bot token, a key for links, and an endpoint that answers them.</param>
public sealed partial class CommandRunner(
    ITable table,
    SealedPlans plans,
    Provider own,
    Undo? undo,
    ExpiryWalk walk,
    Func<CancellationToken, Task<string>>? sweep,
    ApprovalSettings settings,
    OutboxPolicy outbox,
    TimeProvider time,
    Backoff backoff,
    bool reachesSlack = false)
{
    private const int MaxAttempts = 12;

    /// <summary>Of a finding's story, looked through for what happened since a decision.</summary>
    private const int MaxSteps = 200;

    private readonly Questions _questions = new(table, own, reachesSlack, settings, time);

    /// <summary>Carries out what the entry names, and deletes it.</summary>
    /// <param name="partition">Of the entry, which must be this cloud's.</param>
    /// <param name="entryKey">Of the outbox entry.</param>
    /// <param name="cancellation">Ends it between two steps.</param>
    public async Task<CommandOutcome> HandleAsync(string partition, string entryKey, CancellationToken cancellation)
    {
        for (var attempt = 1; attempt <= MaxAttempts; attempt++)
        {
            if (await table.FindAsync(partition, entryKey, cancellation) is not { } entryRow || RowCodec.Outbox(entryRow).Row is not { } key)
            {
                return new CommandOutcome(CommandState.Done, "done before");
            }

            var done = new TableWrite.Delete(entryKey, entryRow.Version);
            if (await table.FindAsync(partition, key, cancellation) is not { Kind: RowKind.Command } row)
            {
                await table.CommitAsync(partition, [done], cancellation);
                return new CommandOutcome(CommandState.Refused, "there is no such command");
            }

            if (await TryAsync(new Work(partition, row, RowCodec.Command(row), done, entryRow), cancellation) is { } outcome)
            {
                return outcome;
            }

            await backoff.WaitAsync(attempt, time, cancellation);
        }

        throw new TableUnavailableException($"command: {MaxAttempts} transactions in a row lost against others");
    }

    /// <summary>Null when another was there first: read again.</summary>
    private async Task<CommandOutcome?> TryAsync(Work work, CancellationToken cancellation)
    {
        var command = work.Command;
        if (command.State is CommandState.AwaitsConfirmation)
        {
            return time.GetUtcNow() < command.ExpiresAt
                ? new CommandOutcome(command.State, $"waits for {command.By.Id}, who was asked")
                : await FinishAsync(work, CommandState.Refused, _questions.Unanswered, [], cancellation);
        }

        if (command.State is not CommandState.Pending)
        {
            return await table.CommitAsync(work.Partition, [work.Done], cancellation) ? new CommandOutcome(command.State, command.Outcome ?? "done before") : null;
        }

        if (Forbidden(command) is { } why)
        {
            return await FinishAsync(work, CommandState.Refused, why, [], cancellation);
        }

        if (command.IssuedIn != own && Proof.IsNeeded(command.Kind, settings))
        {
            return await AskAsync(work, cancellation);
        }

        return command.Kind switch
        {
            CommandKind.Approve or CommandKind.Reject or CommandKind.Undo => await OnFindingAsync(work, cancellation),
            CommandKind.Exempt => await ExemptAsync(work, cancellation),
            CommandKind.Revoke => await RevokeAsync(work, cancellation),
            CommandKind.Sweep => sweep is null
                ? await FinishAsync(work, CommandState.Refused, "no sweep can be started from here", [], cancellation)
                : await FinishAsync(work, CommandState.Done, await sweep(cancellation), [], cancellation),
            CommandKind.Stop or CommandKind.Resume => await SwitchAsync(work, cancellation),
            _ => await FinishAsync(work, CommandState.Refused, "a command of a kind that this version does not know", [], cancellation),
        };
    }

    private string? Forbidden(Command command)
    {
        if (time.GetUtcNow() > command.ExpiresAt)
        {
            return "it came too late";
        }

        if (command.IssuedIn != own && PeerRules.Forbids(command, settings, time.GetUtcNow()) is { } why)
        {
            return why;
        }

        return settings.Allows(command.By, isFromPeer: command.IssuedIn != own) ? null : $"{command.By.Name} is not among the approvers";
    }

    /// <summary>The peer's word is not enough: the person is asked by us. The entry stays, for the hour's end.</summary>
    private async Task<CommandOutcome?> AskAsync(Work work, CancellationToken cancellation)
    {
        var (asked, why) = await _questions.OfAsync(work.Command, cancellation);
        if (asked is null)
        {
            return await FinishAsync(work, CommandState.Refused, why!, [], cancellation);
        }

        var later = RowCodec.Outbox(work.Entry) with { NextAttemptAt = asked.ExpiresAt, Attempts = 0 };
        return await table.CommitMarkedAsync(
            work.Partition,
            [
                new TableWrite.Replace(RowCodec.Row(asked, work.Row.Version)),
                new TableWrite.Replace(RowCodec.Row(work.Partition, later, work.Entry.Version)),
                new TableWrite.Put(RowCodec.Row(work.Partition, OutboxEntry.OfRow(OutboxKind.Notify, work.Partition, work.Row.Key, time.GetUtcNow()), version: null)),
            ],
            time.GetUtcNow(),
            cancellation)
            ? new CommandOutcome(asked.State, $"{asked.By.Id} is asked")
            : null;
    }

    private async Task<CommandOutcome?> OnFindingAsync(Work work, CancellationToken cancellation)
    {
        if (work.Command.FindingId is not { } id || FindingId.RowKey(id) is not { } key || await table.FindAsync(work.Partition, key, cancellation) is not { } row)
        {
            return await FinishAsync(work, CommandState.Refused, "there is no such finding", [], cancellation);
        }

        var finding = RowCodec.Finding(row);
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
            return await DeclineAsync(work, row, finding, $"{work.Command.Kind.ToString().ToLowerInvariant()}: {refused.Message}", cancellation);
        }
    }

    /// <summary>A yes counts for a plan that was sealed, as the finding shows it, and is sealed itself before the finding says so.</summary>
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
                    ? await CommitAsync(work, row, FindingChange.Of(finding, next, step, now, now, work.Command.By.Name, detail), CommandState.Done, detail, cancellation)
                    : null;
            case Decision.Refuse(var why):
                return await DeclineAsync(work, row, finding, why, cancellation);
            default:
                throw new InvalidOperationException("a decision of no known kind");
        }
    }

    /// <summary>Why the finding is not what the person saw, in one sentence; null: it is.</summary>
    private async Task<string?> OutOfDateAsync(Finding finding, Work work, CancellationToken cancellation)
    {
        if (AsSeen.Fault(finding, work.Command) is { } fault)
        {
            return fault;
        }

        var (from, steps) = (RowKeys.History(RowKeys.Hash(finding.Resource), finding.RuleId, work.Command.Revision!.Value + 1), 0);
        await foreach (var row in table.QueryAsync(work.Partition, from, RowKeys.After(RowKeys.History(finding)), MaxSteps, cancellation))
        {
            if (++steps == MaxSteps)
            {
                return "too much has happened since it was seen: decide again";
            }

            if (AsSeen.Fault(RowCodec.Event(row).Step, work.Command.Kind) is { } since)
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
            return await DeclineAsync(work, row, finding, "undo: nothing here can change a resource", cancellation);
        }

        var outcome = await undo.UndoAsync(work.Partition, finding.Id, work.Command.By.Name, ByOperator(work.Command) && work.Command.WhileStopped, cancellation);
        if (outcome.IsUndone)
        {
            return await FinishAsync(work, CommandState.Done, outcome.Detail, [], cancellation);
        }

        // A failure that was recorded on the way has moved the finding: read it again.
        return await table.FindAsync(work.Partition, row.Key, cancellation) is { } latest
            ? await DeclineAsync(work, latest, RowCodec.Finding(latest), "undo: " + outcome.Detail, cancellation)
            : null;
    }

    private bool ByOperator(Command command) => command.IssuedIn == own && command.By.Id.StartsWith("local:", StringComparison.Ordinal);

    /// <summary>A refusal is a step of the finding's life: whoever asked, and whoever watches, sees why.</summary>
    private Task<CommandOutcome?> DeclineAsync(Work work, TableRow row, Finding finding, string why, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var next = finding with { Revision = finding.Revision + 1 };
        return CommitAsync(work, row, FindingChange.Of(finding, next, FindingStep.Declined, now, now, work.Command.By.Name, why), CommandState.Refused, why, cancellation);
    }

    /// <summary>What was shown does not stand: declined, and planned again from the live state at once.</summary>
    private async Task<CommandOutcome?> PlanAgainAsync(Work work, TableRow row, Finding finding, string why, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var change = FindingChange.Of(finding, finding with { Revision = finding.Revision + 1 }, FindingStep.Declined, now, now, work.Command.By.Name, why);
        var entry = OutboxEntry.Of(OutboxKind.Remediate, change);
        var again = new TableWrite.Put(RowCodec.Row(work.Partition, entry, version: null));
        return await TreatmentWrites.CommitAsync(table, work.Partition, row.Version, change, [.. End(work, CommandState.Refused, why), again], outbox.After, cancellation)
            ? new CommandOutcome(CommandState.Refused, why, RowKeys.Outbox(entry))
            : null;
    }

    private async Task<CommandOutcome?> SwitchAsync(Work work, CancellationToken cancellation)
    {
        if (work.Partition != RowKeys.Deployment(own))
        {
            return await FinishAsync(work, CommandState.Refused, "a deployment is stopped as a whole", [], cancellation);
        }

        var stops = work.Command.Kind is CommandKind.Stop;
        var now = time.GetUtcNow();
        var row = await table.FindAsync(work.Partition, RowKeys.Control, cancellation);
        var isPeers = work.Command.IssuedIn != own;
        if (isPeers && row is not null && RowCodec.Control(row) is { Stopped: true } stopped)
        {
            // A stop of ours stays ours: the peer neither takes it over by stopping once more nor lifts it.
            if (stops)
            {
                return await FinishAsync(work, CommandState.Done, "it was stopped already", [], cancellation);
            }

            if (!stopped.ByPeer && !settings.PeerLiftsOwnStop)
            {
                return await FinishAsync(work, CommandState.Refused, "the stop was ordered here: resume here (approvals.peerLiftsOwnStop)", [], cancellation);
            }
        }

        var next = Controls.Next(row, stops, work.Command.By.Name, work.Command.Reason, now, isPeers);
        return await FinishAsync(
            work,
            CommandState.Done,
            stops ? "stopped: nothing is fixed any more" : "resumed",
            [TableWrite.Guarded(RowCodec.Row(work.Partition, next, row?.Version)), .. outbox.AfterRow(work.Partition, RowKeys.Control, now, tells: true)],
            cancellation);
    }

    private async Task<CommandOutcome?> CommitAsync(Work work, TableRow row, FindingChange change, CommandState state, string outcome, CancellationToken cancellation) =>
        await TreatmentWrites.CommitAsync(table, work.Partition, row.Version, change, End(work, state, outcome), outbox.After, cancellation)
            ? new CommandOutcome(state, outcome, outbox.After(change).Contains(OutboxKind.Remediate) ? RowKeys.Outbox(OutboxEntry.Of(OutboxKind.Remediate, change)) : null)
            : null;

    private async Task<CommandOutcome?> FinishAsync(Work work, CommandState state, string outcome, IEnumerable<TableWrite> more, CancellationToken cancellation) =>
        await table.CommitMarkedAsync(work.Partition, [.. End(work, state, outcome), .. more], time.GetUtcNow(), cancellation) ? new CommandOutcome(state, outcome) : null;

    private List<TableWrite> End(Work work, CommandState state, string outcome)
    {
        var now = time.GetUtcNow();
        var ended = work.Command with { State = state, Outcome = outcome.Length > 1000 ? outcome[..1000] : outcome, FinishedAt = now };
        return [new TableWrite.Replace(RowCodec.Row(ended, work.Row.Version)), work.Done, .. outbox.AfterRow(work.Partition, work.Row.Key, now, tells: false)];
    }

    private sealed record Work(string Partition, TableRow Row, Command Command, TableWrite Done, TableRow Entry);
}
