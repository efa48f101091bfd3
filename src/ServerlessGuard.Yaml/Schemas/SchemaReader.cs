using System.Text.Json;
using System.Text.RegularExpressions;

namespace ServerlessGuard.Yaml.Schemas;

/// <summary>Reads a schema whole before it meets a document: an unknown reference or a pattern that is none is found here.</summary>
internal sealed class SchemaReader
{
    private const int MostSchemas = 5000;
    private const string Draft = "https://json-schema.org/draft/2020-12/schema";
    private static readonly Uri Home = new("https://rule.invalid/schema");

    private readonly Dictionary<string, Schema> _schemas = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Part> _resources = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Schema> _anchors = new(StringComparer.Ordinal);
    private readonly Queue<Reference> _references = new();
    private string? _wrong;
    private bool _asksForTheRest;

    private SchemaReader()
    {
    }

    /// <param name="Element">Of the schema's text.</param>
    /// <param name="Pointer">From its top.</param>
    /// <param name="Home">What references in it are relative to.</param>
    private readonly record struct Part(JsonElement Element, string Pointer, Uri Home)
    {
        public Part At(string name, JsonElement element) => new(element, $"{Pointer}/{Place.Escaped(name)}", Home);

        public Part At(int index, JsonElement element) => new(element, $"{Pointer}/{index}", Home);
    }

    private sealed record Reference(string Text, Uri Home, Schema Holder);

    /// <returns>The schema, and whether some part of it asks what the others have not evaluated; or what is wrong with it.</returns>
    public static (Schema? Schema, bool AsksForTheRest, string? Wrong) Read(JsonElement root)
    {
        var reader = new SchemaReader();
        var top = new Part(root, string.Empty, Home);
        reader._resources[Home.AbsoluteUri] = top;
        var schema = reader.Schema(top);
        while (reader._wrong is null && reader._references.TryDequeue(out var reference))
        {
            reader.Resolve(reference);
        }

        return reader._wrong is { } wrong ? (null, false, wrong)
            : SchemaCheck.Wrong(reader._schemas.Values) is { } endless ? (null, false, endless)
            : (schema, reader._asksForTheRest, null);
    }

    private Schema Schema(Part part)
    {
        if (_schemas.TryGetValue(part.Pointer, out var known))
        {
            return known;
        }

        if (_schemas.Count == MostSchemas)
        {
            _wrong ??= $"more than {MostSchemas} schemas in one rule";
        }

        var schema = new Schema
        {
            Constant = part.Element.ValueKind is JsonValueKind.True ? true : part.Element.ValueKind is JsonValueKind.False ? false : null,
        };
        if (_wrong is not null)
        {
            return schema;
        }

        _schemas[part.Pointer] = schema;
        if (part.Element.ValueKind is JsonValueKind.Object)
        {
            part = Named(part, schema);
            schema.Keywords = [.. Keywords(part, schema).OrderBy(keyword => keyword.Rank)];
        }
        else if (schema.Constant is null)
        {
            Not(part.Pointer.Length == 0 ? "/" : part.Pointer, "a schema: an object, true or false");
        }

        return schema;
    }

    /// <summary>A schema may have a name that others refer to, and begin a document of its own.</summary>
    private Part Named(Part part, Schema schema)
    {
        if (part.Element.TryGetProperty("$schema", out var dialect)
            && (Text("$schema", dialect) ?? Draft).TrimEnd('#') is var draft and not Draft)
        {
            _wrong ??= $"$schema \"{Short(draft)}\" is not supported in a rule: its schema is one of draft 2020-12 ({Draft})";
        }

        if (part.Element.TryGetProperty("$id", out var id) && Text("$id", id) is { } name)
        {
            if (Uri.TryCreate(part.Home, name, out var home))
            {
                part = part with { Home = home };
                _resources[Document(home)] = part;
            }
            else
            {
                Not("$id", "a URI");
            }
        }

        foreach (var keyword in (string[])["$anchor", "$dynamicAnchor"])
        {
            if (part.Element.TryGetProperty(keyword, out var anchor) && Text(keyword, anchor) is { } label)
            {
                _anchors[$"{Document(part.Home)}#{label}"] = schema;
            }
        }

        return part;
    }

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

    private void Resolve(Reference reference)
    {
        if (Target(reference) is not { } target)
        {
            _wrong ??= $"$ref \"{Short(reference.Text)}\" does not exist: a rule's schema can refer only to its own parts, as in "
                + "\"#/$defs/name\"";
            return;
        }

        reference.Holder.Keywords = [.. reference.Holder.Keywords.Append(new Keyword(Rank.Applicator, target.Check, (Reach.Same, target)))
            .OrderBy(keyword => keyword.Rank)];
    }

    private Schema? Target(Reference reference)
    {
        if (!Uri.TryCreate(reference.Home, reference.Text, out var uri) || !_resources.TryGetValue(Document(uri), out var part))
        {
            return null;
        }

        var fragment = Uri.UnescapeDataString(uri.Fragment.TrimStart('#'));
        if (fragment.Length > 0 && fragment[0] is not '/')
        {
            return _anchors.GetValueOrDefault($"{Document(uri)}#{fragment}");
        }

        foreach (var name in fragment.Split('/').Skip(1).Select(Unescaped))
        {
            if (part.Element.ValueKind is JsonValueKind.Object && part.Element.TryGetProperty(name, out var member))
            {
                part = part.At(name, member);
            }
            else if (part.Element.ValueKind is JsonValueKind.Array && int.TryParse(name, out var index)
                && index >= 0 && index < part.Element.GetArrayLength())
            {
                part = part.At(index, part.Element[index]);
            }
            else
            {
                return null;
            }
        }

        return Schema(part);
    }

    private static string Unescaped(string name) =>
        name.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);

    private static string Document(Uri uri) => uri.GetLeftPart(UriPartial.Query);

    private static string Short(string text) => (text.Length > 80 ? text[..80] + "…" : text).ReplaceLineEndings(" ");
}
