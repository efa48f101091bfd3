using System.Globalization;
using ServerlessGuard.Resources;
using ServerlessGuard.Tables;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Findings;

/// <summary>Where findings and what belongs to them lie in their account's partition.</summary>
/// <remarks>
/// <code>
///   r:HASH                      Resource   the latest capture judged
///   r:HASH:RULE                 Finding    read together with the line above, in one query
///   x:STATUS:SEVERITY:HASH:RULE Index      a copy of the finding: lists by status, worst first
///   h:HASH:RULE:REVISION        Event      the story of one finding
///   t:TIME:HASH:RULE:REVISION   Event      the same, in the order of time
///   s:SHARD                     Summary    counters, 16 of them so that writers do not queue
///   e:TIME:HASH:RULE            Due        since when a plan waits for its approval, which ends
/// </code>
/// </remarks>
public static class FindingKeys
{
    public static string Resource(string hash) => "r:" + hash;

    public static string Finding(string hash, string rule) => $"r:{hash}:{RowKeys.Safe(rule)}";

    public static string Finding(Finding finding) => Finding(RowKeys.Hash(finding.Resource), finding.RuleId);

    public static string Index(Finding finding) =>
        $"{IndexOf(finding.Status, finding.Severity)}{RowKeys.Hash(finding.Resource)}:{RowKeys.Safe(finding.RuleId)}";

    public static string IndexOf(FindingStatus status) => $"x:{RowKeys.Word(status)}:";

    /// <summary>Worst first: critical is 0.</summary>
    public static string IndexOf(FindingStatus status, Severity severity) =>
        IndexOf(status) + ((int)Severity.Critical - (int)severity).ToString(CultureInfo.InvariantCulture) + ":";

    /// <summary>Whether an index row is of a finding of the rule, or of one of its sub-findings.</summary>
    public static bool IsIndexOf(string indexKey, string rule)
    {
        var held = indexKey.AsSpan(indexKey.LastIndexOf(':') + 1);
        var asked = RowKeys.Safe(rule);
        return held.StartsWith(asked, StringComparison.OrdinalIgnoreCase) && (held.Length == asked.Length || held[asked.Length] == '.');
    }

    public static string History(Finding finding) => $"h:{RowKeys.Hash(finding.Resource)}:{RowKeys.Safe(finding.RuleId)}:";

    public static string History(FindingEvent step) => History(RowKeys.Hash(step.Resource), step.RuleId, step.Revision);

    public static string History(string hash, string rule, long revision) => $"h:{hash}:{RowKeys.Safe(rule)}:{RowKeys.Number(revision)}";

    public static string Timeline(FindingEvent step) =>
        $"t:{RowKeys.Time(step.At)}:{RowKeys.Hash(step.Resource)}:{RowKeys.Safe(step.RuleId)}:{RowKeys.Number(step.Revision)}";

    public static string Timeline(DateTimeOffset from) => "t:" + RowKeys.Time(from);

    public static string Summary(string hash) => "s:" + hash[0];

    public static string Step(ResourceRef resource, string rule, long revision) =>
        $"{RowKeys.Hash(resource)}:{RowKeys.Safe(rule)}:{RowKeys.Number(revision)}";

    /// <summary>A plan that waits for its approval.</summary>
    /// <param name="since">When it was asked for.</param>
    public static string Waiting(DateTimeOffset since, Finding finding) =>
        $"{WaitingSince}{RowKeys.Time(since)}:{RowKeys.Hash(finding.Resource)}:{RowKeys.Safe(finding.RuleId)}";

    /// <summary>All that was asked for before lies before this.</summary>
    public static string Waiting(DateTimeOffset since) => WaitingSince + RowKeys.Time(since);

    public const string WaitingSince = "e:";

    /// <summary>The key of the finding whose plan waits; of none, where the row is not ours.</summary>
    public static string WaitingFinding(string key) => "r:" + (key.Length > WaitingLength ? key[(WaitingLength + 1)..] : string.Empty);

    /// <summary>Since when it waits; null where the row is not ours.</summary>
    public static DateTimeOffset? WaitingTime(string key) => key.Length > WaitingLength && DateTimeOffset.TryParseExact(
        key.AsSpan(WaitingSince.Length, WaitingLength - WaitingSince.Length),
        RowKeys.TimeFormat,
        CultureInfo.InvariantCulture,
        DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
        out var time) ? time : null;

    private static readonly int WaitingLength = Waiting(DateTimeOffset.UnixEpoch).Length;
}
