using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using ServerlessGuard.Exemptions;
using ServerlessGuard.Findings;
using ServerlessGuard.Guards;
using ServerlessGuard.Tables;

namespace ServerlessGuard.Federation;

/// <summary>What a table holds of one account, small enough to be compared with the peer's.</summary>
public static class TableDigest
{
    /// <param name="now">What has expired by then counts on neither side: each store forgets it in its own time.</param>
    public static async Task<AccountDigest> OfAsync(ITable table, string partition, DateTimeOffset now, CancellationToken cancellation)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        void Add(string key, long revision) =>
            hash.AppendData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{key}={revision}\n")));
        await foreach (var (row, revision) in DecisionsAsync(table, partition, now, cancellation))
        {
            Add(row.Key, revision);
        }

        var findings = 0L;
        await foreach (var row in table.QueryAsync(partition, "r:", RowKeys.After("r:"), limit: null, cancellation))
        {
            if (row.Kind is RowKind.Finding)
            {
                findings++;
                Add(row.Key, FindingRows.Finding(row).Revision);
            }
        }

        return new AccountDigest(findings, Convert.ToHexStringLower(hash.GetHashAndReset()));
    }

    /// <summary>The next revisions of findings from a key on, inclusive.</summary>
    public static async Task<ImmutableArray<HeldRevision>> RevisionsAsync(ITable table, string partition, string from,
        CancellationToken cancellation)
    {
        var held = ImmutableArray.CreateBuilder<HeldRevision>();
        await foreach (
            var row in table.QueryAsync(partition, string.CompareOrdinal(from, "r:") < 0 ? "r:" : from, RowKeys.After("r:"), limit: null,
                cancellation))
        {
            if (row.Kind is not RowKind.Finding)
            {
                continue;
            }

            held.Add(new HeldRevision(row.Key, FindingRows.Finding(row).Revision));
            if (held.Count == FederationLimits.MaxRows)
            {
                break;
            }
        }

        return held.DrainToImmutable();
    }

    /// <summary>The switch and the exemptions with their revisions, few enough to be read whole.</summary>
    internal static async IAsyncEnumerable<(TableRow Row, long Revision)> DecisionsAsync(
        ITable table, string partition, DateTimeOffset now, [EnumeratorCancellation] CancellationToken cancellation)
    {
        if (await table.FindAsync(partition, ControlRows.Key, cancellation) is { } control)
        {
            yield return (control, ControlRows.Read(control).Revision);
        }

        var prefix = ExemptionRows.Key(string.Empty);
        await foreach (var row in table.QueryAsync(partition, prefix, RowKeys.After(prefix), limit: null, cancellation))
        {
            if (row.ExpiresAt is not { } end || end > now)
            {
                yield return (row, ExemptionRows.Read(row).Revision);
            }
        }
    }
}
