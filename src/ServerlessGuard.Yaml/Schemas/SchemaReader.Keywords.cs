using System.Text.Json;
using System.Text.RegularExpressions;

namespace ServerlessGuard.Yaml.Schemas;

/// <summary>What each keyword takes, and what is wrong with a value that it does not.</summary>
internal sealed partial class SchemaReader
{
    private IEnumerable<Keyword> Keywords(Part part, Schema schema)
    {
        foreach (var property in part.Element.EnumerateObject())
        {
            if (Keyword(property.Name, part, part.At(property.Name, property.Value), schema) is { } keyword)
            {
                yield return keyword;
            }
        }
    }

    private Keyword? Keyword(string name, Part whole, Part part, Schema schema)
    {
        var value = part.Element;
        switch (name)
        {
            case "$dynamicRef" or "$recursiveRef":
                _wrong ??= $"{name} is not supported in a rule: use $ref";
                return null;
            case "$ref":
                if (Text(name, value) is { } target)
                {
                    _references.Enqueue(new Reference(target, part.Home, schema));
                }

                return null;
            case "$defs" or "definitions":
                _ = Named(name, part).Count;
                return null;
            case "contentSchema":
                _ = Schema(part);
                return null;

            case "type":
                var types = value.ValueKind is JsonValueKind.String ? [value.GetString()!] : Texts(name, value);
                return types.Count > 0 && types.All(Assertions.Types.Contains) ? Assertions.OneOf(types)
                    : Not(name, "one or several of " + string.Join(", ", Assertions.Types));
            case "const":
                return Assertions.Const(value);
            case "enum":
                return value.ValueKind is JsonValueKind.Array ? Assertions.Enum([.. value.EnumerateArray()]) : Not(name, "a list");
            case "required":
                return Assertions.Required(Texts(name, value));
            case "dependentRequired":
                return Assertions.DependentRequired([.. Members(name, part).Select(one => (one.Name, Texts(name, one.Part.Element)))]);
            case "pattern":
                return Text(name, value) is { } pattern && Pattern(name, pattern) is { } regex ? Assertions.Pattern(regex) : null;
            case "format":
                return Text(name, value) is { } format ? Format(format) : null;
            case "minimum":
                return Number(name, value) ?? Assertions.Limit(value, sign => sign >= 0, "be at least");
            case "maximum":
                return Number(name, value) ?? Assertions.Limit(value, sign => sign <= 0, "be at most");
            case "exclusiveMinimum":
                return Number(name, value) ?? Assertions.Limit(value, sign => sign > 0, "be more than");
            case "exclusiveMaximum":
                return Number(name, value) ?? Assertions.Limit(value, sign => sign < 0, "be less than");
            case "multipleOf":
                return Number(name, value) ?? (value.GetDouble() > 0 ? Assertions.MultipleOf(value) : Not(name, "a number above 0"));
            case "minLength" or "maxLength":
                return Length(name, value, JsonValueKind.String, text => text.GetString()!.EnumerateRunes().Count(), "characters");
            case "minItems" or "maxItems":
                return Length(name, value, JsonValueKind.Array, list => list.GetArrayLength(), "items");
            case "minProperties" or "maxProperties":
                return Length(name, value, JsonValueKind.Object, item => item.EnumerateObject().Count(), "properties");
            case "uniqueItems":
                return value.ValueKind is JsonValueKind.True ? Assertions.UniqueItems()
                    : value.ValueKind is JsonValueKind.False ? null : Not(name, "true or false");

            case "allOf":
                return Applicators.AllOf(List(name, part));
            case "anyOf":
                return Applicators.AnyOf(List(name, part));
            case "oneOf":
                return Applicators.OneOf(List(name, part));
            case "not":
                return Applicators.Not(Schema(part));
            case "if":
                return Applicators.If(Schema(part), Beside(whole, "then"), Beside(whole, "else"));
            case "then" or "else":
                _ = Schema(part);
                return null;
            case "dependentSchemas":
                return Applicators.DependentSchemas([.. Named(name, part).Select(one => (one.Key, one.Value))]);
            case "propertyNames":
                return Applicators.PropertyNames(Schema(part));
            case "contains":
                return Applicators.Contains(Schema(part), Count(whole, "minContains") ?? 1, Count(whole, "maxContains"));
            case "properties":
                return Properties(whole);
            case "patternProperties":
                return Has(whole, "properties") ? null : Properties(whole);
            case "additionalProperties":
                return Has(whole, "properties") || Has(whole, "patternProperties") ? null : Properties(whole);
            case "prefixItems":
                return Items(whole);
            case "items":
                return Has(whole, "prefixItems") ? null : Items(whole);
            case "unevaluatedProperties":
                _asksForTheRest = true;
                return Applicators.UnevaluatedProperties(Schema(part));
            case "unevaluatedItems":
                _asksForTheRest = true;
                return Applicators.UnevaluatedItems(Schema(part));
            default:
                // Titles, notes for people: nothing that a document could break.
                return null;
        }
    }

