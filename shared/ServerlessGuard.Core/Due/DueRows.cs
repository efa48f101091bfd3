using ServerlessGuard.Tables;

namespace ServerlessGuard.Due;

/// <summary><c>due:KIND:PARTITION</c> in the directory: from when on an account may owe something, what the schedules look at.</summary>
public static class DueRows
{
    /// <summary>Of the account that may owe something of the kind.</summary>
    public static string Key(DueKind kind, string partition) => Prefix(kind) + partition;

    public static string Prefix(DueKind kind) => $"due:{RowKeys.Word(kind)}:";

    public static DueMark Read(TableRow row) => Rows.Read(row, DueJson.Default.DueMark);

    public static TableRow Row(DueKind kind, string partition, DueMark mark, string? version) =>
        Rows.Write(RowKeys.Directory, Key(kind, partition), RowKind.Due, mark, DueJson.Default.DueMark) with { Version = version };
}
