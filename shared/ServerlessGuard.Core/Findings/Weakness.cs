using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Findings;

/// <summary>
/// What a person sees of a finding and accepts: the rule that was broken, how bad it is, and what that rests on. Its wording is no part of
/// it.
/// </summary>
public sealed partial record Weakness(string RuleId, Severity Severity, ImmutableArray<Evidence> Evidence)
{
    public static Weakness Of(Finding finding) => new(finding.RuleId, finding.Severity, finding.Evidence);

    public static Weakness Of(RuleVerdict verdict) => new(verdict.RuleId, verdict.Severity, verdict.Evidence);

    /// <summary>
    /// 64 hex digits of SHA-256 over the rule and its evidence. The order of the evidence does not count, nor does time that merely passes
    /// (<c>93 days old</c>, a timestamp). The severity stands beside it: it is compared, as a lower one is no reason to ask again.
    /// </summary>
    public string Digest()
    {
        var text = new StringBuilder();
        Add(text, "weakness-1");
        Add(text, RuleId);
        foreach (var (path, value) in (Evidence.IsDefault ? [] : Evidence)
            .Select(one => (one.Path, Value: Timeless(one.Value ?? string.Empty)))
            .OrderBy(one => one.Path, StringComparer.Ordinal).ThenBy(one => one.Value, StringComparer.Ordinal))
        {
            Add(text, path);
            Add(text, value);
        }

        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }

    /// <summary>No two lists of parts run into one another.</summary>
    private static void Add(StringBuilder text, string? part) => text.Append(part?.Length ?? 0).Append(':').Append(part).Append('\n');

    private static string Timeless(string value) => Moment().Replace(Age().Replace(value, "N"), "T");

    [GeneratedRegex(@"(?<![0-9])[0-9]{1,6}(?= days (?:old|ago)\b)|(?<=\bused (?:in|for) )[0-9]{1,6}(?= days\b)",
        RegexOptions.CultureInvariant)]
    private static partial Regex Age();

    [GeneratedRegex(@"\b[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,9})?)?(?:Z|[+-][0-9]{2}:?[0-9]{2})?",
        RegexOptions.CultureInvariant)]
    private static partial Regex Moment();
}
