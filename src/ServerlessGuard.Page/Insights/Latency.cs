using ServerlessGuard.Page.Board;

namespace ServerlessGuard.Page.Insights;

/// <summary>How long each stage takes, over the findings that a change event brought.</summary>
internal static class Latency
{
    private static readonly (string Name, string After, Func<StageTimes, int>? Of)[] Stages =
    [
        ("delivered", "captured", static times => times.Delivered),
        ("evaluated", "delivered", static times => times.Evaluated),
        ("recorded", "evaluated", static times => times.Recorded),
        ("remediated", "recorded", null),
        ("federated", "recorded", static times => times.Federated),
        ("notified", "recorded", static times => times.Notified),
    ];

    /// <param name="fixes">Milliseconds that each fix took, see <see cref="History.Fixes"/>.</param>
    public static IReadOnlyList<LatencyView> Of(FindingRow[] rows, int[] fixes)
    {
        var views = new List<LatencyView>(Stages.Length);
        foreach (var (name, after, of) in Stages)
        {
            List<int> times = of is null ? [.. fixes] : [.. rows.Select(row => of(row.Stages)).Where(time => time >= 0)];

            times.Sort();
            views.Add(new LatencyView(name, after, times.Count, At(times, 0.5), At(times, 0.95), times.Count > 0 ? times[^1] : null));
        }

        return views;
    }

    /// <summary>Nearest rank.</summary>
    private static int? At(List<int> sorted, double part) =>
        sorted.Count == 0 ? null : sorted[Math.Max(0, (int)Math.Ceiling(part * sorted.Count) - 1)];
}
