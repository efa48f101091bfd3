using System.Collections.Immutable;
using System.Text.Json;
using ServerlessGuard.Decisions;
using ServerlessGuard.Findings;
using ServerlessGuard.Resources;
using ServerlessGuard.Tables;

namespace ServerlessGuard.Federation;

/// <summary>The rows that the oldest entries of one outbox stand for, as they are now.</summary>
internal sealed class OutgoingBatch
{
    /// <summary>An entry stands for at most two rows.</summary>
    public const int MaxEntries = FederationLimits.MaxRows / 2;

    private readonly Dictionary<string, int> _places = new(StringComparer.Ordinal);
    private readonly List<TableRow> _rows = [];
    private readonly List<(TableRow Row, OutboxEntry Entry, string[] Needs)> _entries = [];
    private ImmutableArray<RowAnswer> _answers = [];

    private OutgoingBatch()
    {
    }

    /// <summary>With the keys of the rows that the entry stands for.</summary>
    public IReadOnlyList<(TableRow Row, OutboxEntry Entry, string[] Needs)> Entries => _entries;

    public IReadOnlyList<TableRow> Rows => _rows;

    /// <summary>Null when there is nothing to send any more.</summary>
    public FederationBatch? Wire => _rows.Count == 0 ? null : new FederationBatch { Rows = [.. _rows.Select(Wired)] };

    /// <summary>
    /// For each entry its step and, once a finding, the finding as it is now: the latest revision, whatever the entry asked for. What does
    /// not fit stays for the next.
    /// </summary>
    public static async Task<OutgoingBatch> ReadAsync(
        ITable table, string partition, Provider own, IReadOnlyList<(TableRow Row, OutboxEntry Entry)> entries,
        CancellationToken cancellation)
    {
        var needs = entries.Select(one => Needs(one.Entry)).ToList();
        var rows = await BoundedReads.AllAsync(table, partition, needs.SelectMany(keys => keys), cancellation);
        var batch = new OutgoingBatch();
        var size = 0;
        for (var i = 0; i < entries.Count && size <= FederationLimits.MaxBatch; i++)
        {
            foreach (var row in needs[i].Select(key => rows[key]).OfType<TableRow>().Where(row => IsOurs(row, own)))
            {
                if (batch._places.TryAdd(row.Key, batch._rows.Count))
                {
                    batch._rows.Add(row);
                    size += row.Document.Length;
                }
            }

            batch._entries.Add((entries[i].Row, entries[i].Entry, needs[i]));
        }

        return batch;
    }

    /// <summary>False when the peer answered for a different number of rows than it was sent, or something else than a verdict.</summary>
    public bool Takes(FederationAnswer answer)
    {
        // The reason is kept in our table and shown: it is the peer's word, and only so much of it.
        _answers = answer.Rows.IsDefault
            ? []
            : [.. answer.Rows.Select(row => row?.Reason is { Length: > FederationLimits.MaxReason } reason
                ? row with { Reason = reason[..FederationLimits.MaxReason] }
                : row!)];
        return _answers.Length == _rows.Count && _answers.All(row => row is not null && Enum.IsDefined(row.Verdict));
    }

    /// <summary>The row as it was sent; null when there was none.</summary>
    public TableRow? Sent(string key) => _places.TryGetValue(key, out var place) ? _rows[place] : null;

    /// <summary>The worst answer to the entry's rows; null when there was nothing to send for it any more.</summary>
    public RowAnswer? Verdict(string[] needs) =>
        needs.Where(_places.ContainsKey).Select(key => _answers[_places[key]]).MaxBy(answer => answer.Verdict);

    /// <summary>The finding first, its step after it.</summary>
    private static string[] Needs(OutboxEntry entry)
    {
        if (entry.Row is { } key)
        {
            return [key];
        }

        var hash = RowKeys.Hash(entry.Resource);
        return [FindingKeys.Finding(hash, entry.RuleId), FindingKeys.History(hash, entry.RuleId, entry.Revision)];
    }

    /// <summary>
    /// A command about what is the peer's is ours to bring while it is pending: what became of it is the peer's to say, and here already.
    /// </summary>
    private static bool IsOurs(TableRow row, Provider own) =>
        Ownership.Owns(own, row.Partition) || row.Kind is RowKind.Command && CommandRows.Read(row).State is CommandState.Pending;

    private static FederatedRow Wired(TableRow row)
    {
        using var document = JsonDocument.Parse(row.Document);
        return new FederatedRow
            { Kind = row.Kind, Partition = row.Partition, Schema = FederationLimits.Schema, Document = document.RootElement.Clone() };
    }
}
