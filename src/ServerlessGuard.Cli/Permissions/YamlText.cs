using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ServerlessGuard.Cli.Permissions;

/// <summary>JSON as block YAML, for the generated parts of a template: a person reads them in review.</summary>
public static class YamlText
{
    /// <param name="node">Objects, arrays and texts; what else JSON has is written as it is there.</param>
    /// <param name="indent">Spaces before each line.</param>
    public static string Of(JsonObject node, int indent)
    {
        var text = new StringBuilder();
        Object(text, node, indent);
        return text.ToString();
    }

    public static string Of(JsonArray list, int indent)
    {
        var text = new StringBuilder();
        foreach (var item in list)
        {
            Item(text, item, indent);
        }

        return text.ToString();
    }

    private static void Object(StringBuilder text, JsonObject node, int indent)
    {
        foreach (var (key, value) in node)
        {
            text.Append(' ', indent).Append(Scalar(key)).Append(':');
            Value(text, value, indent + 2);
        }
    }

    /// <summary>After a key or dash: on the same line, or below it.</summary>
    private static void Value(StringBuilder text, JsonNode? value, int indent)
    {
        switch (value)
        {
            case JsonObject { Count: > 0 } inner:
                text.Append('\n');
                Object(text, inner, indent);
                break;
            case JsonArray { Count: > 0 } list:
                text.Append('\n');
                text.Append(Of(list, indent));
                break;
            case JsonObject or JsonArray:
                text.Append(' ').Append(value.ToJsonString()).Append('\n');
                break;
            default:
                text.Append(' ').Append(Leaf(value)).Append('\n');
                break;
        }
    }

    private static void Item(StringBuilder text, JsonNode? item, int indent)
    {
        text.Append(' ', indent).Append('-');
        if (item is JsonObject { Count: > 0 } inner)
        {
            // The first key stands beside the dash.
            var block = new StringBuilder();
            Object(block, inner, indent + 2);
            text.Append(' ').Append(block.ToString(indent + 2, block.Length - indent - 2));
        }
        else
        {
            Value(text, item, indent + 2);
        }
    }

    private static string Leaf(JsonNode? value) =>
        value?.GetValueKind() is JsonValueKind.String ? Scalar(value.GetValue<string>()) : value?.ToJsonString() ?? "null";

    /// <summary>
    /// Plain where every YAML version reads a plain text; quoted where it might see a number, a truth, a mapping or a tag.
    /// </summary>
    private static string Scalar(string text) =>
        text.Length > 0 && char.IsAsciiLetter(text[0])
            && text.All(c => char.IsAsciiLetterOrDigit(c) || c is ':' or '/' or '.' or '-' or '_')
        && text[^1] != ':' && text.ToLowerInvariant() is not ("yes" or "no" or "true" or "false" or "on" or "off" or "null" or "y" or "n")
            ? text
            : "'" + text.Replace("'", "''", StringComparison.Ordinal) + "'";
}
