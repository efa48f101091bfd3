using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace ServerlessGuard.Tests.Notifications;

/// <summary>What must hold of every text that people are shown.</summary>
internal static class Shown
{
    public static IEnumerable<JsonObject> Objects(JsonNode? node) => node switch
    {
        JsonObject it => [it, .. it.SelectMany(pair => Objects(pair.Value))],
        JsonArray list => list.SelectMany(Objects),
        _ => [],
    };

    public static IEnumerable<string> Texts(JsonNode? node) => Objects(node)
        .SelectMany(it => it).Where(pair => pair.Key is "text" or "title" && pair.Value is JsonValue value && value.TryGetValue<string>(out _)).Select(pair => (string)pair.Value!);

    /// <summary>Nothing that reorders, hides or breaks; null when there is nothing to object to.</summary>
    public static string? Objection(string text)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return "shows nothing";
        }

        foreach (var line in text.Split('\n'))
        {
            var depth = 0;
            for (var i = 0; i < line.Length; i++)
            {
                if (char.IsSurrogate(line[i]) && !char.IsSurrogatePair(line, char.IsHighSurrogate(line[i]) ? i : Math.Max(0, i - 1)))
                {
                    return "half a surrogate pair";
                }
            }

            foreach (var rune in line.EnumerateRunes())
            {
                depth += rune.Value switch
                {
                    0x2068 => 1,
                    0x2069 => -1,
                    _ => 0,
                };
                if (depth < 0)
                {
                    return "an isolate ends that never began";
                }

                if (Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator)
                {
                    return $"control character {rune.Value:X4}";
                }

                if (Rune.GetUnicodeCategory(rune) is UnicodeCategory.Format && rune.Value is not (0x2068 or 0x2069 or 0x200C or 0x200D or 0x2060))
                {
                    return $"format character {rune.Value:X4}";
                }
            }

            if (depth != 0)
            {
                return "an isolate that never ends";
            }
        }

        return null;
    }
}
