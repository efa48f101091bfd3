using System.Text;
using System.Text.Json;

namespace ServerlessGuard.Azure.Runtime;

/// <summary>
/// What the Functions host is answered: never empty, never <c>null</c>, always application/json, else the host waits until its timeout and
/// kills the worker.
/// </summary>
/// <param name="Succeeded">False: the host counts a failure, and the event or message comes again.</param>
/// <param name="Logs">Lines for the invocation's own log.</param>
public sealed record Answer(bool Succeeded, IReadOnlyList<string> Logs)
{
    private const int MaxLogs = 50;

    /// <summary>Of an HTTP trigger: what its caller gets.</summary>
    public HttpOutput? Http { get; init; }

    public static Answer Done(params IReadOnlyList<string> logs) => new(Succeeded: true, logs);

    public static Answer Failed(params IReadOnlyList<string> logs) => new(Succeeded: false, logs);

    public byte[] ToJson()
    {
        var buffer = new System.Buffers.ArrayBufferWriter<byte>(256);
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteStartObject("Outputs");
            if (Http is { } http)
            {
                writer.WriteStartObject("res");
                writer.WriteNumber("statusCode", http.Status);
                writer.WriteString("body", http.Body);
                writer.WriteStartObject("headers");
                writer.WriteString("Content-Type", http.ContentType);
                foreach (var (name, value) in http.Headers)
                {
                    writer.WriteString(name, value);
                }

                writer.WriteEndObject();
                writer.WriteEndObject();
            }

            writer.WriteEndObject();
            writer.WriteStartArray(nameof(Logs));
            foreach (var line in Logs.Take(MaxLogs))
            {
                writer.WriteStringValue(line);
            }

            if (Logs.Count > MaxLogs)
            {
                writer.WriteStringValue($"and {Logs.Count - MaxLogs} more");
            }

            writer.WriteEndArray();
            writer.WriteNull("ReturnValue");
            writer.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    public override string ToString() => Encoding.UTF8.GetString(ToJson());
}

/// <summary>The body is text: the host knows no binary answers.</summary>
public sealed record HttpOutput(int Status, string Body, string ContentType = "application/json; charset=utf-8")
{
    /// <summary>Besides the content type.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];
}
