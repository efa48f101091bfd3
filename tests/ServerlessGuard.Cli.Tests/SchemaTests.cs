using System.Text.Json;
using System.Text.Json.Nodes;
using Json.Schema;
using ServerlessGuard.Yaml.Schemas;

namespace ServerlessGuard.Cli.Tests;

/// <summary>Schemas of custom rules are evaluated by code of ours; a library that knows all of JSON Schema says the same of them.</summary>
public sealed class SchemaTests
{
    private static readonly string[] Texts = ["", "a", "ab", "abc", "b1", "eu-west-1"];
    private static readonly string[] Patterns = ["^a", "b$", "^[a-z]+$", "\\\\d", "^.{2,3}$"];
    private static readonly string[] Names = ["a", "b", "ab", "c"];

    [Theory]
    [InlineData("""{"unevaluatedProperties": false, "allOf": [{"properties": {"a": true}}]}""", """{"a": 1}""", true)]
    [InlineData("""{"unevaluatedProperties": false, "allOf": [{"properties": {"a": true}}]}""", """{"a": 1, "b": 2}""", false)]
    [InlineData("""{"unevaluatedProperties": false, "not": {"not": {"properties": {"a": true}}}}""", """{"a": 1}""", false)]
    [InlineData("""{"unevaluatedProperties": {"type": "string"}, "if": {"required": ["a"]}, "then": {"properties": {"a": true}}}""", """{"a": 1, "b": "x"}""", true)]
    [InlineData("""{"unevaluatedItems": false, "contains": {"type": "string"}}""", """["a", "b"]""", true)]
    [InlineData("""{"unevaluatedItems": false, "prefixItems": [true]}""", "[1, 2]", false)]
    [InlineData("""{"$ref": "#/$defs/p", "$defs": {"p": {"type": "integer"}}}""", "1.0", true)]
    [InlineData("""{"$ref": "#p", "$defs": {"x": {"$anchor": "p", "type": "integer"}}}""", "1.5", false)]
    [InlineData("""{"$ref": "item", "$defs": {"x": {"$id": "item", "$ref": "#/$defs/y", "$defs": {"y": {"const": 1}}}}}""", "2", false)]
    [InlineData("""{"$ref": "#/$defs/a~1b~0c", "$defs": {"a/b~c": {"const": 1}}}""", "1", true)]
    [InlineData("""{"$ref": "#/$defs/a%25b", "$defs": {"a%b": {"const": 1}}, "minimum": 5}""", "1", false)]
    [InlineData("""{"properties": {"a": {"$ref": "#"}}, "additionalProperties": false}""", """{"a": {"a": {"b": 1}}}""", false)]
    [InlineData("""{"maxLength": 1}""", "\"\\ud83d\\ude00\"", true)]
    [InlineData("""{"multipleOf": 0.01}""", "19.99", true)]
    [InlineData("""{"const": {"a": 1, "b": [1.0]}}""", """{"b": [1], "a": 1.0}""", true)]
    [InlineData("""{"uniqueItems": true}""", """[1, "1", 1.0]""", false)]
    [InlineData("""{"contains": {"const": 1}, "minContains": 0, "maxContains": 1}""", "[1, 1]", false)]
    [InlineData("""{"dependentSchemas": {"a": {"required": ["b"]}}}""", """{"a": 1}""", false)]
    [InlineData("""{"dependentRequired": {"a": ["b"]}}""", """{"c": 1}""", true)]
    [InlineData("""{"then": false, "else": false}""", "1", true)]
    [InlineData("""{"propertyNames": {"maxLength": 1}}""", """{"ab": 1}""", false)]
    [InlineData("""{"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "t", "requird": ["a"]}""", "{}", true)]
    public void Each_keyword_means_what_the_draft_says(string schema, string document, bool isValid)
    {
        Assert.Equal(isValid, Ours(schema, document));
        Assert.Equal(isValid, Theirs(schema, document));
    }

