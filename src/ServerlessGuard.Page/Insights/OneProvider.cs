using ServerlessGuard.Findings;
using ServerlessGuard.Page.Board;

namespace ServerlessGuard.Page.Insights;

/// <summary>
/// Who signs in beside the one identity provider: the findings of SG-ID-001. A table holds findings only, so whoever was never outside is
/// not counted.
/// </summary>
internal static class OneProvider
{
    private const string Rule = "SG-ID-001";
    private const int MostShown = 20;

    public static IdentityView Of(FindingRow[] rows)
    {
        var counts = new int[Enum.GetValues<FindingStatus>().Max(status => (int)status) + 1];
        var outside = new List<FindingRow>();
        foreach (var row in rows)
        {
            if (row.RuleId == Rule)
            {
                counts[(int)row.Status]++;
                if (row.Status is FindingStatus.Open)
                {
                    outside.Add(row);
                }
            }
        }

        return new IdentityView(
            counts[(int)FindingStatus.Open],
            counts[(int)FindingStatus.Suppressed],
            counts[(int)FindingStatus.Resolved],
            [.. outside.OrderByDescending(row => row.Severity).ThenBy(row => row.OpenedAt).ThenBy(row => row.Id, StringComparer.Ordinal)
                .Take(MostShown).Select(RowView.Of)]);
    }
}
