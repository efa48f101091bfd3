using ServerlessGuard.Due;
using ServerlessGuard.Findings;
using ServerlessGuard.Guards;
using ServerlessGuard.Tables;

namespace ServerlessGuard.Decisions;

/// <summary>Commands that wait for a confirmation, and those of the whole deployment.</summary>
public sealed partial class CommandRunner
{
    /// <summary>The peer's word is not enough: the person is asked by us. The entry stays, for the hour's end.</summary>
    private async Task<CommandOutcome?> AskAsync(Work work, CancellationToken cancellation)
    {
        var (asked, why) = await _questions.OfAsync(work.Command, cancellation);
        if (asked is null)
        {
            return await FinishAsync(work, CommandState.Refused, why!, [], cancellation);
        }

        var later = OutboxRows.Read(work.Entry) with { NextAttemptAt = asked.ExpiresAt, Attempts = 0 };
        return await table.CommitMarkedAsync(
            work.Partition,
            [
                new TableWrite.Replace(CommandRows.Row(asked, work.Row.Version)),
                new TableWrite.Replace(OutboxRows.Row(work.Partition, later, work.Entry.Version)),
                new TableWrite.Put(
                    OutboxRows.Row(work.Partition, OutboxEntry.OfRow(OutboxKind.Notify, work.Partition, work.Row.Key, time.GetUtcNow()),
                        version: null)),
            ],
            time.GetUtcNow(),
            cancellation)
            ? new CommandOutcome(asked.State, $"{asked.By.Id} has been asked to confirm")
            : null;
    }

    private async Task<CommandOutcome?> SwitchAsync(Work work, CancellationToken cancellation)
    {
        if (work.Partition != RowKeys.Deployment(own))
        {
            return await FinishAsync(work, CommandState.Refused, "stop applies to a whole deployment", [], cancellation);
        }

        var stops = work.Command.Kind is CommandKind.Stop;
        var now = time.GetUtcNow();
        var row = await table.FindAsync(work.Partition, ControlRows.Key, cancellation);
        var isPeers = work.Command.IssuedIn != own;
        if (isPeers && row is not null && ControlRows.Read(row) is { Stopped: true } stopped)
        {
            // A stop of ours stays ours: the peer neither takes it over by stopping once more nor lifts it.
            if (stops)
            {
                return await FinishAsync(work, CommandState.Done, "it was already stopped", [], cancellation);
            }

            if (!stopped.ByPeer && !settings.PeerLiftsOwnStop)
            {
                return await FinishAsync(work, CommandState.Refused, "the stop was issued here: resume here (approvals.peerLiftsOwnStop)",
                    [], cancellation);
            }
        }

        var next = Controls.Next(row, stops, work.Command.By.Name, work.Command.Reason, now, isPeers);
        return await FinishAsync(
            work,
            CommandState.Done,
            stops ? "stopped: no more fixes are made" : "resumed",
            [TableWrite.Guarded(ControlRows.Row(work.Partition, next, row?.Version)),
                .. outbox.AfterRow(work.Partition, ControlRows.Key, now, tells: true)],
            cancellation);
    }
}
