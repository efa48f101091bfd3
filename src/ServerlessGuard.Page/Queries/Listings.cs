using ServerlessGuard.Page.Board;

namespace ServerlessGuard.Page.Queries;

/// <summary>Filtered and ordered lists, the last few kept: leafing through one costs its first page only.</summary>
internal sealed class Listings(FindingBoard board)
{
    private const int Kept = 8;

    private readonly Lock _lock = new();
    private readonly LinkedList<(string Key, FindingRow[] All, FindingRow[] Rows, long Version)> _kept = [];

    public (long Version, FindingRow[] Rows) Of(FindingQuery query)
    {
        var (version, all) = board.Snapshot();
        lock (_lock)
        {
            for (var node = _kept.First; node is not null; node = node.Next)
            {
                if (node.Value.Key == query.Key && ReferenceEquals(node.Value.All, all))
                {
                    _kept.Remove(node);
                    _kept.AddFirst(node);
                    return (version, node.Value.Rows);
                }
            }
        }

        var rows = Array.FindAll(all, query.Takes);
        Array.Sort(rows, FindingOrder.Of(query.Sort, query.Descending));
        lock (_lock)
        {
            _kept.AddFirst((query.Key, all, rows, version));
            while (_kept.Count > Kept)
            {
                _kept.RemoveLast();
            }
        }

        return (version, rows);
    }
}
