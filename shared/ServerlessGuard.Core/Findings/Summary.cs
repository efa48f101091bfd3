using System.Collections.Immutable;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Findings;

/// <summary>Exact counts of findings by status × severity, moved in the same transaction as the findings.</summary>
public sealed record Summary
{
    public static Summary Empty { get; } = new();

    /// <summary>By <c>Open.Critical</c> and so on; zeros are left out.</summary>
    public ImmutableSortedDictionary<string, long> Counts
        { get; init => field = value ?? ImmutableSortedDictionary<string, long>.Empty; } = ImmutableSortedDictionary<string, long>.Empty;

    public long this[FindingStatus status, Severity severity] => Counts.GetValueOrDefault(Key(status, severity));

    /// <summary>After a finding went from one state to another; null is "no finding".</summary>
    public Summary Moved(Finding? from, Finding? to)
    {
        if (from?.Status == to?.Status && from?.Severity == to?.Severity)
        {
            return this;
        }

        var less = from is null ? this : Plus(from.Status, from.Severity, -1);
        return to is null ? less : less.Plus(to.Status, to.Severity, 1);
    }

    public Summary Plus(Summary other) => other.Counts.Aggregate(this, (sum, entry) => sum.Plus(entry.Key, entry.Value));

    private Summary Plus(FindingStatus status, Severity severity, long by) => Plus(Key(status, severity), by);

    private Summary Plus(string key, long by)
    {
        var count = Counts.GetValueOrDefault(key) + by;
        return this with { Counts = count == 0 ? Counts.Remove(key) : Counts.SetItem(key, count) };
    }

    private static string Key(FindingStatus status, Severity severity) => $"{status}.{severity}";
}
