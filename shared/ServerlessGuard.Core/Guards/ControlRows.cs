using ServerlessGuard.Tables;

namespace ServerlessGuard.Guards;

/// <summary><c>control</c> in a deployment's partition: stopped or not.</summary>
public static class ControlRows
{
    public const string Key = "control";

    public static Control Read(TableRow row) => Rows.Read(row, GuardsJson.Default.Control);

    public static TableRow Row(string partition, Control control, string? version) =>
        Rows.Write(partition, Key, RowKind.Control, control, GuardsJson.Default.Control) with { Version = version };
}
