using ServerlessGuard.Findings;
using ServerlessGuard.Page.Board;

namespace ServerlessGuard.Page.Insights;

/// <summary>Open findings over time: from what is open now, backwards through what happened.</summary>
internal static class Trend
{
    public const int Steps = 60;

    public static TrendView Of(FindingRow[] rows, History history, TimeSpan? range, DateTimeOffset now)
    {
        var span = range ?? Fitting(history.First, now);
        var start = now - span;
        var step = span / Steps;
        var open = new int[4];
        foreach (var row in rows)
        {
            if (row.Status is FindingStatus.Open)
            {
                open[(int)row.Severity - 1]++;
            }
        }

        var moves = history.Since(start);
        var points = new TrendPoint[Steps + 1];
        var next = moves.Count - 1;
        for (var i = Steps; i >= 0; i--)
        {
            var at = start + step * i;

            // What happened after this point is taken back.
            for (; next >= 0 && moves[next].Minute > at; next--)
            {
                for (var severity = 0; severity < open.Length; severity++)
                {
                    open[severity] -= moves[next].Moves[severity];
                }
            }

            points[i] = new TrendPoint(at, SeverityCounts.Of([.. open.Select(count => Math.Max(0, count))]));
        }

        return new TrendView((int)span.TotalMinutes, points);
    }

    /// <summary>The shortest of the usual ranges that shows everything that happened.</summary>
    private static TimeSpan Fitting(DateTimeOffset? first, DateTimeOffset now) => first is { } at ? (now - at) switch
    {
        { TotalMinutes: < 55 } => TimeSpan.FromHours(1),
        { TotalHours: < 23 } => TimeSpan.FromDays(1),
        { TotalDays: < 7 } => TimeSpan.FromDays(7),
        _ => TimeSpan.FromDays(30),
    } : TimeSpan.FromDays(1);
}
