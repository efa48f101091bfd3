using System.Runtime.CompilerServices;
using ServerlessGuard.Due;
using ServerlessGuard.Findings;
using ServerlessGuard.Remediation;
using ServerlessGuard.Resources;
using ServerlessGuard.Tables;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Engine;

/// <summary>
/// Goes through what must still happen, in every account of this cloud that owes something. A kick is sent right after the commit, but best
/// effort: whatever is still there a while later was lost on the way, or failed, and is due again.
/// </summary>
/// <param name="table">Where the outbox is.</param>
/// <param name="own">This cloud: nothing that lies with the peer's accounts is looked at, and the peer cannot make a walk longer.</param>
/// <param name="jitter">Evenly spread over 0 to 1.</param>
public sealed class OutboxWalk(ITable table, Provider own, TimeProvider time, Func<double> jitter)
{
    /// <summary>How long the first kick is given before the entry is due.</summary>
    public static readonly TimeSpan Grace = OutboxEntry.Grace;

    /// <summary>How many entries of a kind a metric counts before it says "so far".</summary>
    public const int Counted = 1000;

    /// <summary>Sorted at once: those after them come in the next run.</summary>
    private const int MostSorted = 10_000;

    private static readonly TimeSpan LongestWait = TimeSpan.FromHours(1);

    private readonly DueIndex _index = new(table, time);
    private readonly DueWalk _walk = new(table, time);

    /// <summary>
    /// Every entry of the kind where something of it may be due, account by account: what is not due, then what is, the worst first and the
    /// oldest of equals. Stops between rows when cancelled.
    /// </summary>
    public async IAsyncEnumerable<PendingEntry> WalkAsync(OutboxKind kind, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var prefix = OutboxRows.Prefix(kind);
        await foreach (var account in _walk.RunAsync([DueIndex.Of(kind)], IsOwn, later: null, cancellation))
        {
            var due = new List<PendingEntry>();
            await foreach (var row in table.QueryAsync(account.Partition, prefix, RowKeys.After(prefix), limit: null, cancellation))
            {
                var entry = OutboxRows.Read(row);
                var now = time.GetUtcNow();
                var pending = new PendingEntry(row, entry, now - entry.CreatedAt, (entry.NextAttemptAt ?? entry.CreatedAt + Grace) <= now);
                if (!pending.IsDue)
                {
                    yield return pending;
                }
                else if (due.Count < MostSorted)
                {
                    due.Add(pending);
                }
            }

            // Of fixes the worst comes first: the breaker may let few through.
            foreach (var pending in due.OrderByDescending(one => one.Entry.Severity ?? Severity.Critical))
            {
                yield return pending;
            }

            await _index.SettleAsync(account, kind, cancellation);
        }
    }

    /// <summary>
    /// How many entries of the kind wait, and how old the oldest is, without going through more than so many. Where nothing is due they
    /// were counted before.
    /// </summary>
    public async Task<OutboxDepth> DepthAsync(OutboxKind kind, int limit, CancellationToken cancellation)
    {
        var (depth, oldest) = (0, TimeSpan.Zero);
        var prefix = OutboxRows.Prefix(kind);
        foreach (var account in (await _index.ListAsync([DueIndex.Of(kind)], cancellation)).Where(IsOwn))
        {
            var now = time.GetUtcNow();
            if (account is { Mark: { Entries: { } entries } mark } && !account.IsDue(now))
            {
                depth += entries;
                oldest = mark.Oldest is { } since && now - since > oldest ? now - since : oldest;
            }
            else
            {
                await foreach (var row in table.QueryAsync(account.Partition, prefix, RowKeys.After(prefix), limit: null, cancellation))
                {
                    // What is held back for a time is not late.
                    if (OutboxRows.Read(row) is { IsHeldBack: false } entry)
                    {
                        depth++;
                        oldest = now - entry.CreatedAt > oldest ? now - entry.CreatedAt : oldest;
                    }

                    if (depth > limit)
                    {
                        break;
                    }
                }
            }

            if (depth > limit)
            {
                return new OutboxDepth(limit, oldest, IsWhole: false);
            }
        }

        return new OutboxDepth(depth, oldest, IsWhole: true);
    }

    private bool IsOwn(DueAccount account) => Ownership.Owns(own, account.Partition);

    /// <summary>Keeps the index whole (see <see cref="DueCensus"/>), and lets go after a stop what it held back.</summary>
    public async Task TendAsync(DateTimeOffset until, CancellationToken cancellation)
    {
        await new DueCensus(table, time).RunAsync(own, until, cancellation);
        await new HeldRelease(table, own, time).RunAsync(cancellation);
    }

    /// <summary>
    /// One more attempt, and the time of the next: a minute, doubling, at most an hour, with jitter. False when the entry was done or
    /// changed in the meantime.
    /// </summary>
    /// <param name="fault">Why the attempt failed; null when it was only started.</param>
    public Task<bool> PostponeAsync(PendingEntry pending, string? fault, CancellationToken cancellation)
    {
        var attempts = pending.Entry.Attempts + 1;
        var ceiling = Math.Min(LongestWait.TotalSeconds, Grace.TotalSeconds * Math.Pow(2, Math.Min(attempts, 10) - 1));
        var wait = TimeSpan.FromSeconds(ceiling * (0.5 + jitter() / 2));
        var entry = pending.Entry with
            { Attempts = attempts, NextAttemptAt = time.GetUtcNow() + wait, Fault = fault ?? pending.Entry.Fault };
        return table.CommitAsync(pending.Row.Partition,
            [new TableWrite.Replace(OutboxRows.Row(pending.Row.Partition, entry, pending.Row.Version))], cancellation);
    }
}

/// <param name="Row">With the version that it was read with.</param>
/// <param name="Entry">What must still happen.</param>
/// <param name="Age">Since the change that asked for it.</param>
/// <param name="IsDue">Neither fresh nor waiting for its next attempt.</param>
public sealed record PendingEntry(TableRow Row, OutboxEntry Entry, TimeSpan Age, bool IsDue);

/// <param name="Depth">Entries counted.</param>
/// <param name="Oldest">The age of the oldest one counted. Accounts are counted in order, each from its oldest: of several accounts the
/// oldest may be one that was not.</param>
/// <param name="IsWhole">False: there are more, "so far".</param>
public sealed record OutboxDepth(int Depth, TimeSpan Oldest, bool IsWhole);
