using System.Runtime.CompilerServices;
using ServerlessGuard.Tables;

namespace ServerlessGuard.Testing;

/// <summary>Counts what is asked of a table. Two of them over one table are two processes: neither knows what the other remembers.</summary>
public sealed class CountingTable(ITable table) : ITable
{
    public int Calls { get; private set; }

    /// <summary>Rows that were given to a reader.</summary>
    public int Rows { get; private set; }

    public void Forget() => (Calls, Rows) = (0, 0);

    public Task<TableRow?> FindAsync(string partition, string key, CancellationToken cancellation)
    {
        Calls++;
        return table.FindAsync(partition, key, cancellation);
    }

    public async IAsyncEnumerable<TableRow> QueryAsync(string partition, string from, string to, int? limit, [EnumeratorCancellation] CancellationToken cancellation)
    {
        Calls++;
        await foreach (var row in table.QueryAsync(partition, from, to, limit, cancellation))
        {
            Rows++;
            yield return row;
        }
    }

    public Task<bool> CommitAsync(string partition, IReadOnlyList<TableWrite> writes, CancellationToken cancellation)
    {
        Calls++;
        return table.CommitAsync(partition, writes, cancellation);
    }
}
