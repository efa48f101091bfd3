using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using ServerlessGuard.Commands;
using ServerlessGuard.Due;
using ServerlessGuard.Federation;
using ServerlessGuard.Findings;
using ServerlessGuard.Resources;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Tables;

/// <summary>The keys of the federated table: one page that says where everything lies.</summary>
/// <remarks>
/// <code>
/// partition  aws:123456789012 | azure:subscription     everything of one account: what changes together lies together
///   r:HASH                     Resource   the latest capture judged
///   r:HASH:RULE                Finding    read together with the line above, in one query
///   x:STATUS:SEVERITY:HASH:RULE Index     a copy of the finding: lists by status, worst first
///   h:HASH:RULE:REVISION       Event      the story of one finding
///   t:TIME:HASH:RULE:REVISION  Event      the same, in the order of time
///   s:SHARD                    Summary    counters, 16 of them so that writers do not queue
///   o:KIND:TIME:HASH:RULE:REVISION Outbox what must still happen, oldest first
///   b:RULE:HOUR                Breaker
///   m:ID  a:TYPE:ID  c:ID      Exemption, Asset, Command
///   n:KIND:SCHEMA:DIGEST       a peer's row of a later version, kept
///   q:OUTBOX                   an outbox entry that was set aside with its reason
///   l:KIND                     Lease      who is at the outbox
///   k:ROUTE:HASH:RULE          Thread     the chat message that tells of a finding
///   k:ROUTE:burst:… digest:… notice:…     Thread  what else a route was told
///   f:TIME:HASH:RULE:REVISION  Acknowledgement since when the peer has the steps of one batch, by the last of them
///   e:TIME:HASH:RULE           Due        since when a plan waits for its approval, which ends
/// partition  aws:guard | azure:guard        what concerns a whole deployment
///   control                    Control    stopped or not
///   p:sent  p:received         Link       when the peer last acknowledged, and last sent
///   p:asked:KIND:HOUR          Peer       how much it asked for
///   p:alarm:KIND:WHAT          Peer       what people were told of it
///   c:ID  o:…                  Command, Outbox as above
/// partition  sealed:aws:123456789012        what only the remediating identity may write (a table of its own in Azure)
///   plan:HASH:RULE:PLAN        Seal       a plan with its before-state, as it was made; what is written is taken from here
///   part:HASH:RULE:PLAN:N      Seal       what did not fit in there
///   told:HASH:RULE:HOUR        Seal       that people were told of a refusal
///   b:RULE:HOUR                Breaker    the count; the row of the same key above only says that it opened
/// partition  guard
///   account:PARTITION          Account    which accounts there are
///   sweep:NAME                 Sweep
///   due:KIND:PARTITION         Due        from when on an account may owe something: what the schedules look at
///   k:ROUTE:route              Thread     until when a route of messages is left alone
/// </code>
/// HASH is 128 bits of SHA-256 over the full resource id; names and ids of resources, which strangers choose, are never part of a key.
/// </remarks>
public static class RowKeys
{
    /// <summary>The partition of what belongs to no account.</summary>
    public const string Directory = "guard";

    private const string TimeFormat = "yyyyMMdd'T'HHmmss'.'fffffff'Z'";

    public static string Partition(ResourceRef resource) => Partition(resource.Provider, resource.Account);

    public static string Partition(Provider provider, string? account) => Word(provider) + ":" + Safe(account ?? "unknown");

    /// <summary>The partition of what concerns a cloud's whole deployment.</summary>
    public static string Deployment(Provider provider) => Word(provider) + ":guard";

    /// <summary>The partition of an account's sealed rows, which only the remediating identity may write: the templates see to it by this beginning.</summary>
    public static string Sealed(string partition) => SealedPrefix + partition;

    public const string SealedPrefix = "sealed:";

    public static string SealedPlan(Finding finding, string planId) => SealedPlan(finding.Resource, finding.RuleId, planId);

    public static string SealRefusal(Finding finding, DateTimeOffset at) => $"told:{Hash(finding.Resource)}:{Safe(finding.RuleId)}:{at.UtcDateTime:yyyyMMdd'T'HH}";

    public static string SealedPart(ResourceRef resource, string ruleId, string planId, int part) => $"part:{Hash(resource)}:{Safe(ruleId)}:{Safe(planId)}:{Number(part)}";

