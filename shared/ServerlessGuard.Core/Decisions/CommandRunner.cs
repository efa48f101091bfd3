using ServerlessGuard.Due;
using ServerlessGuard.Findings;
using ServerlessGuard.Guards;
using ServerlessGuard.Recording;
using ServerlessGuard.Remediation;
using ServerlessGuard.Remediation.Seals;
using ServerlessGuard.Resources;
using ServerlessGuard.Tables;

namespace ServerlessGuard.Decisions;

/// <summary>
/// Carries commands out, in the cloud that owns what they are about. Who may decide is checked here again: the cloud where the command was
/// made is not believed. Each is carried out once: its end, what it changed and its outbox entry move in one transaction, and what cannot
/// (a call to a cloud) comes to the same end when repeated.
/// </summary>
/// <remarks>Transient faults are thrown, as by <see cref="Remedy"/>: the outbox entry stays and is tried again.</remarks>
/// <param name="table">Where commands and findings are.</param>
/// <param name="plans">What an approval must be about, and where it is sealed.</param>
/// <param name="undo">Takes fixes back; null where nothing can be written: an undo is then refused.</param>
/// <param name="walk">Brings findings in line with their exemptions.</param>
/// <param name="sweep">Starts a sweep and says so in one sentence; null: not from here.</param>
/// <param name="reachesSlack">People can be asked from here whether what came through the peer is theirs: a bot token, a key for links, and
/// an endpoint that answers them.</param>
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
    /// <summary>Of a finding's story, looked through for what happened since a decision.</summary>
    private const int MaxSteps = 200;

    private readonly Questions _questions = new(table, own, reachesSlack, settings, time);

    /// <summary>Carries out what the entry names, and deletes it.</summary>
    /// <param name="partition">Of the entry, which must be this cloud's.</param>
    public async Task<CommandOutcome> HandleAsync(string partition, string entryKey, CancellationToken cancellation)
    {
        return await backoff.WinAsync(time, "command", async Task<CommandOutcome?> () =>
        {
            if (await table.FindAsync(partition, entryKey, cancellation) is not { } entryRow
                || OutboxRows.Read(entryRow).Row is not { } key)
            {
                return new CommandOutcome(CommandState.Done, "done before");
            }

            var done = new TableWrite.Delete(entryKey, entryRow.Version);
            if (await table.FindAsync(partition, key, cancellation) is not { Kind: RowKind.Command } row)
            {
                await table.CommitAsync(partition, [done], cancellation);
                return new CommandOutcome(CommandState.Refused, "no such command");
            }

            return await TryAsync(new Work(partition, row, CommandRows.Read(row), done, entryRow), cancellation);
        }, cancellation);
    }

    /// <summary>Null when another was there first: read again.</summary>
    private async Task<CommandOutcome?> TryAsync(Work work, CancellationToken cancellation)
    {
        var command = work.Command;
        if (command.State is CommandState.AwaitsConfirmation)
        {
            return time.GetUtcNow() < command.ExpiresAt
                ? new CommandOutcome(command.State, $"waiting for {command.By.Id} to confirm")
                : await FinishAsync(work, CommandState.Refused, _questions.Unanswered, [], cancellation);
        }

        if (command.State is not CommandState.Pending)
        {
            return await table.CommitAsync(work.Partition, [work.Done], cancellation)
                ? new CommandOutcome(command.State, command.Outcome ?? "done before")
                : null;
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
                ? await FinishAsync(work, CommandState.Refused, "a sweep cannot be started from here", [], cancellation)
                : await FinishAsync(work, CommandState.Done, await sweep(cancellation), [], cancellation),
            CommandKind.Stop or CommandKind.Resume => await SwitchAsync(work, cancellation),
            _ => await FinishAsync(work, CommandState.Refused, "this version does not know this kind of command", [], cancellation),
        };
    }

    private string? Forbidden(Command command)
    {
        if (time.GetUtcNow() > command.ExpiresAt)
        {
            return "it arrived too late";
        }

        if (command.IssuedIn != own && PeerRules.Forbids(command, settings, time.GetUtcNow()) is { } why)
        {
            return why;
        }

        return settings.Allows(command.By, isFromPeer: command.IssuedIn != own) ? null : $"{command.By.Name} is not among the approvers";
    }

    private async Task<CommandOutcome?> CommitAsync(Work work, TableRow row, FindingChange change, CommandState state, string outcome,
        CancellationToken cancellation) =>
        await TreatmentWrites.CommitAsync(table, work.Partition, row.Version, change, End(work, state, outcome), outbox.After, cancellation)
            ? new CommandOutcome(state, outcome,
                outbox.After(change).Contains(OutboxKind.Remediate) ? OutboxRows.Key(OutboxEntry.Of(OutboxKind.Remediate, change)) : null)
            : null;

    private async Task<CommandOutcome?> FinishAsync(Work work, CommandState state, string outcome, IEnumerable<TableWrite> more,
        CancellationToken cancellation) =>
        await table.CommitMarkedAsync(work.Partition, [.. End(work, state, outcome), .. more], time.GetUtcNow(), cancellation)
            ? new CommandOutcome(state, outcome)
            : null;

    private List<TableWrite> End(Work work, CommandState state, string outcome)
    {
        var now = time.GetUtcNow();
        var ended = work.Command with { State = state, Outcome = outcome.Length > 1000 ? outcome[..1000] : outcome, FinishedAt = now };
        return [new TableWrite.Replace(CommandRows.Row(ended, work.Row.Version)), work.Done,
            .. outbox.AfterRow(work.Partition, work.Row.Key, now, tells: false)];
    }

    private sealed record Work(string Partition, TableRow Row, Command Command, TableWrite Done, TableRow Entry);
}
