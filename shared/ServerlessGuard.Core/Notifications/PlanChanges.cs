using System.Text.Json;
using System.Text.Json.Nodes;
using ServerlessGuard.Findings;

namespace ServerlessGuard.Notifications;

/// <summary>A plan as a few lines before → after.</summary>
public static class PlanChanges
{
    private const int MostShown = 5;
    private const int ShownLength = 160;

    public static MessagePlan Of(RemediationPlan plan)
    {
        var changes = Between(plan.Before, plan.After);
        return new MessagePlan(
            plan.Sentence, plan.Call, [.. changes.Take(MostShown)], Math.Max(0, changes.Count - MostShown), Words(plan.Risk),
            plan.Risk is not Risk.Irreversible);
    }

    private static string Words(Risk risk) => risk switch
    {
        Risk.None => "reversible, and nobody with legitimate access is locked out",
        Risk.Availability => "reversible, but clients may lose access",
        Risk.Irreversible => "it cannot be undone",
    };

    private static List<PlanChange> Between(string before, string after)
    {
        try
        {
            return [.. Places(JsonNode.Parse(before), JsonNode.Parse(after), string.Empty)];
        }
        catch (Exception fault) when (fault is JsonException or ArgumentException or InvalidOperationException)
        {
            // No JSON, half a surrogate pair, a name twice: shown as it stands.
            return [new PlanChange("state", PlainText.Of(before, ShownLength), PlainText.Of(after, ShownLength))];
        }
    }

    private static IEnumerable<PlanChange> Places(JsonNode? before, JsonNode? after, string path)
    {
        if (JsonNode.DeepEquals(before, after))
        {
            return [];
        }

        return (before, after) switch
        {
            (JsonObject left, JsonObject right) =>
                left.Select(pair => pair.Key).Union(right.Select(pair => pair.Key), StringComparer.Ordinal)
                .SelectMany(name => Places(left[name], right[name], path.Length == 0 ? name : $"{path}.{name}")),
            (JsonArray left, JsonArray right) when left.Count == right.Count =>
                Enumerable.Range(0, left.Count).SelectMany(i => Places(left[i], right[i], $"{path}[{i}]")),
            _ => [new PlanChange(path.Length == 0 ? "state" : path, Value(before), Value(after))],
        };
    }

    private static string Value(JsonNode? node) => node is null ? "absent" : PlainText.Of(Readable(node), ShownLength);

    private static string Readable(JsonNode node) =>
        node is JsonValue value && value.TryGetValue<string>(out var text) ? text : node.ToJsonString();
}
