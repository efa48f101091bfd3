using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace ServerlessGuard.Aws.Runtime;

/// <summary>One JSON object as UTF-8.</summary>
internal static class JsonBytes
{
    /// <summary>Logs and messages are read by people and by JSON parsers, never inside HTML.</summary>
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static ReadOnlyMemory<byte> Of(Action<Utf8JsonWriter> properties)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var writer = new Utf8JsonWriter(buffer, Options))
        {
            writer.WriteStartObject();
            properties(writer);
            writer.WriteEndObject();
        }

        return buffer.WrittenMemory;
    }
}
