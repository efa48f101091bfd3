using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ServerlessGuard.Simulators.Azure.Functions;

/// <summary>The host reads event JSON and writes it again: dates come out in UTC, 1.50 as 1.5. Whoever hashes the bytes is wrong.</summary>
internal static class RewrittenJson
{
    public static JsonNode? Of(JsonNode? node) => node switch
    {
        JsonObject item => new JsonObject(item.Select(field => KeyValuePair.Create(field.Key, Of(field.Value)))),
        JsonArray list => new JsonArray([.. list.Select(Of)]),
        JsonValue value => Scalar(value),
        _ => null,
    };

    private static JsonNode? Scalar(JsonValue value) => value.GetValueKind() switch
    {
        JsonValueKind.String => (string?)value is { } text && Date(text) is { } date ? date : value.DeepClone(),
        JsonValueKind.Number when value.ToJsonString().AsSpan().IndexOfAny('.', 'e', 'E') >= 0 =>
            value.TryGetValue<double>(out var number) ? number : value.DeepClone(),
        _ => value.DeepClone(),
    };

    private static string? Date(string text)
    {
        // Only what looks like 2026-11-22T…: other texts that a lenient parser would take for dates stay as they are.
        if (text.Length < 19 || text[4] != '-' || text[7] != '-' || text[10] != 'T' || text[13] != ':')
        {
            return null;
        }

        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date)
            ? date.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture)
            : null;
    }
}
