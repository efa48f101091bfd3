using System.Runtime.CompilerServices;
using ServerlessGuard.Tables;

namespace ServerlessGuard.Due;

/// <summary>
/// Goes through the accounts that owe something, each in its turn: a run that ends early, or is killed, is followed by one that goes on
/// after the last account that had its turn, and no account that is always busy keeps the others waiting.
/// </summary>
internal sealed class DueWalk(ITable table, TimeProvider time)
{
    private static readonly TimeSpan Remember = TimeSpan.FromSeconds(2);

    private readonly DueIndex _index = new(table, time);

    /// <summary>Those that are due now. Deployments first: what concerns everybody.</summary>
    /// <param name="kinds">See <see cref="DueIndex.ListAsync"/>.</param>
    /// <param name="later">Told when something is due that is not yet; null: nobody.</param>
    public async IAsyncEnumerable<DueAccount> RunAsync(
        IReadOnlyList<DueKind> kinds, Func<DueAccount, bool> concerns, Action<DateTimeOffset>? later,
        [EnumeratorCancellation] CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var due = new List<DueAccount>();
        foreach (var account in (await _index.ListAsync(kinds, cancellation)).Where(concerns))
        {
            if (account.IsDue(now))
            {
                due.Add(account);
            }
            else if (account.Mark is { } mark)
            {
                later?.Invoke(mark.At);
            }
        }

        if (due.Count == 0)
        {
            yield break;
        }

        var cursor = new Cursor(table, RowKeys.Sweep("due." + string.Join('.', kinds)), time);
        var (turn, last) = (0, due.Count == 1 ? null : await cursor.ReadAsync(cancellation));
        var order = due.OrderBy(account => account.Kind).ThenByDescending(account => RowKeys.IsDeployment(account.Partition))
            .ThenBy(account => string.CompareOrdinal(account.Partition, last) <= 0)
                .ThenBy(account => account.Partition, StringComparer.Ordinal).ToList();
        var saved = now;
        try
        {
            for (; turn < order.Count; turn++)
            {
                yield return order[turn];
                if (time.GetUtcNow() - saved >= Remember)
                {
                    saved = time.GetUtcNow();
                    await cursor.WriteAsync(order[turn].Partition, cancellation);
                }
            }
        }
        finally
        {
            // The account at which it stopped goes on, unless it had the whole run for itself.
            await cursor.WriteAsync(turn == order.Count ? null : order[Math.Max(turn - 1, 0)].Partition, CancellationToken.None);
        }
    }

    private sealed class Cursor(ITable table, string key, TimeProvider time)
    {
        private bool _isThere;

        public async Task<string?> ReadAsync(CancellationToken cancellation)
        {
            var row = await table.FindAsync(RowKeys.Directory, key, cancellation);
            _isThere = row is not null;
            return row is null ? null : SweepRows.Read(row).Next;
        }

        /// <summary>Null: through. Whoever writes last is right: two runs at once were both there.</summary>
        public async Task WriteAsync(string? partition, CancellationToken cancellation)
        {
            if (partition is null && !_isThere)
            {
                return;
            }

            TableWrite write = partition is null
                ? new TableWrite.Delete(key, Version: null)
                : new TableWrite.Put(
                    SweepRows.Row(key, new SweepState { Run = "due", StartedAt = time.GetUtcNow(), Next = partition, Complete = true },
                        version: null));
            await table.CommitAsync(RowKeys.Directory, [write], cancellation);
            _isThere = partition is not null;
        }
    }
}
