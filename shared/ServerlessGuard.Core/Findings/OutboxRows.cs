using ServerlessGuard.Tables;

namespace ServerlessGuard.Findings;

/// <summary>What must still happen, as rows of the account's partition.</summary>
/// <remarks>
/// <code>
///   o:KIND:TIME:HASH:RULE:REVISION  Outbox   what must still happen, oldest first
///   q:OUTBOX                        Outbox   an entry that was set aside with its reason
///   l:KIND                          Lease    who is at the outbox
/// </code>
/// </remarks>
public static class OutboxRows
{
    public static string Prefix(OutboxKind kind) => $"o:{RowKeys.Word(kind)}:";

    public static string Key(OutboxEntry entry)
    {
        var what = entry.Row ?? $"{RowKeys.Hash(entry.Resource)}:{RowKeys.Safe(entry.RuleId)}:{RowKeys.Number(entry.Revision)}";
        return $"{Prefix(entry.Kind)}{RowKeys.Time(entry.CreatedAt)}:{what}";
    }

    /// <summary>An entry that the peer will never accept.</summary>
    public static string SetAside(string outboxKey) => "q:" + outboxKey;

    /// <summary>Who is at an account's outbox.</summary>
    public static string Lease(OutboxKind kind) => "l:" + RowKeys.Word(kind);

    public static OutboxEntry Read(TableRow row) => Rows.Read(row, FindingsJson.Default.OutboxEntry);

    public static TableRow Row(string partition, OutboxEntry entry, string? version) =>
        Rows.Write(partition, Key(entry), RowKind.Outbox, entry, FindingsJson.Default.OutboxEntry) with { Version = version };
}
