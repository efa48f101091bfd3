using System.Globalization;
using System.Runtime.CompilerServices;
using ServerlessGuard.Tables;

namespace ServerlessGuard.Testing;

/// <summary>A table in memory that keeps every promise of <see cref="ITable"/>; <see cref="TableContract"/> holds it and the real ones to the same tests.</summary>
public sealed class MemoryTable : ITable
{
    private readonly SortedDictionary<(string Partition, string Key), TableRow> _rows = new(Comparer<(string Partition, string Key)>.Create((x, y) =>
        string.CompareOrdinal(x.Partition, y.Partition) is not 0 and var order ? order : string.CompareOrdinal(x.Key, y.Key)));

    private readonly Lock _lock = new();
    private long _version;

    /// <summary>Called before a commit takes effect, and after it: a test throws here to kill the process at that point.</summary>
    public Action<string>? OnCommit { get; set; }

    public int Commits { get; private set; }
    public int Queries { get; private set; }

    public IReadOnlyList<TableRow> Rows
    {
        get
        {
            lock (_lock)
            {
                return [.. _rows.Values];
            }
        }
    }

    public Task<TableRow?> FindAsync(string partition, string key, CancellationToken cancellation)
    {
        lock (_lock)
        {
            return Task.FromResult(_rows.GetValueOrDefault((partition, key)));
        }
    }

    public async IAsyncEnumerable<TableRow> QueryAsync(string partition, string from, string to, int? limit, [EnumeratorCancellation] CancellationToken cancellation)
    {
        Queries++;
        foreach (var row in Rows.Where(row => row.Partition == partition && string.CompareOrdinal(row.Key, from) >= 0 && string.CompareOrdinal(row.Key, to) < 0).Take(limit ?? int.MaxValue))
        {
            await Task.CompletedTask;
            yield return row;
        }
    }

    public Task<bool> CommitAsync(string partition, IReadOnlyList<TableWrite> writes, CancellationToken cancellation)
    {
        Assert.InRange(writes.Count, 1, ITable.MaxWrites);
        Assert.Equal(writes.Count, writes.Select(write => write.Key).Distinct(StringComparer.Ordinal).Count());
        OnCommit?.Invoke("before");
        lock (_lock)
        {
            if (!writes.All(write => Holds(partition, write)))
            {
                return Task.FromResult(false);
            }

            foreach (var write in writes)
            {
                Apply(partition, write);
            }

            Commits++;
        }

        OnCommit?.Invoke("after");
        return Task.FromResult(true);
    }

    private bool Holds(string partition, TableWrite write)
    {
        var there = _rows.GetValueOrDefault((partition, write.Key));
        return write switch
        {
            TableWrite.Insert => there is null,
            TableWrite.Replace replace => there?.Version == replace.Row.Version && there is not null,
            TableWrite.Delete { Version: { } version } => there?.Version == version,
            TableWrite.Delete or TableWrite.Put => true,
            _ => throw new ArgumentOutOfRangeException(nameof(write)),
        };
    }

    private void Apply(string partition, TableWrite write)
    {
        var row = write switch
        {
            TableWrite.Insert insert => insert.Row,
            TableWrite.Replace replace => replace.Row,
            TableWrite.Put put => put.Row,
            _ => null,
        };
        if (row is null)
        {
            _rows.Remove((partition, write.Key));
            return;
        }

        Assert.Equal(partition, row.Partition);
        Assert.InRange(row.Document.Length, 1, TableRow.MaxDocument);
        _rows[(partition, row.Key)] = row with { Version = (++_version).ToString(CultureInfo.InvariantCulture) };
    }
}
