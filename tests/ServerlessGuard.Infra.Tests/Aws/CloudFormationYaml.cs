using System.Globalization;
using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace ServerlessGuard.Infra.Tests.Aws;

/// <summary>A template as JSON: the short forms (<c>!Ref x</c>) become the long ones (<c>{"Ref": "x"}</c>).</summary>
internal static class CloudFormationYaml
{
    public static JsonObject Read(string text)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(text));
        return Node(stream.Documents[0].RootNode)!.AsObject();
    }

    private static JsonNode? Node(YamlNode node)
    {
        JsonNode? value = node switch
        {
            YamlMappingNode mapping => new JsonObject(mapping.Children.Select(child => KeyValuePair.Create(((YamlScalarNode)child.Key).Value!, Node(child.Value)))),
            YamlSequenceNode sequence => new JsonArray([.. sequence.Children.Select(Node)]),
            YamlScalarNode scalar => Scalar(scalar),
            _ => throw new InvalidOperationException($"no YAML of this kind in a template: {node.NodeType}"),
        };
        var tag = node.Tag.IsEmpty ? string.Empty : node.Tag.Value;
        return tag switch
        {
            ['!', not '!', ..] when tag is "!Ref" or "!Condition" => new JsonObject { [tag[1..]] = value },
            "!GetAtt" => new JsonObject { ["Fn::GetAtt"] = new JsonArray([.. value!.GetValue<string>().Split('.', 2).Select(part => JsonValue.Create(part))]) },
            ['!', not '!', ..] => new JsonObject { ["Fn::" + tag[1..]] = value },
            _ => value,
        };
    }

    private static JsonValue? Scalar(YamlScalarNode scalar) => scalar.Style is not ScalarStyle.Plain || !scalar.Tag.IsEmpty
        ? JsonValue.Create(scalar.Value)
        : scalar.Value switch
        {
            "true" => JsonValue.Create(true),
            "false" => JsonValue.Create(false),
            { } text when long.TryParse(text, CultureInfo.InvariantCulture, out var number) => JsonValue.Create(number),
            var text => JsonValue.Create(text),
        };
}
