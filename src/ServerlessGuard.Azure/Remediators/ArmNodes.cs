using System.Text.Json;
using System.Text.Json.Nodes;
using ServerlessGuard.Azure.Arm;
using ServerlessGuard.Documents;
using ServerlessGuard.Remediation;

namespace ServerlessGuard.Azure.Remediators;

/// <summary>
/// ARM documents as nodes. What has another shape than documented is an error of its own, never an empty state that would be written back.
/// </summary>
internal static class ArmNodes
{
    public static JsonObject Node(this ArmResource resource) => resource.Body.ValueKind is JsonValueKind.Object
        ? JsonObject.Create(resource.Body)!
        : throw Unreadable(resource.Id);

    public static JsonObject Properties(this JsonObject resource) =>
        resource["properties"] as JsonObject ?? throw Unreadable(resource.Text("id") ?? "a resource");

    public static string? Text(this JsonObject node, string name) =>
        node[name] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    public static bool? Flag(this JsonObject node, string name) =>
        node[name] is JsonValue value && value.TryGetValue<bool>(out var flag) ? flag : null;

    public static bool Is(this JsonObject node, string name, string text) =>
        string.Equals(node.Text(name), text, StringComparison.OrdinalIgnoreCase);

    public static JsonArray Items(this JsonObject node, string name) => node[name] as JsonArray ?? [];

    public static IEnumerable<JsonObject> Objects(this JsonObject node, string name) => node.Items(name).OfType<JsonObject>();

    public static JsonObject With(this JsonObject live, string name, JsonNode? value)
    {
        var copy = live.DeepClone().AsObject();
        copy[name] = value;
        return copy;
    }

    /// <summary>Only these, where they are there.</summary>
    public static JsonObject Only(this JsonObject node, params ReadOnlySpan<string> names)
    {
        var copy = new JsonObject();
        foreach (var name in names)
        {
            if (node[name] is { } value)
            {
                copy[name] = value.DeepClone();
            }
        }

        return copy;
    }

    public static Doc Doc(this JsonNode node) => new(JsonElement.Parse(node.ToJsonString()));

    private static CloudCallException Unreadable(string id) =>
        new("UnreadableAnswer", $"GET {DocText.Shown(id)}: the response does not have the documented format", isTransient: false);
}