    private Keyword Properties(Part whole)
    {
        var patterns = new List<(Regex, Schema)>();
        if (whole.Element.TryGetProperty("patternProperties", out var byPattern))
        {
            foreach (var (pattern, schema) in Named("patternProperties", whole.At("patternProperties", byPattern)))
            {
                if (Pattern("patternProperties", pattern) is { } regex)
                {
                    patterns.Add((regex, schema));
                }
            }
        }

        return Applicators.Properties(
            whole.Element.TryGetProperty("properties", out var named)
                ? Named("properties", whole.At("properties", named))
                : new Dictionary<string, Schema>(StringComparer.Ordinal),
            patterns,
            Beside(whole, "additionalProperties"));
    }

    private Keyword Items(Part whole) => Applicators.Items(
        whole.Element.TryGetProperty("prefixItems", out var first) ? List("prefixItems", whole.At("prefixItems", first)) : [],
        Beside(whole, "items"));

    private Keyword? Length(string name, JsonElement limit, JsonValueKind kind, Func<JsonElement, int> length, string unit) =>
        Count(name, limit) is { } count
            ? Assertions.Length(kind, length, count, name.StartsWith("min", StringComparison.Ordinal), unit)
            : null;

    private static bool Has(Part whole, string name) => whole.Element.TryGetProperty(name, out _);

    private Schema? Beside(Part whole, string name) =>
        whole.Element.TryGetProperty(name, out var element) ? Schema(whole.At(name, element)) : null;

    private int? Count(Part whole, string name) => whole.Element.TryGetProperty(name, out var element) ? Count(name, element) : null;

    private int? Count(string name, JsonElement element)
    {
        if (element.ValueKind is JsonValueKind.Number && element.TryGetDecimal(out var exact)
            && exact >= 0 && exact == decimal.Truncate(exact))
        {
            return (int)Math.Min(exact, int.MaxValue);
        }

        Not(name, "a whole number of 0 or more");
        return null;
    }

    private Dictionary<string, Schema> Named(string name, Part part)
    {
        var schemas = new Dictionary<string, Schema>(StringComparer.Ordinal);
        foreach (var (key, member) in Members(name, part))
        {
            schemas[key] = Schema(member);
        }

        return schemas;
    }

    private IEnumerable<(string Name, Part Part)> Members(string name, Part part)
    {
        if (part.Element.ValueKind is JsonValueKind.Object)
        {
            return part.Element.EnumerateObject().Select(member => (member.Name, part.At(member.Name, member.Value)));
        }

        Not(name, "an object");
        return [];
    }

    private List<Schema> List(string name, Part part)
    {
        if (part.Element.ValueKind is JsonValueKind.Array && part.Element.GetArrayLength() > 0)
        {
            return [.. part.Element.EnumerateArray().Select((element, index) => Schema(part.At(index, element)))];
        }

        Not(name, "a list of schemas");
        return [];
    }

    private Regex? Pattern(string name, string pattern)
    {
        try
        {
            return LinearPattern.Of(pattern);
        }
        catch (ArgumentException wrong)
        {
            Not(name, "a pattern that can be read: " + Short(wrong.Message));
            return null;
        }
    }

    private Keyword? Format(string format)
    {
        if (Formats.IsUnsupported(format))
        {
            _wrong ??= $"format \"{format}\" is not supported in a rule: use pattern";
        }

        return Formats.Of(format) is { } isOf ? Assertions.Format(format, isOf) : null;
    }

    private string? Text(string name, JsonElement element)
    {
        if (element.ValueKind is JsonValueKind.String)
        {
            return element.GetString();
        }

        Not(name, "a text");
        return null;
    }

    private IReadOnlyList<string> Texts(string name, JsonElement element)
    {
        if (element.ValueKind is JsonValueKind.Array && element.EnumerateArray().All(item => item.ValueKind is JsonValueKind.String))
        {
            return [.. element.EnumerateArray().Select(item => item.GetString()!)];
        }

        Not(name, "a list of texts");
        return [];
    }

    private Keyword? Number(string name, JsonElement element) => element.ValueKind is JsonValueKind.Number ? null : Not(name, "a number");

    private Keyword? Not(string name, string expected)
    {
        _wrong ??= $"not a JSON Schema: {Short(name)}: expected {expected}";
        return null;
    }
}
