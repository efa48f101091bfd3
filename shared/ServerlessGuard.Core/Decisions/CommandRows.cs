using ServerlessGuard.Tables;

namespace ServerlessGuard.Decisions;

/// <summary><c>c:ID</c> in the partition that the command is about.</summary>
public static class CommandRows
{
    public static string Key(string id) => "c:" + RowKeys.Safe(id);

    public static Command Read(TableRow row) => Rows.Read(row, DecisionsJson.Default.Command);

    public static TableRow Row(Command command, string? version) =>
        Rows.Write(command.Partition, Key(command.Id), RowKind.Command, command, DecisionsJson.Default.Command) with
        {
            Version = version, ExpiresAt = command.IssuedAt + Rows.StoryLife,
        };
}
