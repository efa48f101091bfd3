using ServerlessGuard.Findings;
using ServerlessGuard.Resources;
using ServerlessGuard.Tables;

namespace ServerlessGuard.Due;

/// <summary>
/// Goes through all accounts and marks those that owe something: once through a table of an earlier version, a quarter of an hour later
/// again (an instance of that version may have written until then), and once a day, a few accounts a run, since nothing that is written in
/// two steps is believed for ever.
/// </summary>
public sealed class DueCensus(ITable table, TimeProvider time)
{
    private const string First = "first";
    private const string Again = "again";
    private const int AccountsPerRun = 4;

    private static readonly TimeSpan Soon = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan Daily = TimeSpan.FromDays(1);
    private static readonly TimeSpan Remember = TimeSpan.FromSeconds(1);

    internal static readonly string Key = RowKeys.Sweep("due");

    /// <summary>Whether all that is due has a mark.</summary>
    internal static bool IsIndexComplete(SweepState state) => state.Complete || state.Run is Again;

    /// <summary>Goes on, if there is anything to do.</summary>
    /// <param name="own">Whose accounts: the peer's owe us nothing. What people here decided about them before is looked for once.</param>
    /// <param name="until">When the first time through stops, to go on in the next run.</param>
    public async Task RunAsync(Provider own, DateTimeOffset until, CancellationToken cancellation)
    {
        var row = await table.FindAsync(RowKeys.Directory, Key, cancellation);
        var now = time.GetUtcNow();
        var state = row is null ? new SweepState { Run = First, StartedAt = now } : SweepRows.Read(row);
        if (state.Complete)
        {
            if (now - state.StartedAt < (state.Run is First ? Soon : Daily))
            {
                return;
            }

            state = new SweepState { Run = Again, StartedAt = now };
        }

        var isFirst = state.Run is First;
        var prefix = RowKeys.Account(isFirst ? string.Empty : RowKeys.Partition(own, string.Empty));
        var (seen, saved) = (0, now);
        var complete = true;
        await foreach (var account in table.QueryAsync(
            RowKeys.Directory, state.Next is null ? prefix : RowKeys.Account(state.Next) + " ", RowKeys.After(prefix),
            isFirst ? null : AccountsPerRun, cancellation))
        {
            if (isFirst && time.GetUtcNow() > until)
            {
                complete = false;
                break;
            }

            var partition = account.Key[RowKeys.Account(string.Empty).Length..];
            await LookAsync(partition, Ownership.Owns(own, partition), isFirst && Ownership.IsAccountOf(Ownership.Other(own), partition),
                cancellation);
            (state, seen) = (state with { Next = partition, Queued = state.Queued + 1 }, seen + 1);
            if (time.GetUtcNow() - saved > Remember)
            {
                saved = time.GetUtcNow();
                await SaveAsync(state, cancellation);
            }
        }

        await SaveAsync(complete && (isFirst || seen < AccountsPerRun) ? state with { Complete = true, Next = null } : state, cancellation);
    }

    private async Task LookAsync(string partition, bool isOwn, bool isPeers, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        if (isOwn)
        {
            if (await AnyAsync(partition, "o:", cancellation))
            {
                foreach (var kind in DueIndex.OfOutbox)
                {
                    await DueMarks.TouchAsync(table, DueIndex.Of(kind), partition, now, cancellation);
                }
            }

            if (await AnyAsync(partition, FindingKeys.IndexOf(FindingStatus.Suppressed), cancellation)
                || await AnyAsync(partition, FindingKeys.WaitingSince, cancellation))
            {
                await DueMarks.TouchAsync(table, DueKind.Time, partition, now, cancellation);
            }
        }
        else if (isPeers && await AnyAsync(partition, OutboxRows.Prefix(OutboxKind.Command), cancellation))
        {
            await DueMarks.TouchAsync(table, DueKind.Command, partition, now, cancellation);
        }
    }

    private async Task<bool> AnyAsync(string partition, string prefix, CancellationToken cancellation)
    {
        await foreach (var _ in table.QueryAsync(partition, prefix, RowKeys.After(prefix), limit: 1, cancellation))
        {
            return true;
        }

        return false;
    }

    /// <summary>Two at once do the same: whoever writes last is right, and at worst a few accounts are looked at twice.</summary>
    private Task<bool> SaveAsync(SweepState state, CancellationToken cancellation) =>
        table.CommitAsync(RowKeys.Directory, [new TableWrite.Put(SweepRows.Row(Key, state, version: null))], cancellation);
}
