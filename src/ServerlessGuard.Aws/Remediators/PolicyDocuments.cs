using System.Text.Json;
using System.Text.Json.Nodes;
using ServerlessGuard.Documents;
using ServerlessGuard.Policies;
using ServerlessGuard.Remediation;

namespace ServerlessGuard.Aws.Remediators;

/// <summary>Policy documents as slices: JSON, with what IAM writes in two ways written in one.</summary>
internal static class PolicyDocuments
{
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    /// <summary>Statement is always a list; a list of one text is the text. The services make the same changes to what was put.</summary>
    /// <param name="text">The document, percent-encoded or not.</param>
    public static JsonObject Parse(string text, string whose)
    {
        try
        {
            var json = text.StartsWith('%') ? Uri.UnescapeDataString(text) : text;
            using var document = JsonDocument.Parse(json, Strict);
            if (JsonNode.Parse(document.RootElement.GetRawText()) is JsonObject policy && Policies.Policy.Read(Doc(policy)) is not null)
            {
                return Canonical(policy);
            }
        }
        catch (JsonException)
        {
            // Said below, without the document.
        }

        throw new CloudCallException("UnreadablePolicy", $"the policy of {whose} cannot be edited safely", isTransient: false);
    }

    public static Doc Doc(JsonNode node) => new(JsonSerializer.SerializeToElement(node, JsonContext.Default.JsonNode));

    public static Policy Policy(JsonObject document) => Policies.Policy.Read(Doc(document)) ?? Policies.Policy.Empty;

    public static JsonArray Statements(JsonObject document) => document["Statement"]!.AsArray();

    /// <summary>The same document with other statements.</summary>
    public static JsonObject With(JsonObject document, IEnumerable<JsonNode?> statements)
    {
        var copy = document.DeepClone().AsObject();
        copy["Statement"] = new JsonArray([.. statements.Select(statement => statement?.DeepClone())]);
        return copy;
    }

    private static JsonObject Canonical(JsonObject policy)
    {
        var statements = policy["Statement"] switch
        {
            JsonArray many => many.Select(statement => Plain(statement!)),
            { } one => [Plain(one)],
            null => [],
        };
        return With(policy, statements);
    }

    private static JsonNode Plain(JsonNode node) => node switch
    {
        JsonArray { Count: 1 } one when one[0] is JsonValue value => value.DeepClone(),
        JsonObject map => new JsonObject(map.Select(pair => KeyValuePair.Create(pair.Key, pair.Value is null ? null : Plain(pair.Value)))),
        _ => node.DeepClone(),
    };
}
