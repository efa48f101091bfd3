using System.Runtime.CompilerServices;
using ServerlessGuard.Findings;
using ServerlessGuard.Tables;

namespace ServerlessGuard.Due;

/// <summary>
/// The reading side of the due-index: which accounts owe something, in one query however many accounts there are. Before
/// <see cref="DueCensus"/> has been through a table for the first time every account may.
/// </summary>
public sealed class DueIndex(ITable table, TimeProvider time)
{
    /// <summary>An account with more entries than that is counted again each time.</summary>
    internal const int Counted = 1000;

    internal static readonly OutboxKind[] OfOutbox = [OutboxKind.Command, OutboxKind.Federate, OutboxKind.Notify, OutboxKind.Remediate];

    private static readonly ConditionalWeakTable<ITable, object> Complete = [];

    public static DueKind Of(OutboxKind kind) => kind switch
    {
        OutboxKind.Command => DueKind.Command,
        OutboxKind.Federate => DueKind.Federate,
        OutboxKind.Notify => DueKind.Notify,
        OutboxKind.Remediate => DueKind.Remediate,
    };

    /// <summary>All that owe something of the kinds now or later, in the order of keys.</summary>
    /// <param name="kinds">Side by side in the order of their words; of the outbox, or one that is not.</param>
    /// <param name="cancellation">Stops the paging.</param>
    public async Task<List<DueAccount>> ListAsync(IReadOnlyList<DueKind> kinds, CancellationToken cancellation)
    {
        var accounts = new List<DueAccount>();
        if (kinds[0] < DueKind.Review && !await IsCompleteAsync(cancellation))
        {
            await foreach (var partition in new FindingReader(table).PartitionsAsync(cancellation))
            {
                accounts.AddRange(kinds.Select(kind => new DueAccount(kind, partition, Mark: null, Version: null)));
            }

            return accounts;
        }

        await foreach (
            var row in table.QueryAsync(RowKeys.Directory, DueRows.Prefix(kinds[0]), RowKeys.After(DueRows.Prefix(kinds[^1])), limit: null,
                cancellation))
        {
            accounts.AddRange(kinds.Where(kind => row.Key.StartsWith(DueRows.Prefix(kind), StringComparison.Ordinal))
                .Select(kind => DueAccount.Of(kind, row)));
        }

        return accounts;
    }

    /// <summary>
    /// After a look at an account: what is left in its outbox decides when the next one is worth while. Nothing happens while writers may
    /// still rely on the mark, or when one of them was here since it was read.
    /// </summary>
    public async Task SettleAsync(DueAccount account, OutboxKind kind, CancellationToken cancellation)
    {
        if (!IsAtRest(account))
        {
            return;
        }

        var now = time.GetUtcNow();
        var (count, oldest, next) = (0, (DateTimeOffset?)null, (DateTimeOffset?)null);
        var prefix = OutboxRows.Prefix(kind);
        await foreach (var row in table.QueryAsync(account.Partition, prefix, RowKeys.After(prefix), limit: null, cancellation))
        {
            var entry = OutboxRows.Read(row);
            var at = DueAt(entry);

            // What goes to the peer goes in order: what waits behind the oldest waits with it.
            next = next is null || kind is not OutboxKind.Federate && at < next ? at : next;
            if (!entry.IsHeldBack)
            {
                oldest ??= entry.CreatedAt;
                count++;
            }

            if (next <= now)
            {
                return;
            }
        }

        await MoveAsync(account, next, count > Counted ? null : new DueMark(now, now, count, oldest), cancellation);
    }

    /// <summary>Nothing is due before a time, or at all.</summary>
    /// <param name="account">As it was read before the look.</param>
    /// <param name="next">Null: it owes nothing.</param>
    /// <param name="counted">What was counted at the look, where that was.</param>
    public async Task MoveAsync(DueAccount account, DateTimeOffset? next, DueMark? counted, CancellationToken cancellation)
    {
        if (!IsAtRest(account) || account is not { Mark: { } mark })
        {
            return;
        }

        TableWrite write = next is { } at
            ? new TableWrite.Replace(
                DueRows.Row(account.Kind, account.Partition, mark with { At = at, Entries = counted?.Entries, Oldest = counted?.Oldest },
                    account.Version))
            : new TableWrite.Delete(DueRows.Key(account.Kind, account.Partition), account.Version);

        // False: it was touched in the meantime, and the next look finds why.
        await table.CommitAsync(RowKeys.Directory, [write], cancellation);
    }

    private bool IsAtRest(DueAccount account) =>
        account is { Mark: { } mark, Version: not null } && time.GetUtcNow() - mark.Touched >= DueMarks.Rest;

    /// <summary>When an entry is due: a kick goes out with the commit of what is done here, and is given a while.</summary>
    internal static DateTimeOffset DueAt(OutboxEntry entry) => entry.NextAttemptAt ?? entry.Kind switch
    {
        OutboxKind.Command or OutboxKind.Remediate => entry.CreatedAt + OutboxEntry.Grace,
        OutboxKind.Federate or OutboxKind.Notify => entry.CreatedAt,
    };

    private async Task<bool> IsCompleteAsync(CancellationToken cancellation)
    {
        if (Complete.TryGetValue(table, out _))
        {
            return true;
        }

        if (await table.FindAsync(RowKeys.Directory, DueCensus.Key, cancellation) is not { } row
            || !DueCensus.IsIndexComplete(SweepRows.Read(row)))
        {
            return false;
        }

        Complete.AddOrUpdate(table, new object());
        return true;
    }
}
