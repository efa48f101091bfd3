using ServerlessGuard.Findings;
using ServerlessGuard.Tables;

namespace ServerlessGuard.Federation;

/// <summary>Rows of one account, each of another key, that fit into one transaction of either store.</summary>
internal sealed class RowGroup(string partition)
{
    /// <summary>
    /// Characters of all documents. Azure's transaction is at most 4 MiB of JSON, in which a character takes up to six bytes; DynamoDB's is
    /// 4 MB.
    /// </summary>
    private const int MaxCharacters = 600_000;

    private readonly List<(Finding? Before, string? Version, Finding After)> _findings = [];
    private readonly List<TableWrite> _steps = [];
    private readonly HashSet<string> _shards = new(StringComparer.Ordinal);
    private int _writes;
    private int _characters;

    public string Partition => partition;

    public List<ArrivedRow> Rows { get; } = [];

    /// <summary>The counter rows that move.</summary>
    public IReadOnlyCollection<string> Shards => _shards;

    /// <summary>False when there is no room. The first one always finds room.</summary>
    /// <param name="held">The finding's row as it is; null for a step, and where there is none.</param>
    public bool TryAdd(ArrivedRow row, TableRow? held)
    {
        var (writes, characters) = row.Finding is { } finding ? Measure(finding, held) : Measure(row.Step!);
        var counters = row.Finding is null || _shards.Contains(row.Shard) ? 0 : 1;
        if (Rows.Count > 0 && (_writes + writes + counters + _shards.Count > ITable.MaxWrites || _characters + characters > MaxCharacters))
        {
            return false;
        }

        Rows.Add(row);
        _writes += writes;
        _characters += characters;
        if (row.Finding is { } after)
        {
            _shards.Add(row.Shard);
            _findings.Add((held is null ? null : FindingRows.Finding(held), held?.Version, after));
        }
        else
        {
            _steps.Add(new TableWrite.Insert(FindingRows.Row(partition, row.Key, row.Step!)));
            _steps.Add(new TableWrite.Put(FindingRows.Row(partition, FindingKeys.Timeline(row.Step!), row.Step!)));
        }

        return true;
    }

    public IReadOnlyList<TableWrite> Writes(IReadOnlyDictionary<string, TableRow?> shards) =>
        [.. FindingWrites.Copies(partition, _findings, shards), .. _steps];

    /// <summary>Row, place in the lists, and the place that it leaves.</summary>
    private (int Writes, int Characters) Measure(Finding finding, TableRow? held) =>
        (held is null ? 2 : 3, 2 * FindingRows.Row(partition, finding, version: null).Document.Length);

    private (int Writes, int Characters) Measure(FindingEvent step) =>
        (2, 2 * FindingRows.Row(partition, string.Empty, step).Document.Length);
}
