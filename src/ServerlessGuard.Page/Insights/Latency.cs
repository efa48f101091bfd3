using ServerlessGuard.Page.Board;

namespace ServerlessGuard.Page.Insights;

/// <summary>How long each stage takes, over the findings that a change event brought.</summary>
internal static class Latency
{
    private static readonly (string Name, string After, Func<StageTimes, int> Of)[] Stages =
    [
        ("delivered", "captured", static times => times.Delivered),
        ("evaluated", "delivered", static times => times.Evaluated),
        ("recorded", "evaluated", static times => times.Recorded),
        ("remediated", "recorded", static times => times.Remediated),
        ("federated", "recorded", static times => times.Federated),
        ("notified", "recorded", static times => times.Notified),
    ];

    public static IReadOnlyList<LatencyView> Of(FindingRow[] rows)
    {
        var views = new List<LatencyView>(Stages.Length);
        foreach (var (name, after, of) in Stages)
        {
            var times = new List<int>();
            foreach (var row in rows)
            {
                if (of(row.Stages) is >= 0 and var time)
                {
                    times.Add(time);
                }
            }

            times.Sort();
            views.Add(new LatencyView(name, after, times.Count, At(times, 0.5), At(times, 0.95), times.Count > 0 ? times[^1] : null));
        }

        return views;
    }

    /// <summary>Nearest rank.</summary>
    private static int? At(List<int> sorted, double part) => sorted.Count == 0 ? null : sorted[Math.Max(0, (int)Math.Ceiling(part * sorted.Count) - 1)];
}