    [Theory]
    [InlineData("email", "nobody", false)]
    [InlineData("email", "a@b.example", true)]
    [InlineData("email", "a b@c.example", false)]
    [InlineData("date", "2026-02-29", false)]
    [InlineData("date", "2026-02-28", true)]
    [InlineData("date-time", "2026-02-28T10:00:00Z", true)]
    [InlineData("date-time", "2026-02-28T10:00:00", false)]
    [InlineData("date-time", "2026-02-28T25:00:00Z", false)]
    [InlineData("time", "10:00:00Z", true)]
    [InlineData("time", "10:00", false)]
    [InlineData("duration", "P1DT2H", true)]
    [InlineData("duration", "P", false)]
    [InlineData("duration", "1D", false)]
    [InlineData("hostname", "a-b.example", true)]
    [InlineData("hostname", "-a.example", false)]
    [InlineData("ipv4", "10.0.0.1", true)]
    [InlineData("ipv4", "10.0.0.256", false)]
    [InlineData("ipv4", "10.0.1", false)]
    [InlineData("ipv6", "::1", true)]
    [InlineData("ipv6", "fe80::%1", false)]
    [InlineData("uri", "https://a.example/b", true)]
    [InlineData("uri", "/b", false)]
    [InlineData("uri-reference", "/b", true)]
    [InlineData("uuid", "2eb8aa08-aa98-11ea-b4aa-73b441d16380", true)]
    [InlineData("uuid", "2eb8aa08", false)]
    [InlineData("json-pointer", "/a/~0b", true)]
    [InlineData("json-pointer", "a", false)]
    [InlineData("regex", "^a$", true)]
    [InlineData("regex", "(", false)]
    [InlineData("acme-number", "x", true)]
    public void A_format_is_asked_of_texts(string format, string text, bool isValid)
    {
        Assert.Equal(isValid, Ours($$"""{"format": "{{format}}"}""", $"\"{text}\""));
        Assert.True(isValid == Theirs($$"""{"format": "{{format}}"}""", $"\"{text}\""), "the library disagrees");
        Assert.True(Ours($$"""{"format": "{{format}}"}""", "1"));
    }

    [Theory]
    [InlineData("""{"required": ["a", "b"]}""", "{}", "/", "required properties are missing: \"a\", \"b\"")]
    [InlineData("""{"properties": {"a": {"items": {"type": "string"}}}}""", """{"a": ["x", 1]}""", "/a/1", "is \"integer\", should be \"string\"")]
    [InlineData("""{"additionalProperties": false}""", """{"x/y": 1}""", "/x~1y", "must not be there")]
    [InlineData("""{"properties": {"a": {"enum": [1, "b"]}}, "required": ["c"]}""", """{"a": 2}""", "/", "required property is missing: \"c\"")]
    public void The_evidence_is_the_first_place_that_breaks_the_schema(string schema, string document, string place, string message)
    {
        var failure = Read(schema).Check(JsonElement.Parse(document));
        Assert.Equal((place, message), (failure?.Place.ToString(), failure?.Message));
    }

    [Theory]
    [InlineData("""{"required": "a"}""", "not a JSON Schema: required: expected a list of texts")]
    [InlineData("""{"items": [true]}""", "not a JSON Schema: /items: expected a schema: an object, true or false")]
    [InlineData("""{"minLength": -1}""", "not a JSON Schema: minLength: expected a whole number of 0 or more")]
    [InlineData("""{"multipleOf": 0}""", "not a JSON Schema: multipleOf: expected a number above 0")]
    [InlineData("""{"properties": []}""", "not a JSON Schema: properties: expected an object")]
    [InlineData("""{"type": "strnig"}""", "not a JSON Schema: type: expected one or several of null, boolean")]
    [InlineData("""{"anyOf": []}""", "not a JSON Schema: anyOf: expected a list of schemas")]
    [InlineData("""{"enum": 1}""", "not a JSON Schema: enum: expected a list")]
    [InlineData("""{"format": "iri"}""", "format \"iri\" is not supported in a rule: use pattern")]
    [InlineData("""{"$schema": "http://json-schema.org/draft-07/schema#"}""", "$schema \"http://json-schema.org/draft-07/schema\" is not supported in a rule")]
    public void A_schema_that_is_none_says_which_keyword(string schema, string wrong) =>
        Assert.StartsWith(wrong, SchemaReader.Read(JsonElement.Parse(schema)).Wrong, StringComparison.Ordinal);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Any_schema_means_what_the_library_makes_of_it(int seed)
    {
        var random = new Random(seed);
        for (var i = 0; i < 500; i++)
        {
            var schema = Schema(random, 3)?.ToJsonString() ?? "true";
            for (var j = 0; j < 8; j++)
            {
                var document = Document(random, 3)?.ToJsonString() ?? "null";
                Assert.True(Theirs(schema, document) == Ours(schema, document), $"{schema}\n{document}");
            }
        }
    }

