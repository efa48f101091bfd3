using System.Runtime.CompilerServices;
using ServerlessGuard.Resources;
using ServerlessGuard.Tables;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Findings;

/// <summary>The questions that people ask of the table. Each reads a key range of one account: none scans.</summary>
public sealed class FindingReader(ITable table)
{
    /// <summary>Accounts that have rows: <c>aws:123456789012</c>, <c>azure:…</c>.</summary>
    public async IAsyncEnumerable<string> AccountsAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        await foreach (var partition in PartitionsAsync(cancellation))
        {
            if (!RowKeys.IsDeployment(partition))
            {
                yield return partition;
            }
        }
    }

    /// <summary>The accounts, and the deployments themselves: <c>aws:guard</c>.</summary>
    public async IAsyncEnumerable<string> PartitionsAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        var prefix = RowKeys.Account(string.Empty);
        await foreach (var row in table.QueryAsync(RowKeys.Directory, prefix, RowKeys.After(prefix), limit: null, cancellation))
        {
            yield return row.Key[prefix.Length..];
        }
    }

    /// <summary>
    /// This cloud's accounts and its deployment. What the peer sent lies beyond: however many accounts it speaks of, reading these costs no
    /// more.
    /// </summary>
    public async IAsyncEnumerable<string> OwnAsync(Provider own, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var prefix = RowKeys.Account(RowKeys.Partition(own, string.Empty));
        await foreach (var row in table.QueryAsync(RowKeys.Directory, prefix, RowKeys.After(prefix), limit: null, cancellation))
        {
            yield return row.Key[RowKeys.Account(string.Empty).Length..];
        }
    }

    /// <summary>Findings of one account by status, worst first; of one severity only where it is given.</summary>
    public async IAsyncEnumerable<Finding> ListAsync(
        string partition, FindingStatus status, Severity? severity, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var prefix = severity is { } one ? FindingKeys.IndexOf(status, one) : FindingKeys.IndexOf(status);
        await foreach (var row in table.QueryAsync(partition, prefix, RowKeys.After(prefix), limit: null, cancellation))
        {
            yield return FindingRows.Finding(row);
        }
    }

    /// <summary>The finding in whichever account it lies: one point read per account.</summary>
    public async Task<Finding?> FindAsync(string findingId, CancellationToken cancellation)
    {
        if (FindingId.RowKey(findingId) is not { } key)
        {
            return null;
        }

        await foreach (var partition in AccountsAsync(cancellation))
        {
            if (await table.FindAsync(partition, key, cancellation) is { } row)
            {
                return FindingRows.Finding(row);
            }
        }

        return null;
    }

    /// <summary>Exact counts: sixteen rows an account, however many findings there are.</summary>
    public async Task<Summary> SummaryAsync(string partition, CancellationToken cancellation)
    {
        var sum = Summary.Empty;
        await foreach (var row in table.QueryAsync(partition, "s:", RowKeys.After("s:"), limit: null, cancellation))
        {
            sum = sum.Plus(FindingRows.Summary(row));
        }

        return sum;
    }

    /// <summary>
    /// The life of one finding as it was recorded, first revision first; for people put it in <see cref="FindingEvent.InOrder"/>.
    /// </summary>
    public IAsyncEnumerable<FindingEvent> StoryAsync(Finding finding, CancellationToken cancellation)
    {
        var prefix = FindingKeys.History(finding);
        return EventsAsync(RowKeys.Partition(finding.Resource), prefix, RowKeys.After(prefix), cancellation);
    }

    /// <summary>Everything that happened in one account since, in the order of time.</summary>
    public IAsyncEnumerable<FindingEvent> TimelineAsync(string partition, DateTimeOffset since, CancellationToken cancellation) =>
        EventsAsync(partition, FindingKeys.Timeline(since), RowKeys.After("t:"), cancellation);

    private async IAsyncEnumerable<FindingEvent> EventsAsync(string partition, string from, string to,
        [EnumeratorCancellation] CancellationToken cancellation)
    {
        await foreach (var row in table.QueryAsync(partition, from, to, limit: null, cancellation))
        {
            yield return FindingRows.Event(row);
        }
    }
}
