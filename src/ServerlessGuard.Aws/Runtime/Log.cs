using System.Text.Json;

namespace ServerlessGuard.Aws.Runtime;

public enum LogLevel
{
    Debug,
    Info,
    Warn,
    Error,
}

/// <summary>
/// One JSON object a line on standard output, where Lambda takes it: time, level, message, and fields. Fields are ids, counts, types and
/// reasons; documents, tokens and bodies are never among them, and texts are cut.
/// </summary>
/// <param name="output">Standard output.</param>
/// <param name="time">The clock.</param>
public sealed class Log(Stream output, TimeProvider time)
{
    private const int LongestText = 1000;

    private static readonly byte[] NewLine = "\n"u8.ToArray();

    private readonly Lock _lock = new();

    /// <summary>Of the event that is being handled: an instance handles one at a time. It stands in every line.</summary>
    public string? RequestId { get; set; }

    public void Write(LogLevel level, string message, params ReadOnlySpan<(string Name, object? Value)> fields)
    {
        var copy = fields.ToArray();
        Line(JsonBytes.Of(writer =>
        {
            writer.WriteString("time", time.GetUtcNow().UtcDateTime);
            writer.WriteString("level", level.ToString().ToUpperInvariant());
            writer.WriteString("message", message);
            Field(writer, "requestId", RequestId);
            foreach (var (name, value) in copy)
            {
                Field(writer, name, value);
            }
        }));
    }

    /// <summary>A finished JSON object: the embedded metrics.</summary>
    public void Line(ReadOnlyMemory<byte> json)
    {
        // One write a line: two threads never mix theirs.
        var line = new byte[json.Length + 1];
        json.CopyTo(line);
        NewLine.CopyTo(line, json.Length);
        lock (_lock)
        {
            output.Write(line);
            output.Flush();
        }
    }

    /// <summary>An exception and its causes in one line, without the stack.</summary>
    public static string Line(Exception fault)
    {
        var causes = new List<string>();
        for (var at = fault; at is not null && causes.Count < 4; at = at.InnerException)
        {
            if (causes.Count == 0 || !causes[^1].Contains(at.Message, StringComparison.Ordinal))
            {
                causes.Add(at.Message.ReplaceLineEndings(" "));
            }
        }

        return Cut(string.Join(": ", causes));
    }

    private static void Field(Utf8JsonWriter writer, string name, object? value)
    {
        switch (value)
        {
            case null:
                break;
            case string text:
                writer.WriteString(name, Cut(text));
                break;
            case int whole:
                writer.WriteNumber(name, whole);
                break;
            case long whole:
                writer.WriteNumber(name, whole);
                break;
            case double real:
                writer.WriteNumber(name, Math.Round(real, 3));
                break;
            case bool flag:
                writer.WriteBoolean(name, flag);
                break;
            default:
                writer.WriteString(name, Cut(value.ToString() ?? string.Empty));
                break;
        }
    }

    private static string Cut(string text) => text.Length <= LongestText ? text : text[..LongestText] + "…";
}
