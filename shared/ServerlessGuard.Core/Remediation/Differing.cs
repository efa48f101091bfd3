using System.Text.Json.Nodes;

namespace ServerlessGuard.Remediation;

/// <summary>
/// Two states cut down to where they differ: members of objects that are not the same, items of lists that the other has not.
/// </summary>
internal static class Differing
{
    public static (JsonNode? Before, JsonNode? After) Of(JsonNode? before, JsonNode? after)
    {
        switch (before, after)
        {
            case (JsonObject left, JsonObject right):
                var (onlyLeft, onlyRight) = (new JsonObject(), new JsonObject());
                foreach (var name in left.Select(pair => pair.Key).Union(right.Select(pair => pair.Key), StringComparer.Ordinal))
                {
                    if (JsonNode.DeepEquals(left[name], right[name]))
                    {
                        continue;
                    }

                    var (one, other) = Of(left[name], right[name]);
                    Add(onlyLeft, left, name, one);
                    Add(onlyRight, right, name, other);
                }

                return (onlyLeft, onlyRight);
            case (JsonArray left, JsonArray right):
                return (Without(left, right), Without(right, left));
            default:
                return (before?.DeepClone(), after?.DeepClone());
        }
    }

    private static void Add(JsonObject to, JsonObject from, string name, JsonNode? value)
    {
        if (from.ContainsKey(name))
        {
            to[name] = value;
        }
    }

    private static JsonArray Without(JsonArray list, JsonArray other)
    {
        // By text: lists of a thousand rules are compared a million times otherwise.
        var known = other.Select(item => item?.ToJsonString() ?? "null").ToHashSet(StringComparer.Ordinal);
        return [.. list.Where(item => !known.Contains(item?.ToJsonString() ?? "null")).Select(item => item?.DeepClone())];
    }
}
