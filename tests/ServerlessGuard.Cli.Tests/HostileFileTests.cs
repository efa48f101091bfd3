using System.Globalization;
using System.Text;
using ServerlessGuard.Tests;

namespace ServerlessGuard.Cli.Tests;

/// <summary>Settings and rules that somebody wrote to hurt whoever reads them: one line with the file and the place, exit 2, and soon.</summary>
public sealed class HostileFileTests
{
    private const string Rule = """
        id: ACME-TAG-001
        title: Nobody owns it
        severity: low
        risk: Nobody answers for it.
        fix: Add a tag.
        nativeType: AWS::S3::Bucket
        """;

    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(30);

    public static TheoryData<string, string, string> Settings => new()
    {
        { "nine aliases of nine aliases", Laughs(9), ": more than 100000 values with all aliases expanded" },
        { "an alias inside its own anchor", "adminPorts: &a\n  - 22\n  - *a\n", "hostile.yaml:3: *a is used inside the value that it repeats" },
        { "lists in lists", $"adminPorts: {new string('[', 100_000)}", "hostile.yaml:1: nested deeper than 64 levels" },
        { "mappings in mappings", Stairs(200), "hostile.yaml:65: nested deeper than 64 levels" },
        { "lists in lists on one line", $"adminPorts:\n  {string.Concat(Enumerable.Repeat("- ", 20_000))}22\n", "hostile.yaml:2: nested deeper than 64 levels" },
        { "a key twice", "ownerTag: a\nownerTag: b\n", "hostile.yaml:2: not YAML: Duplicate key" },
        { "a key that is a list", "? [a, b]\n: 1\n", "hostile.yaml:1: a key must be plain text" },
        { "a key that is an alias", "ownerTag: &a {b: c}\n*a : d\n", "hostile.yaml:2: a key must be plain text, not an alias" },
        { "an alias of nothing", "ownerTag: *nowhere\n", "hostile.yaml:1: not YAML" },
        { "two megabytes", "ownerTag: " + new string('x', 2_000_000), "hostile.yaml: more than 1048576 characters" },
        { "many small values", "adminPorts: [" + string.Concat(Enumerable.Repeat("1,", 150_000)) + "1]", "hostile.yaml:1: more than 100000 values" },
        { "half a quoted text", "ownerTag: \"x", "hostile.yaml:1: not YAML" },
        { "a tag that is none", "ownerTag: !<tag:!!%ZZ x\n", "hostile.yaml:1: not YAML" },
    };

    public static TheoryData<string, string, string> Schemas => new()
    {
        { "a part that is not there", "{$ref: '#/$defs/nowhere'}", "schema: $ref \"#/$defs/nowhere\" does not exist" },
        { "another machine", "{properties: {a: {$ref: 'http://127.0.0.1:9/schema.json'}}}", "schema: $ref \"http://127.0.0.1:9/schema.json\" does not exist" },
        { "a file", "{items: {$ref: 'file:///etc/passwd'}}", "does not exist" },
        { "an anchor that is not there", "{$ref: '#nowhere'}", "does not exist" },
        { "itself", "{$ref: '#'}", "schema: " },
        { "itself, in two steps", "{properties: {a: {$ref: '#/$defs/b'}}, $defs: {b: {allOf: [{$ref: '#/$defs/c'}]}, c: {not: {$ref: '#/$defs/b'}}}}", "schema: it refers to itself without descending" },
        { "twice the next, thirty times", Doubling(30), "schema: its references multiply" },
        { "twice itself at every level", "{additionalProperties: {allOf: [{$ref: '#'}, {$ref: '#'}]}}", "schema: its references multiply" },
        { "a dynamic reference", "{$dynamicRef: '#a', $defs: {a: {$dynamicAnchor: a}}}", "schema: $dynamicRef is not supported in a rule" },
        { "a reference that is a number", "{$ref: 5}", "schema: not a JSON Schema" },
        { "a pattern that is none", "{pattern: '('}", "schema: not a JSON Schema" },
        { "a list", "[1]", "schema: missing" },
        { "an unknown dialect", "{$schema: 'http://127.0.0.1:9/meta'}", "schema: " },
    };

    [Theory]
    [MemberData(nameof(Settings))]
    public async Task Hostile_settings_are_one_line_with_their_place(string what, string yaml, string line)
    {
        using var folder = new Folder();
        var guard = await Guard.Run("scan", Fixture("aws/AWS-S3-Bucket/good.json"), "--as-of", Guard.Day, "--config", folder.Write("hostile.yaml", yaml)).WaitAsync(Soon);
        Check(guard, what, line);
    }

