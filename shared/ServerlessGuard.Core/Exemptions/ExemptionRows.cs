using ServerlessGuard.Tables;

namespace ServerlessGuard.Exemptions;

/// <summary><c>m:ID</c> in the account's partition: the exemptions that people gave.</summary>
public static class ExemptionRows
{
    /// <param name="id">Empty: what all their keys begin with.</param>
    public static string Key(string id) => "m:" + RowKeys.Safe(id);

    public static Exemption Read(TableRow row) => Rows.Read(row, ExemptionsJson.Default.Exemption);

    public static TableRow Row(string partition, Exemption exemption, string? version) =>
        Rows.Write(partition, Key(exemption.Id), RowKind.Exemption, exemption, ExemptionsJson.Default.Exemption) with
        {
            Version = version, ExpiresAt = exemption.ExpiresAt + Rows.StoryLife,
        };
}
