using System.Runtime.CompilerServices;
using ServerlessGuard.Findings;
using ServerlessGuard.Tables;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Cli.Findings;

/// <summary>Findings and steps of all accounts as one stream, each read by key range and only as far as it is consumed.</summary>
internal sealed class FindingStreams(ITable table)
{
    /// <summary>Steps of one account and instant that are put in the order of their recording.</summary>
    private const int SameInstant = 10_000;

    private static readonly FindingStatus[] Statuses = [FindingStatus.Open, FindingStatus.Suppressed, FindingStatus.Resolved];

    private readonly FindingReader _reader = new(table);

    public async Task<IReadOnlyList<string>> PartitionsAsync(FindingFilter filter, CancellationToken cancellation)
    {
        var partitions = new List<string>();
        await foreach (var partition in _reader.AccountsAsync(cancellation))
        {
            if (filter.TakesPartition(partition))
            {
                partitions.Add(partition);
            }
        }

        return partitions;
    }

    /// <summary>Open ones first, then by severity, worst first, then by account.</summary>
    public async IAsyncEnumerable<Finding> ListAsync(FindingFilter filter, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var partitions = await PartitionsAsync(filter, cancellation);
        foreach (var status in Statuses.Where(status => filter.Statuses.Count == 0 || filter.Statuses.Contains(status)))
        {
            foreach (var severity in Enum.GetValues<Severity>().OrderDescending()
                .Where(severity => filter.Severities.Count == 0 || filter.Severities.Contains(severity)))
            {
                foreach (var partition in partitions)
                {
                    await foreach (var finding in _reader.ListAsync(partition, status, severity, cancellation))
                    {
                        if (filter.Takes(finding))
                        {
                            yield return finding;
                        }
                    }
                }
            }
        }
    }

    /// <summary>One order across accounts and clouds: when it happened, then when it was recorded.</summary>
    public async IAsyncEnumerable<FindingEvent> TimelineAsync(FindingFilter filter, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var partitions = await PartitionsAsync(filter, cancellation);
        var streams = partitions.Select(partition => Merge.Within(
            _reader.TimelineAsync(partition, filter.Since ?? DateTimeOffset.MinValue, cancellation), step => step.At, ByTime.Instance,
            SameInstant, cancellation));
        await foreach (var step in Merge.Ordered(streams, ByTime.Instance, cancellation))
        {
            if (filter.Takes(step))
            {
                yield return step;
            }
        }
    }

    private sealed class ByTime : IComparer<FindingEvent>
    {
        public static ByTime Instance { get; } = new();

        public int Compare(FindingEvent? x, FindingEvent? y)
        {
            var (left, right) = (x!, y!);
            var order = left.At.CompareTo(right.At);
            order = order != 0 ? order : left.RecordedAt.CompareTo(right.RecordedAt);
            order = order != 0 ? order : string.CompareOrdinal(left.FindingId, right.FindingId);
            return order != 0 ? order : left.Revision.CompareTo(right.Revision);
        }
    }
}