    [Theory]
    [MemberData(nameof(Schemas))]
    public async Task A_hostile_schema_of_a_rule_is_one_line_with_its_place(string what, string schema, string line)
    {
        using var folder = new Folder();
        folder.Write("rules/hostile.yaml", $"{Rule}\nschema: {schema}\n");
        var guard = await Guard.Run("scan", Fixture("aws/AWS-S3-Bucket/good.json"), "--as-of", Guard.Day, "--rules-dir", System.IO.Path.Combine(folder.Path, "rules")).WaitAsync(Soon);
        Check(guard, what, line);
        Assert.Contains("hostile.yaml:7: ", guard.Complaints, StringComparison.Ordinal);
    }

    /// <summary>Forty characters kept the scan busy for years: the text belongs to whoever may name or tag a bucket.</summary>
    [Theory]
    [InlineData("'^(a+)+$'", 1, "nonCompliant")]
    [InlineData("'^(a|a)*\\d$'", 1, "nonCompliant")]
    // Lookaround needs backtracking: the resource is undecided, and the others are judged.
    [InlineData("'^(?=(a+)+$)'", 0, "insufficientData")]
    public async Task A_pattern_of_a_rule_is_not_stopped_by_a_text_made_for_it(string pattern, int code, string outcome)
    {
        using var folder = new Folder();
        folder.Write("rules/hostile.yaml", $"{Rule}\nschema: {{properties: {{tags: {{properties: {{owner: {{pattern: {pattern}}}}}, patternProperties: {{'^(o+)+$': {{type: string}}}}}}}}}}\n");
        var bucket = folder.Write("bucket.json", File.ReadAllText(Fixture("aws/AWS-S3-Bucket/good.json")).Replace("\"tags\": {}", $"\"tags\": {{\"owner\": \"{new string('a', 60)}!\", \"{new string('o', 60)}!\": \"x\"}}", StringComparison.Ordinal));
        var guard = await Guard.Run("scan", bucket, "--as-of", Guard.Day, "--rules", "ACME-TAG-001", "--all-verdicts", "--format", "json", "--rules-dir", System.IO.Path.Combine(folder.Path, "rules")).WaitAsync(Soon);
        Assert.True(code == guard.Code, guard.Complaints + guard.Output);
        Assert.Contains($"\"{outcome}\": 1,", guard.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_schema_that_follows_a_document_down_is_no_attack()
    {
        using var folder = new Folder();
        folder.Write("rules/deep.yaml", $"{Rule}\nschema: {{$ref: '#/$defs/any', $defs: {{any: {{additionalProperties: {{$ref: '#/$defs/any'}}, properties: {{left: {{$ref: '#/$defs/any'}}, right: {{$ref: '#/$defs/any'}}}}, items: {{$ref: '#/$defs/any'}}}}}}}}\n");
        var guard = await Guard.Run("scan", Fixture("aws/AWS-S3-Bucket/good.json"), "--as-of", Guard.Day, "--rules", "ACME-TAG-001", "--rules-dir", System.IO.Path.Combine(folder.Path, "rules")).WaitAsync(Soon);
        Assert.True(guard.Code == 0, guard.Complaints);
    }

    private static string Fixture(string name) => Repository.Path("tests", "fixtures", name);

    private static void Check(Guard guard, string what, string line)
    {
        Assert.True(guard.Code == 2, what + ": " + guard.Complaints);
        Assert.Contains(line, guard.Complaints, StringComparison.Ordinal);
        Assert.Contains("hostile.yaml", guard.ComplaintLines[0], StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", guard.Complaints, StringComparison.Ordinal);
        Assert.All(guard.ComplaintLines, each => Assert.True(each.Length < 500, each));
    }

    /// <summary>Each list holds the one before it ten times.</summary>
    private static string Laughs(int levels)
    {
        var text = new StringBuilder("a0: &a0 [x]\n");
        for (var i = 1; i <= levels; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"a{i}: &a{i} [{string.Join(',', Enumerable.Repeat($"*a{i - 1}", 10))}]\n");
        }

        return text.ToString();
    }

    private static string Stairs(int levels) => string.Concat(Enumerable.Range(0, levels).Select(level => new string(' ', level) + "a:\n"));

    private static string Doubling(int times) =>
        "{$ref: '#/$defs/a0', $defs: {" + string.Join(", ", Enumerable.Range(0, times).Select(i => $"a{i}: {{allOf: [{{$ref: '#/$defs/a{i + 1}'}}, {{$ref: '#/$defs/a{i + 1}'}}]}}")) + $", a{times}: true}}}}";
}
