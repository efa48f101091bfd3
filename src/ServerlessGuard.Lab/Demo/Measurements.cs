using System.Collections.Concurrent;
using System.Globalization;

namespace ServerlessGuard.Lab.Demo;

/// <summary>How long each stage took, as it was measured in this run.</summary>
internal sealed class Measurements
{
    private readonly ConcurrentDictionary<string, ConcurrentBag<double>> _stages = new(StringComparer.Ordinal);

    public static IReadOnlyList<string> Order
        { get; } = ["change to delivered", "delivered to evaluated", "evaluated to recorded", "change to recorded", "recorded to fixed",
            "change to the other cloud's table", "change to chat"];

    public void Add(string stage, TimeSpan? took)
    {
        if (took is { } span)
        {
            _stages.GetOrAdd(stage, _ => []).Add(Math.Max(0, span.TotalMilliseconds));
        }
    }

    /// <summary>A line per stage: how many, median, 95th percentile, longest, in milliseconds.</summary>
    public IEnumerable<string> Lines()
    {
        yield return $"  {"stage",-36}{"n",5}{"p50",9}{"p95",9}{"max",9}";
        foreach (var stage in Order)
        {
            if (_stages.TryGetValue(stage, out var values))
            {
                var sorted = values.Order().ToList();
                yield return string.Create(
                    CultureInfo.InvariantCulture,
                    $"  {stage,-36}{sorted.Count,5}{At(sorted, 0.5),6:0} ms{At(sorted, 0.95),6:0} ms{sorted[^1],6:0} ms");
            }
        }
    }

    public double? Percentile(string stage, double part) =>
        _stages.TryGetValue(stage, out var values) ? At([.. values.Order()], part) : null;

    private static double At(List<double> sorted, double part) =>
        sorted[Math.Min(sorted.Count - 1,
            (int)Math.Ceiling(part * sorted.Count) - 1 is var index && index < 0 ? 0 : (int)Math.Ceiling(part * sorted.Count) - 1)];
}
