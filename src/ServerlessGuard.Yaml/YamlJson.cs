using System.Globalization;
using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace ServerlessGuard.Yaml;

/// <summary>YAML nodes as JSON: plain scalars by YAML 1.2's core schema, quoted ones as text.</summary>
internal static class YamlJson
{
    public static JsonNode? Convert(YamlNode node) => node switch
    {
        YamlMappingNode mapping => new JsonObject(mapping.Children.DistinctBy(entry => entry.Key.ToString(), StringComparer.Ordinal)
            .Select(entry => KeyValuePair.Create(((YamlScalarNode)entry.Key).Value ?? string.Empty, Convert(entry.Value)))),
        YamlSequenceNode sequence => new JsonArray([.. sequence.Children.Select(Convert)]),
        YamlScalarNode { Style: ScalarStyle.Plain } plain => Plain(plain),
        YamlScalarNode scalar => JsonValue.Create(scalar.Value),
        _ => null,
    };

    private static JsonValue? Plain(YamlScalarNode scalar) => scalar.Value switch
    {
        _ when scalar.IsNull() => null,
        "true" or "True" or "TRUE" => JsonValue.Create(true),
        "false" or "False" or "FALSE" => JsonValue.Create(false),
        var text when long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole)
            && !(text!.Length > 1 && text[0] is '0') => JsonValue.Create(whole),
        var text when double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var real) && double.IsFinite(real)
            && text!.Any(c => c is '.' or 'e' or 'E') => JsonValue.Create(real),
        var text => JsonValue.Create(text),
    };
}