    public static string SealedPlan(ResourceRef resource, string ruleId, string planId) => $"plan:{Hash(resource)}:{Safe(ruleId)}:{Safe(planId)}";

    /// <summary>No account, but a deployment.</summary>
    public static bool IsDeployment(string partition) => partition.EndsWith(":guard", StringComparison.Ordinal);

    public const string Control = "control";

    /// <summary>When what ends by time was last looked at.</summary>
    public const string Expiry = "l:expiry";

    public static string Account(string partition) => "account:" + partition;

    public static string Resource(string hash) => "r:" + hash;

    public static string Finding(string hash, string rule) => $"r:{hash}:{Safe(rule)}";

    public static string Finding(Finding finding) => Finding(Hash(finding.Resource), finding.RuleId);

    public static string Index(Finding finding) => $"{IndexOf(finding.Status, finding.Severity)}{Hash(finding.Resource)}:{Safe(finding.RuleId)}";

    public static string IndexOf(FindingStatus status) => $"x:{Word(status)}:";

    /// <summary>Worst first: critical is 0.</summary>
    public static string IndexOf(FindingStatus status, Severity severity) =>
        IndexOf(status) + ((int)Severity.Critical - (int)severity).ToString(CultureInfo.InvariantCulture) + ":";

    /// <summary>Whether an index row is of a finding of the rule, or of one of its sub-findings.</summary>
    public static bool IsIndexOf(string indexKey, string rule)
    {
        var held = indexKey.AsSpan(indexKey.LastIndexOf(':') + 1);
        var asked = Safe(rule);
        return held.StartsWith(asked, StringComparison.OrdinalIgnoreCase) && (held.Length == asked.Length || held[asked.Length] == '.');
    }

    public static string History(Finding finding) => $"h:{Hash(finding.Resource)}:{Safe(finding.RuleId)}:";

    public static string History(FindingEvent step) => History(Hash(step.Resource), step.RuleId, step.Revision);

    public static string History(string hash, string rule, long revision) => $"h:{hash}:{Safe(rule)}:{Number(revision)}";

    public static string Timeline(FindingEvent step) => $"t:{Time(step.At)}:{Hash(step.Resource)}:{Safe(step.RuleId)}:{Number(step.Revision)}";

    public static string Timeline(DateTimeOffset from) => "t:" + Time(from);

    public static string Summary(string hash) => "s:" + hash[0];

    public static string Outbox(OutboxKind kind) => $"o:{Word(kind)}:";

    public static string Outbox(OutboxEntry entry) =>
        entry.Row is { } row
            ? $"{Outbox(entry.Kind)}{Time(entry.CreatedAt)}:{row}"
            : $"{Outbox(entry.Kind)}{Time(entry.CreatedAt)}:{Hash(entry.Resource)}:{Safe(entry.RuleId)}:{Number(entry.Revision)}";

    public static string Breaker(string ruleId, DateTimeOffset at) => $"b:{Safe(ruleId)}:{at.UtcDateTime:yyyyMMdd'T'HH}";

    /// <summary>A document of a later version, by its content.</summary>
    public static string Kept(RowKind kind, int schema, string document) =>
        $"n:{Word(kind)}:{Number(schema)}:{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(document)).AsSpan(0, 16))}";

    /// <summary>An outbox entry that the peer will never accept.</summary>
    public static string SetAside(string outboxKey) => "q:" + outboxKey;

    /// <summary>Who is at an account's outbox.</summary>
    public static string Lease(OutboxKind kind) => "l:" + Word(kind);

    public static string Exemption(string id) => "m:" + Safe(id);

    public static string Command(string id) => "c:" + Safe(id);

    public static string Thread(string route, Finding finding) => $"k:{Safe(route)}:{Hash(finding.Resource)}:{Safe(finding.RuleId)}";

    /// <summary>How many messages about one rule went out lately, and which digest is the latest.</summary>
    public static string Burst(string route, string rule) => $"k:{Safe(route)}:burst:{Safe(rule)}";

    /// <summary>What a digest told of.</summary>
    public static string Digest(string route, string rule, DateTimeOffset at) => $"k:{Safe(route)}:digest:{Safe(rule)}:{Time(at)}";

    /// <summary>That a route was told of a row that is no finding.</summary>
    public static string Notice(string route, string row, long revision) => $"k:{Safe(route)}:notice:{row}:{Number(revision)}";

