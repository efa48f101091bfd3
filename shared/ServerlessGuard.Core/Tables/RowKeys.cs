using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using ServerlessGuard.Resources;

namespace ServerlessGuard.Tables;

/// <summary>The grammar of the federated table's keys, and its partitions. What lies in them each stage says itself.</summary>
/// <remarks>
/// <code>
/// partition  aws:123456789012 | azure:subscription     everything of one account: what changes together lies together
/// partition  aws:guard | azure:guard        what concerns a whole deployment
/// partition  sealed:aws:123456789012        what only the remediating identity may write (a table of its own in Azure)
/// partition  guard                          the directory
///   account:PARTITION          Account    which accounts there are
///   sweep:NAME                 Sweep
/// r: x: h: t: s: e: FindingKeys · o: q: l:KIND OutboxRows · due: DueRows · m: ExemptionRows · control ControlRows · b: BreakerRows
/// plan: part: told: SealRows · c: CommandRows · l:expiry ExpiryWalk · p: f: n: PeerRows · k: ChatKeys
/// </code>
/// HASH is 128 bits of SHA-256 over the full resource id; names and ids of resources, which strangers choose, are never part of a key.
/// </remarks>
public static class RowKeys
{
    /// <summary>The partition of what belongs to no account.</summary>
    public const string Directory = "guard";

    internal const string TimeFormat = "yyyyMMdd'T'HHmmss'.'fffffff'Z'";

    public static string Partition(ResourceRef resource) => Partition(resource.Provider, resource.Account);

    public static string Partition(Provider provider, string? account) => Word(provider) + ":" + Safe(account ?? "unknown");

    /// <summary>The partition of what concerns a cloud's whole deployment.</summary>
    public static string Deployment(Provider provider) => Word(provider) + ":guard";

    /// <summary>
    /// The partition of an account's sealed rows, which only the remediating identity may write: the templates see to it by this beginning.
    /// </summary>
    public static string Sealed(string partition) => SealedPrefix + partition;

    public const string SealedPrefix = "sealed:";

    /// <summary>No account, but a deployment.</summary>
    public static bool IsDeployment(string partition) => partition.EndsWith(":guard", StringComparison.Ordinal);

    public static string Account(string partition) => "account:" + partition;

    public static string Sweep(string name) => "sweep:" + Safe(name);

    /// <summary>The exclusive end of all keys that begin with the prefix. Keys are ASCII: nothing in them sorts after a tilde.</summary>
    public static string After(string prefix) => prefix + "~";

    /// <summary>
    /// 128 bits over provider and full id, compared as the provider compares ids, in hex. An id that is unique in its account only brings
    /// the account along.
    /// </summary>
    public static string Hash(ResourceRef resource)
    {
        var account = resource.Id.StartsWith("arn:", StringComparison.Ordinal) || resource.Id.StartsWith('/') ? null : resource.Account;
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{resource.Provider}\n{account}\n{resource.Key}"))
            .AsSpan(0, 16));
    }

    /// <summary>Sorts as the time does.</summary>
    public static string Time(DateTimeOffset at) => at.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture);

    internal static string Number(long revision) => revision.ToString("D10", CultureInfo.InvariantCulture);

    internal static string Word<T>(T value)
        where T : struct, Enum => value.ToString().ToLowerInvariant();

    /// <summary>What a record of input may have put in a key: anything but letters, digits, point and dash becomes a point.</summary>
    internal static string Safe(string text) => string.Create(Math.Min(text.Length, 200), text, static (span, from) =>
    {
        for (var i = 0; i < span.Length; i++)
        {
            span[i] = char.IsAsciiLetterOrDigit(from[i]) || from[i] is '-' or '.' ? from[i] : '.';
        }
    });
}
