using ServerlessGuard.Cli.Spill;
using ServerlessGuard.Evaluations;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Cli.Reports;

/// <summary>
/// Verdicts that one rule could not give for one reason. A reason may name a resource: there can be as many kinds as verdicts.
/// </summary>
/// <param name="First">Which of the verdicts was the first one.</param>
internal sealed record UndecidedKind(string Rule, Severity Severity, string? Missing, string? Reason, long First)
{
    private static readonly IComparer<UndecidedKind> ByKind = Comparer<UndecidedKind>.Create(static (left, right) =>
        Kind(left, right) is not 0 and var kind ? kind : left.First.CompareTo(right.First));

    public int Count { get; private set; } = 1;

    /// <summary>The worst and most frequent ones, and how many kinds there are.</summary>
    public static (IReadOnlyList<UndecidedKind> Worst, int Kinds) Of(IEnumerable<Evaluation> evaluations, int most,
        int room)
    {
        using var sorted = new Sorted<UndecidedKind>(ByKind, new Form(), room);
        long number = 0;
        foreach (var evaluation in evaluations.Where(one => one.Verdict.Compliance is Compliance.InsufficientData))
        {
            var (rule, verdict) = (evaluation.Rule, evaluation.Verdict);
            sorted.Add(new UndecidedKind(rule.Id, rule.Severity, verdict.Missing, verdict.Reason, number++));
        }

        var worst = new List<UndecidedKind>();
        var kinds = 0;
        UndecidedKind? open = null;
        foreach (var one in sorted.InOrder())
        {
            if (open is not null && Kind(open, one) == 0)
            {
                open.Count++;
                continue;
            }

            kinds++;
            worst.Add(open = one);
            if (worst.Count > 8 * most)
            {
                // The open one is not counted to its end yet.
                worst = [.. Worst(worst.SkipLast(1), most), open];
            }
        }

        return ([.. Worst(worst, most)], kinds);
    }

    private static IEnumerable<UndecidedKind> Worst(IEnumerable<UndecidedKind> kinds, int most) =>
        kinds.OrderByDescending(kind => kind.Severity).ThenByDescending(kind => kind.Count)
            .ThenBy(kind => kind.Rule, StringComparer.Ordinal).ThenBy(kind => kind.First).Take(most);

    private static int Kind(UndecidedKind left, UndecidedKind right) =>
        string.CompareOrdinal(left.Rule, right.Rule) is not 0 and var byRule ? byRule
        : string.CompareOrdinal(left.Missing, right.Missing) is not 0 and var byMissing ? byMissing
        : string.CompareOrdinal(left.Reason, right.Reason) is not 0 and var byReason ? byReason
        : left.Severity.CompareTo(right.Severity);

    private sealed class Form : ISpillForm<UndecidedKind>
    {
        public int WeightOf(UndecidedKind item) => 100 + (2 * ((item.Missing?.Length ?? 0) + (item.Reason?.Length ?? 0)));

        public void Write(UndecidedKind item, SpillWriter writer)
        {
            writer.Text(item.Rule);
            writer.Small((int)item.Severity);
            writer.Text(item.Missing);
            writer.Text(item.Reason);
            writer.Number(item.First);
        }

        public UndecidedKind Read(SpillReader reader) =>
            new(reader.Text()!, (Severity)reader.Small(), reader.Text(), reader.Text(), reader.Number());
    }
}
