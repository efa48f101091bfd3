using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace ServerlessGuard.Yaml.Schemas;

/// <summary>Keywords that evaluate a value without descending into it. A number's limits say nothing about a text, and so on.</summary>
internal static class Assertions
{
    public static readonly IReadOnlyList<string> Types = ["null", "boolean", "object", "array", "number", "string", "integer"];

    public static Keyword OneOf(IReadOnlyList<string> types)
    {
        var expected = types.Count == 1 ? $"\"{types[0]}\"" : $"one of {List(types)}";
        return Assertion(value => types.Any(type => Is(value, type)) ? null : $"is \"{TypeOf(value)}\", should be {expected}");
    }

    public static Keyword Const(JsonElement expected) =>
        Assertion(value => JsonElement.DeepEquals(value, expected) ? null : $"should be {expected.GetRawText()}");

    public static Keyword Enum(IReadOnlyList<JsonElement> allowed) => Assertion(value =>
        allowed.Any(one => JsonElement.DeepEquals(value, one))
            ? null
            : $"should be one of {string.Join(", ", allowed.Select(one => one.GetRawText()))}");

    public static Keyword Required(IReadOnlyList<string> names) => Assertion(value => Missing(value, names));

    public static Keyword DependentRequired(IReadOnlyList<(string Name, IReadOnlyList<string> Needs)> dependent) => Assertion(value =>
        value.ValueKind is not JsonValueKind.Object
            ? null
            : dependent.Where(one => value.TryGetProperty(one.Name, out _)).Select(one => Missing(value, one.Needs))
                .FirstOrDefault(missing => missing is not null));

    public static Keyword Pattern(Regex pattern) => Assertion(value =>
        value.ValueKind is not JsonValueKind.String || pattern.IsMatch(value.GetString()!) ? null : $"should match {pattern}");

    public static Keyword Format(string format, Func<string, bool> isOf) => Assertion(value =>
        value.ValueKind is not JsonValueKind.String || isOf(value.GetString()!) ? null : $"should be of the format {format}");

    /// <param name="isAllowed">Of the sign of (value − limit).</param>
    /// <param name="should">"be at least", and so on.</param>
    /// <param name="limit">A number.</param>
    public static Keyword Limit(JsonElement limit, Func<int, bool> isAllowed, string should) => Assertion(value =>
        value.ValueKind is not JsonValueKind.Number || isAllowed(Numbers.Compare(value, limit))
            ? null
            : $"should {should} {limit.GetRawText()}");

    public static Keyword MultipleOf(JsonElement divisor) => Assertion(value =>
        value.ValueKind is not JsonValueKind.Number || Numbers.IsMultiple(value, divisor)
            ? null
            : $"should be a multiple of {divisor.GetRawText()}");

    /// <param name="kind">That has a length.</param>
    /// <param name="length">Of a value.</param>
    /// <param name="limit">In <paramref name="unit"/>.</param>
    /// <param name="isLeast">The least, or the most.</param>
    /// <param name="unit">Characters, items or properties.</param>
    public static Keyword Length(JsonValueKind kind, Func<JsonElement, int> length, int limit, bool isLeast, string unit) =>
        Assertion(value => value.ValueKind != kind || (isLeast ? length(value) >= limit : length(value) <= limit)
            ? null
            : string.Create(CultureInfo.InvariantCulture, $"should have at {(isLeast ? "least" : "most")} {limit} {unit}"));

    public static Keyword UniqueItems() => Assertion(value =>
    {
        if (value.ValueKind is not JsonValueKind.Array)
        {
            return null;
        }

        var texts = new HashSet<string>(StringComparer.Ordinal);
        var others = new List<JsonElement>();
        foreach (var item in value.EnumerateArray())
        {
            var isThere = item.ValueKind is JsonValueKind.String
                ? !texts.Add(item.GetString()!)
                : others.Exists(other => JsonElement.DeepEquals(other, item));
            if (isThere)
            {
                return "should not have the same item twice";
            }

            if (item.ValueKind is not JsonValueKind.String)
            {
                others.Add(item);
            }
        }

        return null;
    });

    private static Keyword Assertion(Func<JsonElement, string?> wrong) =>
        new(Rank.Assertion, (value, place, _) => wrong(value) is { } message ? new Failure(place, message) : null);

    private static string? Missing(JsonElement value, IReadOnlyList<string> names)
    {
        if (value.ValueKind is not JsonValueKind.Object)
        {
            return null;
        }

        var missing = names.Where(name => !value.TryGetProperty(name, out _)).ToList();
        return missing.Count == 0 ? null : $"required {(missing.Count == 1 ? "property is" : "properties are")} missing: {List(missing)}";
    }

    private static bool Is(JsonElement value, string type) =>
        TypeOf(value) is var own && (own == type || type is "number" && own is "integer");

    private static string TypeOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => "object",
        JsonValueKind.Array => "array",
        JsonValueKind.String => "string",
        JsonValueKind.Number => Numbers.IsWhole(value) ? "integer" : "number",
        JsonValueKind.True or JsonValueKind.False => "boolean",
        JsonValueKind.Null or JsonValueKind.Undefined => "null",
        _ => "unknown",
    };

    private static string List(IEnumerable<string> names) => string.Join(", ", names.Select(name => $"\"{name}\""));
}
