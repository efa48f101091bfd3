using ServerlessGuard.Tables;

namespace ServerlessGuard.Federation;

/// <summary>Many rows of one partition at once, but never so many that the store's other readers wait.</summary>
internal static class BoundedReads
{
    private const int AtOnce = 16;

    /// <summary>Each distinct key with its row; null where there is none.</summary>
    public static async Task<Dictionary<string, TableRow?>> AllAsync(ITable table, string partition, IEnumerable<string> keys,
        CancellationToken cancellation)
    {
        var rows = new Dictionary<string, TableRow?>(StringComparer.Ordinal);
        foreach (var some in keys.Distinct(StringComparer.Ordinal).Chunk(AtOnce))
        {
            var found = await Task.WhenAll(some.Select(key => table.FindAsync(partition, key, cancellation)));
            for (var i = 0; i < some.Length; i++)
            {
                rows[some[i]] = found[i];
            }
        }

        return rows;
    }
}