    /// <summary>Until when a route is left alone. In the directory's partition: all accounts share it.</summary>
    public static string Route(string route) => $"k:{Safe(route)}:route";

    /// <param name="outboxKey">Of the last entry that was acknowledged.</param>
    public static string Acknowledgement(string outboxKey) => "f:" + outboxKey[Outbox(OutboxKind.Federate).Length..];

    /// <summary>From here on lie the acknowledgements of what was recorded then, the first one first.</summary>
    public static string Acknowledgement(DateTimeOffset recordedAt) => "f:" + Time(recordedAt);

    public static string Step(ResourceRef resource, string rule, long revision) => $"{Hash(resource)}:{Safe(rule)}:{Number(revision)}";

    /// <summary>What a deployment knows of its sending end.</summary>
    public const string Sent = "p:sent";

    /// <summary>What a deployment knows of its receiving end.</summary>
    public const string Received = "p:received";

    /// <summary>Of the account that may owe something of the kind.</summary>
    public static string Due(DueKind kind, string partition) => Due(kind) + partition;

    public static string Due(DueKind kind) => $"due:{Word(kind)}:";

    /// <summary>A plan that waits for its approval.</summary>
    /// <param name="since">When it was asked for.</param>
    /// <param name="finding">Whose.</param>
    public static string Waiting(DateTimeOffset since, Finding finding) => $"{WaitingSince}{Time(since)}:{Hash(finding.Resource)}:{Safe(finding.RuleId)}";

    /// <summary>All that was asked for before lies before this.</summary>
    public static string Waiting(DateTimeOffset since) => WaitingSince + Time(since);

    public const string WaitingSince = "e:";

    /// <summary>The key of the finding whose plan waits; of none, where the row is not ours.</summary>
    public static string WaitingFinding(string key) => "r:" + (key.Length > WaitingLength ? key[(WaitingLength + 1)..] : string.Empty);

    /// <summary>Since when it waits; null where the row is not ours.</summary>
    public static DateTimeOffset? WaitingTime(string key) => key.Length > WaitingLength && DateTimeOffset.TryParseExact(
        key.AsSpan(WaitingSince.Length, WaitingLength - WaitingSince.Length),
        TimeFormat,
        CultureInfo.InvariantCulture,
        DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
        out var time) ? time : null;

    private static readonly int WaitingLength = Waiting(DateTimeOffset.UnixEpoch).Length;

    /// <summary>How many commands of a kind the peer gave in a clock hour.</summary>
    public static string Asked(CommandKind kind, DateTimeOffset at) => $"p:asked:{Word(kind)}:{at.UtcDateTime:yyyyMMdd'T'HH}";

    /// <summary>The alarms about the peer of one kind; of all kinds: <see cref="Alarms"/>.</summary>
    public static string AlarmsOf(PeerAlarmKind kind) => $"{Alarms}{Word(kind)}:";

    public const string Alarms = "p:alarm:";

    public static string Alarm(PeerAlarmKind kind, string what) => AlarmsOf(kind) + Safe(what);

    public static string Sweep(string name) => "sweep:" + Safe(name);

    /// <summary>The exclusive end of all keys that begin with the prefix. Keys are ASCII: nothing in them sorts after a tilde.</summary>
    public static string After(string prefix) => prefix + "~";

    /// <summary>128 bits over provider and full id, compared as the provider compares ids, in hex. An id that is unique in its account only brings the account along.</summary>
    public static string Hash(ResourceRef resource)
    {
        var account = resource.Id.StartsWith("arn:", StringComparison.Ordinal) || resource.Id.StartsWith('/') ? null : resource.Account;
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{resource.Provider}\n{account}\n{resource.Key}")).AsSpan(0, 16));
    }

    /// <summary>Sorts as the time does.</summary>
    public static string Time(DateTimeOffset at) => at.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture);

    private static string Number(long revision) => revision.ToString("D10", CultureInfo.InvariantCulture);

    private static string Word<T>(T value)
        where T : struct, Enum => value.ToString().ToLowerInvariant();

    /// <summary>What a record of input may have put in a key: anything but letters, digits, point and dash becomes a point.</summary>
    private static string Safe(string text) => string.Create(Math.Min(text.Length, 200), text, static (span, from) =>
    {
        for (var i = 0; i < span.Length; i++)
        {
            span[i] = char.IsAsciiLetterOrDigit(from[i]) || from[i] is '-' or '.' ? from[i] : '.';
        }
    });
}