    private static RuleSchema Read(string schema)
    {
        var (read, asksForTheRest, wrong) = SchemaReader.Read(JsonElement.Parse(schema));
        Assert.True(wrong is null, $"{wrong}: {schema}");
        return new RuleSchema(read!, asksForTheRest);
    }

    private static bool Ours(string schema, string document) => Read(schema).Check(JsonElement.Parse(document)) is null;

    private static bool Theirs(string schema, string document) =>
        JsonSchema.FromText(schema, new BuildOptions { SchemaRegistry = new SchemaRegistry() }).Evaluate(JsonElement.Parse(document)).IsValid;

    private static JsonNode? Document(Random random, int depth) => random.Next(depth > 0 ? 8 : 5) switch
    {
        0 => null,
        1 => JsonValue.Create(random.Next(2) == 0),
        2 => JsonValue.Create(random.Next(-2, 5)),
        3 => JsonValue.Create(random.Next(10) / 2.0),
        4 => JsonValue.Create(One(random, Texts)),
        5 => new JsonArray([.. Enumerable.Range(0, random.Next(4)).Select(_ => Document(random, depth - 1))]),
        _ => new JsonObject(Some(random, Names).Select(name => KeyValuePair.Create(name, Document(random, depth - 1)))),
    };

    private static JsonNode? Schema(Random random, int depth)
    {
        if (depth == 0 || random.Next(8) == 0)
        {
            return JsonValue.Create(random.Next(3) > 0);
        }

        JsonNode? Inner() => Schema(random, depth - 1);
        JsonArray List() => new([.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => Inner())]);
        JsonObject Object(string[] names) => new(Some(random, names).Select(name => KeyValuePair.Create(name, Inner())));
        var keywords = new Dictionary<string, JsonNode?>(StringComparer.Ordinal);
        for (var i = random.Next(1, 4); i > 0; i--)
        {
            var (name, value) = random.Next(27) switch
            {
                0 => ("type", (JsonNode?)JsonValue.Create(One(random, ["null", "boolean", "object", "array", "number", "string", "integer"]))),
                1 => ("type", new JsonArray("object", "array", "integer")),
                2 => ("const", Document(random, 1)),
                3 => ("enum", new JsonArray(Document(random, 0), Document(random, 1))),
                4 => ("required", new JsonArray([.. Some(random, Names).Select(one => (JsonNode)one)])),
                5 => ("minimum", random.Next(3)),
                6 => ("exclusiveMaximum", random.Next(3)),
                7 => ("multipleOf", One(random, [0.5, 1, 2])),
                8 => ("minLength", random.Next(3)),
                9 => ("maxItems", random.Next(3)),
                10 => ("minProperties", random.Next(3)),
                11 => ("uniqueItems", true),
                12 => ("pattern", One(random, Patterns).Replace("\\\\", "\\", StringComparison.Ordinal)),
                13 => ("allOf", List()),
                14 => ("anyOf", List()),
                15 => ("oneOf", List()),
                16 => ("not", Inner()),
                17 => ("if", Inner()),
                18 => ("then", Inner()),
                19 => ("properties", Object(Names)),
                20 => ("patternProperties", Object(["^a", "b"])),
                21 => ("additionalProperties", Inner()),
                22 => ("prefixItems", List()),
                23 => ("items", Inner()),
                24 => ("contains", Inner()),
                25 => ("unevaluatedProperties", Inner()),
                _ => ("unevaluatedItems", Inner()),
            };
            keywords[name] = value;
        }

        return new JsonObject(keywords);
    }

    private static T One<T>(Random random, T[] all) => all[random.Next(all.Length)];

    private static List<string> Some(Random random, string[] all) => [.. all.Where(_ => random.Next(2) == 0)];
}
