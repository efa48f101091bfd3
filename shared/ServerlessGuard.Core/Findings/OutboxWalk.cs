using System.Runtime.CompilerServices;
using ServerlessGuard.Tables;

namespace ServerlessGuard.Findings;

/// <summary>
/// Goes through what must still happen, in every account. A kick is sent right after the commit, but best effort: whatever is still there a while later was lost on the
/// way, or failed, and is due again.
/// </summary>
/// <param name="table">Where the outbox is.</param>
/// <param name="time">The clock.</param>
/// <param name="jitter">Evenly spread over 0 to 1.</param>
public sealed class OutboxWalk(ITable table, TimeProvider time, Func<double> jitter)
{
    /// <summary>How long the first kick is given before the entry is due.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan LongestWait = TimeSpan.FromHours(1);

    /// <summary>Every entry of the kind, account by account, oldest first. Stops between rows when cancelled.</summary>
    public async IAsyncEnumerable<PendingEntry> WalkAsync(OutboxKind kind, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var prefix = RowKeys.Outbox(kind);
        await foreach (var partition in new FindingReader(table).PartitionsAsync(cancellation))
        {
            await foreach (var row in table.QueryAsync(partition, prefix, RowKeys.After(prefix), limit: null, cancellation))
            {
                var entry = RowCodec.Outbox(row);
                var now = time.GetUtcNow();
                yield return new PendingEntry(row, entry, now - entry.CreatedAt, (entry.NextAttemptAt ?? entry.CreatedAt + Grace) <= now);
            }
        }
    }

    /// <summary>One more attempt, and the time of the next: a minute, doubling, at most an hour, with jitter. False when the entry was done or changed in the meantime.</summary>
    /// <param name="pending">As it was read.</param>
    /// <param name="fault">Why the attempt failed; null when it was only started.</param>
    /// <param name="cancellation">Ends the write.</param>
    public Task<bool> PostponeAsync(PendingEntry pending, string? fault, CancellationToken cancellation)
    {
        var attempts = pending.Entry.Attempts + 1;
        var ceiling = Math.Min(LongestWait.TotalSeconds, Grace.TotalSeconds * Math.Pow(2, Math.Min(attempts, 10) - 1));
        var wait = TimeSpan.FromSeconds(ceiling * (0.5 + jitter() / 2));
        var entry = pending.Entry with { Attempts = attempts, NextAttemptAt = time.GetUtcNow() + wait, Fault = fault ?? pending.Entry.Fault };
        return table.CommitAsync(pending.Row.Partition, [new TableWrite.Replace(RowCodec.Row(pending.Row.Partition, entry, pending.Row.Version))], cancellation);
    }
}

/// <param name="Row">With the version that it was read with.</param>
/// <param name="Entry">What must still happen.</param>
/// <param name="Age">Since the change that asked for it.</param>
/// <param name="IsDue">Neither fresh nor waiting for its next attempt.</param>
public sealed record PendingEntry(TableRow Row, OutboxEntry Entry, TimeSpan Age, bool IsDue);
