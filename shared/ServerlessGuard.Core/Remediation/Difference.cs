using System.Text.Json.Nodes;
using ServerlessGuard.Documents;

namespace ServerlessGuard.Remediation;

/// <summary>How a live state differs from an expected one, in one short sentence.</summary>
public static class Difference
{
    private const int MostShown = 4;

    /// <summary><c>block.BlockPublicAcls is false, not true</c>; at most four places, "none" when they are equal.</summary>
    public static string Between(JsonNode? expected, JsonNode? live)
    {
        var places = Places(expected, live, string.Empty).Take(MostShown + 1).ToList();
        return places.Count switch
        {
            0 => "none",
            > MostShown => string.Join("; ", places.Take(MostShown)) + "; and more",
            _ => string.Join("; ", places),
        };
    }

    /// <summary>
    /// Every part of the live state is as in one of the two states: a change of several calls from one to the other that stopped half way,
    /// and nothing else.
    /// </summary>
    public static bool IsBetween(JsonNode? live, JsonNode? one, JsonNode? other)
    {
        if (JsonNode.DeepEquals(live, one) || JsonNode.DeepEquals(live, other))
        {
            return true;
        }

        return (live, one, other) switch
        {
            (JsonObject middle, JsonObject left, JsonObject right) =>
                middle.Select(pair => pair.Key).Concat(left.Select(pair => pair.Key)).Concat(right.Select(pair => pair.Key))
                .Distinct(StringComparer.Ordinal).All(name => IsBetween(middle[name], left[name], right[name])),
            (JsonArray middle, JsonArray left, JsonArray right) => middle.All(item => Has(left, item) || Has(right, item))
                && left.Where(item => Has(right, item)).All(item => Has(middle, item)),
            _ => false,
        };
    }

    private static bool Has(JsonArray list, JsonNode? item) => list.Any(other => JsonNode.DeepEquals(other, item));

    private static IEnumerable<string> Places(JsonNode? expected, JsonNode? live, string path)
    {
        if (JsonNode.DeepEquals(expected, live))
        {
            return [];
        }

        return (expected, live) switch
        {
            (JsonObject left, JsonObject right) =>
                left.Select(pair => pair.Key).Union(right.Select(pair => pair.Key), StringComparer.Ordinal)
                .SelectMany(name => Places(left[name], right[name], path.Length == 0 ? name : $"{path}.{name}")),
            (JsonArray left, JsonArray right) when left.Count == right.Count =>
                Enumerable.Range(0, left.Count).SelectMany(i => Places(left[i], right[i], $"{path}[{i}]")),
            _ => [$"{(path.Length == 0 ? "the state" : DocText.Shown(path))} is {Value(live)}, not {Value(expected)}"],
        };
    }

    private static string Value(JsonNode? node) => node is null ? "absent" : DocText.Shown(node.ToJsonString());
}
