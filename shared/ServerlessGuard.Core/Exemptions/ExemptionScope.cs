using System.Runtime.CompilerServices;
using ServerlessGuard.Findings;
using ServerlessGuard.Resources;
using ServerlessGuard.Tables;

namespace ServerlessGuard.Exemptions;

/// <summary>Finds the findings that an exemption may be about, without reading the account's others.</summary>
internal sealed class ExemptionScope(ITable table)
{
    private readonly FindingReader _reader = new(table);

    /// <summary>Everything that is not resolved.</summary>
    public async IAsyncEnumerable<Finding> AllAsync(string partition, [EnumeratorCancellation] CancellationToken cancellation)
    {
        foreach (var status in new[] { FindingStatus.Open, FindingStatus.Suppressed })
        {
            await foreach (var finding in _reader.ListAsync(partition, status, severity: null, cancellation))
            {
                yield return finding;
            }
        }
    }

    /// <summary>A resource's findings lie together. Those of a rule are told by their keys in the lists; only they are opened.</summary>
    public IAsyncEnumerable<Finding> OfAsync(string partition, Exemption exemption, CancellationToken cancellation) =>
        exemption.ResourceId is { } id ? OfResourceAsync(partition, id, cancellation) : OfRuleAsync(partition, exemption, cancellation);

    private async IAsyncEnumerable<Finding> OfResourceAsync(string partition, string id,
        [EnumeratorCancellation] CancellationToken cancellation)
    {
        var cut = partition.IndexOf(':', StringComparison.Ordinal);
        var resource = new ResourceRef
        {
            Provider = Enum.Parse<Provider>(partition[..cut], ignoreCase: true), NativeType = string.Empty, Id = id,
            Account = partition[(cut + 1)..],
        };
        var prefix = FindingKeys.Resource(RowKeys.Hash(resource)) + ":";
        await foreach (var row in table.QueryAsync(partition, prefix, RowKeys.After(prefix), limit: null, cancellation))
        {
            if (row.Kind is RowKind.Finding)
            {
                yield return FindingRows.Finding(row);
            }
        }
    }

    private async IAsyncEnumerable<Finding> OfRuleAsync(string partition, Exemption exemption,
        [EnumeratorCancellation] CancellationToken cancellation)
    {
        foreach (var status in new[] { FindingStatus.Open, FindingStatus.Suppressed })
        {
            var prefix = FindingKeys.IndexOf(status);
            await foreach (var row in table.QueryAsync(partition, prefix, RowKeys.After(prefix), limit: null, cancellation))
            {
                if (exemption.RuleId is not { } rule || FindingKeys.IsIndexOf(row.Key, rule))
                {
                    yield return FindingRows.Finding(row);
                }
            }
        }
    }
}
