using ServerlessGuard.Findings;
using ServerlessGuard.Resources;
using ServerlessGuard.Tables;

namespace ServerlessGuard.Engine;

/// <summary>Where an outbox entry lies, and nothing of what it says: a forged place finds no entry, and does nothing.</summary>
public readonly record struct OutboxPlace(string Partition, string Key)
{
    public static OutboxPlace Of(OutboxEntry entry) => new(RowKeys.Partition(entry.Resource), OutboxRows.Key(entry));

    public bool IsCommand => Key.StartsWith(OutboxRows.Prefix(OutboxKind.Command), StringComparison.Ordinal);

    /// <summary>A fix or a command in a partition of that cloud: what its deployment carries out itself.</summary>
    public bool IsCarriedOutBy(Provider own) =>
        Partition.StartsWith(RowKeys.Partition(own, string.Empty), StringComparison.Ordinal)
        && (IsCommand || Key.StartsWith(OutboxRows.Prefix(OutboxKind.Remediate), StringComparison.Ordinal));
}
