using System.Collections.Concurrent;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Facts;

/// <summary>
/// One verdict for all resources that lack the same thing for the same reason. Bounded, since some of the texts come from documents.
/// </summary>
internal static class Gaps
{
    private const int Most = 1024;
    private static readonly ConcurrentDictionary<(string Missing, string Reason), Verdict> Known = [];

    public static Verdict Of(string missing, string reason)
    {
        if (Known.TryGetValue((missing, reason), out var known))
        {
            return known;
        }

        var verdict = Verdict.InsufficientData(missing, reason);
        return Known.Count < Most ? Known.GetOrAdd((missing, reason), verdict) : verdict;
    }
}
