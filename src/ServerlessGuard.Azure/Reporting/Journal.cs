using System.Text;
using System.Text.Json;

namespace ServerlessGuard.Azure.Reporting;

/// <summary>
/// One JSON object a line. The Functions host copies a custom handler's standard output into Application Insights as traces, and its
/// standard error as warnings; numbers are lines too, queried as <c>parse_json(message).metric</c>. Holds ids, reasons and counts, never a
/// document, a token or a claim beyond the actor's name.
/// </summary>
public sealed class Journal(TextWriter output, TextWriter error, TimeProvider time)
{
    private readonly Lock _lock = new();

    public void Info(string what, params ReadOnlySpan<(string Name, string? Value)> facts) => Write(output, "info", what, facts);

    public void Warn(string what, params ReadOnlySpan<(string Name, string? Value)> facts) => Write(error, "warn", what, facts);

    /// <param name="name">Dotted: <c>events.refused</c>.</param>
    /// <param name="value">A count, or milliseconds or seconds where the name says so.</param>
    /// <param name="facts">Few values each: dimensions.</param>
    public void Metric(string name, double value, params ReadOnlySpan<(string Name, string? Value)> facts)
    {
        var line = Line(writer =>
        {
            writer.WriteString("metric", name);
            writer.WriteNumber("value", Math.Round(value, 3));
        }, facts);
        lock (_lock)
        {
            output.WriteLine(line);
        }
    }

    private void Write(TextWriter to, string level, string what, ReadOnlySpan<(string Name, string? Value)> facts)
    {
        var line = Line(writer =>
        {
            writer.WriteString("level", level);
            writer.WriteString("event", what);
        }, facts);
        lock (_lock)
        {
            to.WriteLine(line);
        }
    }

    private string Line(Action<Utf8JsonWriter> head, ReadOnlySpan<(string Name, string? Value)> facts)
    {
        var buffer = new System.Buffers.ArrayBufferWriter<byte>(256);
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteString("time", time.GetUtcNow().UtcDateTime);
            head(writer);
            foreach (var (name, value) in facts)
            {
                if (value is not null)
                {
                    writer.WriteString(name, value);
                }
            }

            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
