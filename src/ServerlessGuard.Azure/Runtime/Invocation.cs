using System.Text;
using System.Text.Json;

namespace ServerlessGuard.Azure.Runtime;

/// <summary>
/// One call of the Functions host: <c>{"Data":{BINDING:…},"Metadata":{…}}</c>. The binding's value comes as an object, as a string that
/// holds JSON (once or twice encoded), or as base64 of the bytes, by trigger and <c>dataType</c>.
/// </summary>
/// <remarks>Metadata is not read: a payload's own top-level values override the host's there.</remarks>
public static class Invocation
{
    private const int MaxEncodings = 3;

    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 64 };

    /// <summary>The value of the one binding, on its own. Null and a reason when the body is not the host's.</summary>
    public static (JsonElement? Data, string? Fault) Read(ReadOnlyMemory<byte> body)
    {
        var (call, fault) = Open(body);
        using (call)
        {
            return (call?.Data.Clone(), fault);
        }
    }

    /// <summary>The same, where an object is a part of <paramref name="body"/> and lives as long.</summary>
    internal static (Call? Call, string? Fault) Open(ReadOnlyMemory<byte> body)
    {
        JsonDocument? document = null;
        try
        {
            document = JsonDocument.Parse(body, Options);
            if (document.RootElement.ValueKind is not JsonValueKind.Object
                || !document.RootElement.TryGetProperty("Data", out var data)
                || data.ValueKind is not JsonValueKind.Object)
            {
                return (null, "not a call of the Functions host: no object named Data");
            }

            foreach (var binding in data.EnumerateObject())
            {
                // What was encoded stands alone; the rest is a part of the document, which has to stay.
                var call = new Call(Decoded(binding.Value), document);
                document = null;
                return (call, null);
            }

            return (null, "not a call of the Functions host: Data has no binding");
        }
        catch (JsonException fault)
        {
            return (null, $"not JSON (line {fault.LineNumber}, byte {fault.BytePositionInLine})");
        }
        finally
        {
            document?.Dispose();
        }
    }

    /// <summary>What a string holds, if it holds JSON; else the string itself.</summary>
    private static JsonElement Decoded(JsonElement value)
    {
        for (var turn = 0; turn < MaxEncodings && value.ValueKind is JsonValueKind.String; turn++)
        {
            var inner = Parse(Encoding.UTF8.GetBytes(value.GetString()!))
                ?? (value.TryGetBytesFromBase64(out var bytes) ? Parse(bytes) : null);
            if (inner is null)
            {
                break;
            }

            value = inner.Value;
        }

        return value;
    }

    private static JsonElement? Parse(byte[] text)
    {
        try
        {
            using var document = JsonDocument.Parse(text, Options);
            return document.RootElement.Clone();
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
