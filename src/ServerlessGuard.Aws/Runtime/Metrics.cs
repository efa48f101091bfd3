using System.Text.Json;

namespace ServerlessGuard.Aws.Runtime;

/// <summary>
/// CloudWatch's embedded metric format: one line a call, from which CloudWatch makes metrics without a call of ours. Counts are summed
/// until they are written, times are kept one by one, so that percentiles are true.
/// </summary>
/// <remarks>https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html</remarks>
/// <param name="log">Where the line goes.</param>
/// <param name="time">The clock.</param>
/// <param name="function">The one dimension: the handler's name.</param>
public sealed class Metrics(Log log, TimeProvider time, string function)
{
    /// <summary>The format's limit for the values of one metric.</summary>
    private const int MaxValues = 100;

    private readonly Lock _lock = new();
    private readonly SortedDictionary<string, double> _counts = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, List<double>> _times = new(StringComparer.Ordinal);

    public void Count(string name, double by = 1)
    {
        lock (_lock)
        {
            _counts[name] = _counts.GetValueOrDefault(name) + by;
        }
    }

    public void Time(string name, TimeSpan took)
    {
        lock (_lock)
        {
            if (!_times.TryGetValue(name, out var values))
            {
                _times[name] = values = [];
            }

            if (values.Count < MaxValues)
            {
                values.Add(Math.Round(took.TotalMilliseconds, 3));
            }
        }
    }

    /// <summary>Writes what came together and begins anew; nothing when nothing did.</summary>
    public void Flush()
    {
        lock (_lock)
        {
            if (_counts.Count + _times.Count == 0)
            {
                return;
            }

            log.Line(JsonBytes.Of(Write));
            _counts.Clear();
            _times.Clear();
        }
    }

    private void Write(Utf8JsonWriter writer)
    {
        writer.WriteStartObject("_aws");
        writer.WriteNumber("Timestamp", time.GetUtcNow().ToUnixTimeMilliseconds());
        writer.WriteStartArray("CloudWatchMetrics");
        writer.WriteStartObject();
        writer.WriteString("Namespace", "ServerlessGuard");
        writer.WriteStartArray("Dimensions");
        writer.WriteStartArray();
        writer.WriteStringValue("Function");
        writer.WriteEndArray();
        writer.WriteEndArray();
        writer.WriteStartArray("Metrics");
        foreach (var name in _counts.Keys)
        {
            Definition(writer, name, name.EndsWith("Seconds", StringComparison.Ordinal) ? "Seconds" : "Count");
        }

        foreach (var name in _times.Keys)
        {
            Definition(writer, name, "Milliseconds");
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.WriteString("Function", function);
        if (log.RequestId is { } requestId)
        {
            writer.WriteString("requestId", requestId);
        }

        foreach (var (name, count) in _counts)
        {
            writer.WriteNumber(name, count);
        }

        foreach (var (name, values) in _times)
        {
            writer.WriteStartArray(name);
            foreach (var value in values)
            {
                writer.WriteNumberValue(value);
            }

            writer.WriteEndArray();
        }
    }

    private static void Definition(Utf8JsonWriter writer, string name, string unit)
    {
        writer.WriteStartObject();
        writer.WriteString("Name", name);
        writer.WriteString("Unit", unit);
        writer.WriteEndObject();
    }
}
