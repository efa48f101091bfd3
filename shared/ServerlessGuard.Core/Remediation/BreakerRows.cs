using ServerlessGuard.Tables;

namespace ServerlessGuard.Remediation;

/// <summary><c>b:RULE:HOUR</c>: the count in the sealed partition; in the account's it only says that the breaker opened.</summary>
public static class BreakerRows
{
    private static readonly TimeSpan Life = TimeSpan.FromHours(2);

    public static string Key(string ruleId, DateTimeOffset at) => $"b:{RowKeys.Safe(ruleId)}:{at.UtcDateTime:yyyyMMdd'T'HH}";

    public static BreakerCount Read(TableRow? row) =>
        row is null ? new BreakerCount(0) : Rows.Read(row, RemediationJson.Default.BreakerCount);

    public static TableRow Row(string partition, string key, BreakerCount count, DateTimeOffset now, string? version) =>
        Rows.Write(partition, key, RowKind.Breaker, count, RemediationJson.Default.BreakerCount) with
            { Version = version, ExpiresAt = now + Life };
}
