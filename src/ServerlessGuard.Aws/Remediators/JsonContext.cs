using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace ServerlessGuard.Aws.Remediators;

/// <summary>What the remediators serialise.</summary>
[JsonSerializable(typeof(JsonNode))]
internal sealed partial class JsonContext : JsonSerializerContext;
