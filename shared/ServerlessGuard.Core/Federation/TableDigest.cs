using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using ServerlessGuard.Tables;

namespace ServerlessGuard.Federation;

/// <summary>What a table holds of one account, small enough to be compared with the peer's.</summary>
public static class TableDigest
{
    public static async Task<AccountDigest> OfAsync(ITable table, string partition, CancellationToken cancellation)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var findings = 0L;
        await foreach (var row in table.QueryAsync(partition, "r:", RowKeys.After("r:"), limit: null, cancellation))
        {
            if (row.Kind is RowKind.Finding)
            {
                findings++;
                hash.AppendData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{row.Key}={RowCodec.Finding(row).Revision}\n")));
            }
        }

        return new AccountDigest(findings, Convert.ToHexStringLower(hash.GetHashAndReset()));
    }

    /// <summary>The next revisions from a key on, inclusive.</summary>
    public static async Task<ImmutableArray<HeldRevision>> RevisionsAsync(ITable table, string partition, string from, CancellationToken cancellation)
    {
        var held = ImmutableArray.CreateBuilder<HeldRevision>();
        await foreach (var row in table.QueryAsync(partition, string.CompareOrdinal(from, "r:") < 0 ? "r:" : from, RowKeys.After("r:"), limit: null, cancellation))
        {
            if (row.Kind is not RowKind.Finding)
            {
                continue;
            }

            held.Add(new HeldRevision(row.Key, RowCodec.Finding(row).Revision));
            if (held.Count == FederationLimits.MaxRows)
            {
                break;
            }
        }

        return held.DrainToImmutable();
    }
}
