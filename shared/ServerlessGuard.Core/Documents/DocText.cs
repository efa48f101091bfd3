using System.Text;
using System.Text.Json;

namespace ServerlessGuard.Documents;

/// <summary>Text in and out of JSON elements, without an exception for anything a document can hold.</summary>
public static class DocText
{
    /// <summary>Documents nest deeper than System.Text.Json's 64 in ARM templates; deeper than this is an attack or an accident.</summary>
    public const int MaxDepth = 256;

    private const int MaxEncodings = 5;
    private const int ShownLength = 200;

    internal static readonly JsonDocumentOptions Options = new() { MaxDepth = MaxDepth };

    /// <summary>The string's text. A lone surrogate or invalid UTF-8 makes System.Text.Json throw; that string has no text.</summary>
    public static string? Of(JsonElement element)
    {
        try
        {
            return element.GetString();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    internal static string NameOf(JsonProperty property)
    {
        try
        {
            return property.Name;
        }
        catch (InvalidOperationException)
        {
            return string.Empty;
        }
    }

    internal static bool TryExact(JsonElement container, string name, out JsonElement value)
    {
        try
        {
            return container.TryGetProperty(name, out value);
        }
        catch (InvalidOperationException)
        {
            // Another property's name holds a lone surrogate; fall back to the byte comparison.
            value = default;
            return false;
        }
    }

    /// <summary>
    /// Text that is JSON, JSON inside a JSON string, or percent-encoded JSON (IAM's policy documents), in any order, up to five times.
    /// </summary>
    public static bool TryDecode(string text, out Doc document)
    {
        document = default;
        for (var round = 0; round < MaxEncodings; round++)
        {
            var trimmed = text.AsSpan().Trim();
            if (trimmed.Length < 2)
            {
                return false;
            }

            if (trimmed[0] is '%')
            {
                text = Uri.UnescapeDataString(trimmed.ToString());
                continue;
            }

            if (trimmed[0] is not ('{' or '[' or '"') || !TryParse(trimmed.ToString(), out var element))
            {
                return false;
            }

            if (element.ValueKind is not JsonValueKind.String)
            {
                document = new Doc(element);
                return true;
            }

            text = Of(element) ?? string.Empty;
        }

        return false;
    }

    public static bool TryParse(string json, out JsonElement element)
    {
        element = default;
        try
        {
            var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(json), new JsonReaderOptions { MaxDepth = MaxDepth });
            element = JsonElement.ParseValue(ref reader);
            // Something after the value ("{} or not") means that the text only looked like JSON.
            return !reader.Read();
        }
        catch (Exception fault) when (fault is JsonException or ArgumentException)
        {
            return false;
        }
    }

    /// <summary>A value as evidence: short, on one line, control characters replaced.</summary>
    public static string Shown(JsonElement element) =>
        Shown(element.ValueKind is JsonValueKind.String ? Of(element) ?? "(not text)" : element.GetRawText());

    /// <inheritdoc cref="Shown(JsonElement)"/>
    public static string Shown(string text)
    {
        var cut = Cut(text, ShownLength);
        return cut.Any(char.IsControl) ? new string([.. cut.Select(c => char.IsControl(c) ? ' ' : c)]) : cut;
    }

    /// <summary>
    /// At most <paramref name="length"/> UTF-16 units, an ellipsis in the place of what was cut, no surrogate pair split.
    /// </summary>
    public static string Cut(string text, int length)
    {
        if (text.Length <= length)
        {
            return text;
        }

        var end = length - 1;
        return string.Concat(text.AsSpan(0, char.IsHighSurrogate(text[end - 1]) ? end - 1 : end), "…");
    }
}
