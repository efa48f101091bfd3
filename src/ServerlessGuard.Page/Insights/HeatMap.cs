using ServerlessGuard.Findings;
using ServerlessGuard.Page.Board;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Page.Insights;

/// <summary>Open findings by account and rule: the accounts with the worst first, the rules in their own order.</summary>
internal static class HeatMap
{
    private const int MostAccounts = 40;

    public static HeatView Of(FindingRow[] rows)
    {
        var cells = new Dictionary<(string Account, string Rule), (int Count, Severity Worst)>();
        var accounts = new Dictionary<string, int[]>(StringComparer.Ordinal);
        var rules = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var row in rows)
        {
            if (row.Status is not FindingStatus.Open)
            {
                continue;
            }

            // A sub-finding counts with its rule.
            var slash = row.RuleId.IndexOf('/', StringComparison.Ordinal);
            var rule = slash < 0 ? row.RuleId : row.RuleId[..slash];
            var (count, worst) = cells.GetValueOrDefault((row.Partition, rule));
            cells[(row.Partition, rule)] = (count + 1, row.Severity > worst ? row.Severity : worst);
            if (slash < 0 || !rules.ContainsKey(rule))
            {
                rules[rule] = row.Title;
            }

            if (!accounts.TryGetValue(row.Partition, out var counts))
            {
                accounts[row.Partition] = counts = new int[4];
            }

            counts[(int)row.Severity - 1]++;
        }

        var shown = accounts.OrderByDescending(account => account.Value[3]).ThenByDescending(account => account.Value[2])
            .ThenByDescending(account => account.Value.Sum())
            .ThenBy(account => account.Key, StringComparer.Ordinal).Take(MostAccounts).Select(account => account.Key).ToList();
        return new HeatView(
            accounts.Count,
            [.. rules.Select(rule => new RuleView(rule.Key, Queries.Cut.Short(rule.Value)))],
            [.. shown.Select(account =>
                new HeatRow(account, [.. rules.Keys.Select(rule => Cell(cells.GetValueOrDefault((account, rule))))]))]);
    }

    private static HeatCell? Cell((int Count, Severity Worst) cell) => cell.Count == 0 ? null : new HeatCell(cell.Count, cell.Worst);
}
