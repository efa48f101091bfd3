using System.Text.Json.Nodes;
using System.Xml.Linq;

namespace ServerlessGuard.Aws.Remediators;

/// <summary>The four flags of a bucket's or an account's block. A flag that is not there is false.</summary>
/// <remarks>S3 API reference, PublicAccessBlockConfiguration.</remarks>
internal static class PublicAccessBlock
{
    private static readonly string[] Flags = ["BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"];

    public static JsonObject Closed => Of(_ => true);

    public static JsonObject Read(XElement block) =>
        Of(flag => ((string?)block.Element(flag))?.Trim().Equals("true", StringComparison.OrdinalIgnoreCase) ?? false);

    public static XElement Write(JsonObject block, XNamespace ns) =>
        new(ns + "PublicAccessBlockConfiguration",
            Flags.Select(flag => new XElement(ns + flag, block[flag]!.GetValue<bool>() ? "true" : "false")));

    private static JsonObject Of(Func<string, bool> value) =>
        new(Flags.Select(flag => KeyValuePair.Create<string, JsonNode?>(flag, JsonValue.Create(value(flag)))));
}
