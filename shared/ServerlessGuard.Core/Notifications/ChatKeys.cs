using ServerlessGuard.Findings;
using ServerlessGuard.Tables;

namespace ServerlessGuard.Notifications;

/// <summary>What a route was told, by the account that it was about.</summary>
/// <remarks>
/// <code>
///   k:ROUTE:HASH:RULE                    Thread  the chat message that tells of a finding
///   k:ROUTE:burst:… digest:… notice:…    Thread  what else a route was told
///   k:ROUTE:route                        Thread  in the directory: until when a route of messages is left alone
/// </code>
/// </remarks>
public static class ChatKeys
{
    public static string Thread(string route, Finding finding) =>
        $"k:{RowKeys.Safe(route)}:{RowKeys.Hash(finding.Resource)}:{RowKeys.Safe(finding.RuleId)}";

    /// <summary>How many messages about one rule went out lately, and which digest is the latest.</summary>
    public static string Burst(string route, string rule) => $"k:{RowKeys.Safe(route)}:burst:{RowKeys.Safe(rule)}";

    /// <summary>What a digest told of.</summary>
    public static string Digest(string route, string rule, DateTimeOffset at) =>
        $"k:{RowKeys.Safe(route)}:digest:{RowKeys.Safe(rule)}:{RowKeys.Time(at)}";

    /// <summary>That a route was told of a row that is no finding.</summary>
    public static string Notice(string route, string row, long revision) =>
        $"k:{RowKeys.Safe(route)}:notice:{row}:{RowKeys.Number(revision)}";

    /// <summary>Until when a route is left alone. In the directory's partition: all accounts share it.</summary>
    public static string Route(string route) => $"k:{RowKeys.Safe(route)}:route";
}
