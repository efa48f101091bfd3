using System.Buffers;
using ServerlessGuard.Findings;
using ServerlessGuard.Guards;
using ServerlessGuard.Resources;
using ServerlessGuard.Tables;

namespace ServerlessGuard.Notifications;

/// <summary>
/// Accounts and ids as people are shown them. They come from a table in which others write: what does not look as it should is not
/// repeated, only said to be unknown.
/// </summary>
public static class ShownName
{
    public const string UnknownAccount = "an unknown account";
    public const string UnknownFinding = "an unknown finding";

    private const int MaxId = 120;

    private static readonly SearchValues<char> Id = SearchValues.Create("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz.-");

    /// <summary><c>aws:111122223333</c>, <c>azure:GUID</c>, or a deployment.</summary>
    public static string Partition(string? partition) =>
        partition is not null && Enum.GetValues<Provider>().Any(provider => Ownership.IsAccountOf(provider, partition))
            ? partition
            : UnknownAccount;

    public static string Account(Provider provider, string account) => AccountId.IsOf(provider, account) ? account : UnknownAccount;

    /// <summary><c>SG-STOR-001-HASH</c>.</summary>
    public static string Finding(string id) =>
        id.Length <= MaxId && !id.AsSpan().ContainsAnyExcept(Id) && FindingId.RowKey(id) is not null ? id : UnknownFinding;

    /// <summary>Of a command.</summary>
    public static string Kind(string? kind) =>
        Enum.TryParse<CommandKind>(kind, out var one) && Enum.IsDefined(one) ? one.ToString().ToLowerInvariant() : "commands";
}
