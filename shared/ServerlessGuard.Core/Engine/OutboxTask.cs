using ServerlessGuard.Findings;
using ServerlessGuard.Tables;

namespace ServerlessGuard.Engine;

/// <summary>
/// Carries out one outbox entry that a message named: a fix or a person's command. The message is a hint: what is to be done, and whether
/// it still is, stands in the table, so a forged or repeated one does nothing. What goes wrong is noted in the entry, where <c>guard
/// doctor</c> reads it, and thrown: the queue delivers again. Whoever cannot change anything throws when it is asked for its executors.
/// </summary>
public sealed class OutboxTask(ITable table, Func<Executors> executors, OutboxWalk walk, Wakes wakes, ITelemetry telemetry,
    TimeProvider time)
{
    /// <returns>What was done, in one line.</returns>
    /// <exception cref="ForeignAccountException">No entry of ours.</exception>
    public async Task<string> RunAsync(OutboxPlace place, AllowedAccounts accounts, CancellationToken cancellation)
    {
        accounts.Check(place);
        if (await table.FindAsync(place.Partition, place.Key, cancellation) is not { Kind: RowKind.Outbox } row)
        {
            telemetry.DoneBefore();
            return "done before";
        }

        return OutboxRows.Read(row) is { Kind: OutboxKind.Command } command
            ? await CommandAsync(place, row, command, cancellation)
            : await FixAsync(row, cancellation);
    }

    private async Task<string> FixAsync(TableRow row, CancellationToken cancellation)
    {
        var entry = OutboxRows.Read(row);
        var outcome = await NotingAsync(row, entry, () => executors().Remedy.HandleAsync(entry, cancellation), cancellation);
        telemetry.Fixed(entry, outcome);
        if (outcome.State is not null)
        {
            await wakes.SendAsync(cancellation);
        }

        return $"{entry.RuleId}: {outcome.Detail}";
    }

    private async Task<string> CommandAsync(OutboxPlace place, TableRow row, OutboxEntry entry, CancellationToken cancellation)
    {
        var outcome =
            await NotingAsync(row, entry, () => executors().Commands.HandleAsync(place.Partition, place.Key, cancellation), cancellation);
        telemetry.CarriedOut(place, entry, outcome);
        await wakes.SendAsync(cancellation);

        // Whoever approved is watching: the fix does not wait for the schedule.
        if (outcome.Next is { } next && await table.FindAsync(place.Partition, next, cancellation) is { Kind: RowKind.Outbox } approved)
        {
            await FixAsync(approved, cancellation);
        }

        return $"command: {outcome.Detail}";
    }

    private async Task<T> NotingAsync<T>(TableRow row, OutboxEntry entry, Func<Task<T>> work, CancellationToken cancellation)
    {
        try
        {
            return await work();
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            await NoteAsync(row, entry, FaultLine.Of(fault), cancellation);
            throw;
        }
    }

    /// <summary>The entry may have been put off since it was read: then it is read again, once.</summary>
    private async Task NoteAsync(TableRow row, OutboxEntry entry, string fault, CancellationToken cancellation)
    {
        try
        {
            if (!await PostponeAsync(row, fault, cancellation)
                && await table.FindAsync(row.Partition, row.Key, cancellation) is { Kind: RowKind.Outbox } newer)
            {
                await PostponeAsync(newer, fault, cancellation);
            }
        }
        catch (TableUnavailableException lost)
        {
            telemetry.NotNoted(entry, FaultLine.Of(lost));
        }
    }

    private Task<bool> PostponeAsync(TableRow row, string fault, CancellationToken cancellation)
    {
        var entry = OutboxRows.Read(row);
        return walk.PostponeAsync(new PendingEntry(row, entry, time.GetUtcNow() - entry.CreatedAt, IsDue: true), fault, cancellation);
    }
}
