using ServerlessGuard.Findings;
using ServerlessGuard.Tables;

namespace ServerlessGuard.Federation;

/// <summary>When the peer had a finding's latest step.</summary>
public static class Acknowledgements
{
    /// <summary>A step goes with the first batch that reaches its time, or, written late, with one of the next.</summary>
    private const int BatchesLookedAt = 20;

    /// <summary>
    /// The finding with the time at which the peer acknowledged its latest step, where this is the owner's table and it did: that is no
    /// part of the finding, which both tables hold alike.
    /// </summary>
    public static async Task<Finding> WithFederatedAsync(this ITable table, Finding finding, CancellationToken cancellation)
    {
        var partition = RowKeys.Partition(finding.Resource);
        if (await table.FindAsync(partition, FindingKeys.History(RowKeys.Hash(finding.Resource), finding.RuleId, finding.Revision),
            cancellation) is not { } latest)
        {
            return finding;
        }

        var step = FindingKeys.Step(finding.Resource, finding.RuleId, finding.Revision);
        var from = PeerRows.AcknowledgementKey(FindingRows.Event(latest).RecordedAt);
        await foreach (var row in table.QueryAsync(partition, from, RowKeys.After("f:"), BatchesLookedAt, cancellation))
        {
            if (PeerRows.Acknowledgement(row) is var known && known.Steps.Contains(step, StringComparer.Ordinal))
            {
                return finding with { Stages = finding.Stages with { Federated = known.At } };
            }
        }

        return finding;
    }
}
