using ServerlessGuard.Decisions;
using ServerlessGuard.Due;
using ServerlessGuard.Findings;
using ServerlessGuard.Guards;
using ServerlessGuard.Resources;
using ServerlessGuard.Tables;

namespace ServerlessGuard.Federation;

/// <summary>
/// Commands in both directions: what a person of the peer's cloud asks of us, which is written with its outbox entry in one transaction and
/// so carried out once; and what became of what our people asked of the peer.
/// </summary>
internal sealed class ReceivedCommands(
    ITable table, Provider peer, Arrivals arrivals, PeerAlarms? alarms, ApprovalSettings approvals, TimeProvider time, Backoff backoff,
    Action<string, string>? onCommand)
{
    private readonly PeerQuota _quota = new(table, Ownership.Other(peer), approvals.FromPeerPerHour, time, backoff);

    public async Task<RowAnswer> ApplyAsync(FederatedRow row, Command command, CancellationToken cancellation)
    {
        if (command.Partition != row.Partition)
        {
            return RowAnswer.Rejected("the command is of another account than the row");
        }

        if (Sound.Fault(command, time.GetUtcNow()) is { } fault)
        {
            return RowAnswer.Rejected(fault);
        }

        return Ownership.Owns(peer, row.Partition) ? await ResultAsync(command, cancellation) : await AskedAsync(command, cancellation);
    }

    /// <summary>From the peer, about what is ours.</summary>
    private async Task<RowAnswer> AskedAsync(Command command, CancellationToken cancellation)
    {
        if (command.State is not CommandState.Pending || command.Outcome is not null || command.FinishedAt is not null)
        {
            return RowAnswer.Rejected("a command must arrive pending: its result is for its owner to say");
        }

        if (command.IssuedIn != peer)
        {
            return RowAnswer.Rejected($"issued in {command.IssuedIn}, sent by {peer}");
        }

        var key = CommandRows.Key(command.Id);
        if (await table.FindAsync(command.Partition, key, cancellation) is not null)
        {
            return RowAnswer.Stale;
        }

        var now = time.GetUtcNow();
        if (PeerRules.Forbids(command, approvals, now) is { } forbidden)
        {
            return RowAnswer.Rejected(forbidden);
        }

        if (command.ExpiresAt <= now)
        {
            return RowAnswer.Rejected("expired before it arrived");
        }

        var isDeployment = command.Partition == RowKeys.Deployment(Ownership.Other(peer));
        if (!isDeployment && await table.FindAsync(RowKeys.Directory, RowKeys.Account(command.Partition), cancellation) is null)
        {
            return RowAnswer.Rejected("an account that this deployment does not know");
        }

        // The last question: what is refused anyway uses nothing up.
        if (!await _quota.TakeAsync(command.Kind, cancellation))
        {
            if (alarms is not null)
            {
                await alarms.TooManyAsync(command.Kind, cancellation);
            }

            return RowAnswer.Rejected(
                $"{peer} has requested {command.Kind} {approvals.FromPeerPerHour} times this hour, which is the limit "
                    + $"(approvals.fromPeerPerHour); decide in {Ownership.Other(peer)}");
        }

        // Questions are the owner's own. A deployment may get its first row here; the runner has to find it.
        command = command with { Question = null };
        await table.RegisterAsync(command.Partition, cancellation);
        var entry = OutboxRows.Row(command.Partition, OutboxEntry.OfRow(OutboxKind.Command, command.Partition, key, now), version: null);
        if (!await table.CommitMarkedAsync(command.Partition,
            [new TableWrite.Insert(CommandRows.Row(command, version: null)), new TableWrite.Put(entry)], now, cancellation))
        {
            // Somebody else wrote it in the meantime.
            return RowAnswer.Stale;
        }

        onCommand?.Invoke(command.Partition, entry.Key);
        return RowAnswer.Accepted;
    }

    /// <summary>From the owner. It is the row's one writer: what was done stays done, and nothing goes back to pending.</summary>
    private async Task<RowAnswer> ResultAsync(Command command, CancellationToken cancellation)
    {
        if (command.State is CommandState.Pending or CommandState.AwaitsConfirmation || command.FinishedAt is null)
        {
            return RowAnswer.Rejected("a command that is pending at its owner is not sent");
        }

        await arrivals.RegisterAsync(command.Partition, cancellation);
        var finished = CommandRows.Row(command, version: null);
        return await backoff.WinAsync(time, "federated command", async Task<RowAnswer?> () =>
        {
            // A refusal may be our own, of a command that never got through.
            var held = await table.FindAsync(command.Partition, finished.Key, cancellation);
            if (held is not null
                && (held.Document == finished.Document || CommandRows.Read(held).State is CommandState.Done && !arrivals.IsForced))
            {
                return await arrivals.StaleAsync(held, finished, isSameRevision: true, cancellation);
            }

            return await table.CommitAsync(command.Partition, [TableWrite.Guarded(finished with { Version = held?.Version })], cancellation)
                ? RowAnswer.Accepted
                : null;
        }, cancellation);
    }
}
