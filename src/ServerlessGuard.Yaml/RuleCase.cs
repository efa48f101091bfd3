using System.Text.Json.Nodes;
using ServerlessGuard.Resources;
using ServerlessGuard.Verdicts;
using YamlDotNet.RepresentationModel;

namespace ServerlessGuard.Yaml;

/// <summary>
/// One sentence of a rule's specification as data: the records of a scan and the verdict that the rule must give. The same files are the
/// rule's tests and the table on its page.
/// </summary>
public sealed record RuleCase
{
    public required string Rule { get; init; }
    public required Provider Cloud { get; init; }
    public required string Scenario { get; init; }
    public required Compliance Expected { get; init; }
    public Severity? Severity { get; init; }

    /// <summary>Keys of the sub-findings that must be there, and no others; null when the case does not say.</summary>
    public IReadOnlyList<string>? SubFindings { get; init; }

    /// <summary>A part of what InsufficientData must name.</summary>
    public string? Missing { get; init; }

    /// <summary>The finding's subject; null: the first record's own id.</summary>
    public string? Subject { get; init; }

    /// <summary>guard.yaml for this case.</summary>
    public string? Settings { get; init; }

    public DateTimeOffset Now { get; init; } = new(2026, 11, 1, 12, 0, 0, TimeSpan.Zero);

    public required IReadOnlyList<CaseRecord> Records { get; init; }
    public required string File { get; init; }
    public required long Line { get; init; }

    public override string ToString() => $"{Rule} {Cloud}: {Scenario}";

    /// <summary>The cases of one file: <c>rule</c>, then <c>cases</c>.</summary>
    public static IReadOnlyList<RuleCase> Read(string file, string text, List<YamlFault> faults)
    {
        var cases = new List<RuleCase>();
        foreach (var document in YamlFile.Documents(file, text, faults).OfType<YamlMappingNode>())
        {
            var rule = Entry(document, "rule")?.Scalar();
            if (rule is null || Entry(document, "cases") is not YamlSequenceNode list)
            {
                faults.Add(new YamlFault(file, document.Line(), "expected rule and cases"));
                continue;
            }

            foreach (var node in list.Children)
            {
                if (One(file, rule, node, faults) is { } one)
                {
                    cases.Add(one);
                }
            }
        }

        return cases;
    }

    private static RuleCase? One(string file, string rule, YamlNode node, List<YamlFault> faults)
    {
        if (node is not YamlMappingNode mapping
            || Entry(mapping, "scenario")?.Scalar() is not { } scenario
            || !Enum.TryParse<Provider>(Entry(mapping, "cloud")?.Scalar(), ignoreCase: true, out var cloud)
            || !Enum.TryParse<Compliance>(Entry(mapping, "expect")?.Scalar(), ignoreCase: true, out var expected))
        {
            faults.Add(new YamlFault(file, node.Line(),
                "a case needs scenario, cloud (aws, azure) and expect (Compliant, NonCompliant, InsufficientData, NotApplicable)"));
            return null;
        }

        var severity = Entry(mapping, "severity")?.Scalar();
        var others = Entry(mapping, "with") is YamlSequenceNode with ? with.Children.OfType<YamlMappingNode>() : [];
        return new RuleCase
        {
            Rule = rule,
            Cloud = cloud,
            Scenario = scenario,
            Expected = expected,
            Severity = severity is null ? null : Enum.Parse<Severity>(severity, ignoreCase: true),
            SubFindings = Entry(mapping, "subFindings") is YamlSequenceNode keys
                ? [.. keys.Children.Select(key => key.Scalar()).OfType<string>()]
                : null,
            Missing = Entry(mapping, "missing")?.Scalar(),
            Subject = Entry(mapping, "subject")?.Scalar(),
            Settings = Entry(mapping, "settings") is { } settings ? YamlJson.Convert(settings)?.ToJsonString() : null,
            Now = Entry(mapping, "now")?.Scalar() is { } now
                ? DateTimeOffset.Parse(now, null)
                : new DateTimeOffset(2026, 11, 1, 12, 0, 0, TimeSpan.Zero),
            Records = [CaseRecord.Read(mapping), .. others.Select(CaseRecord.Read)],
            File = file,
            Line = node.Line(),
        };
    }

    internal static YamlNode? Entry(YamlMappingNode mapping, string key) =>
        mapping.Children.FirstOrDefault(entry => entry.Key.Scalar() == key).Value;
}

/// <summary>
/// A record of a case: a fixture, changed by a merge patch (RFC 7396) and by single places, or a record of its own, or plain text.
/// </summary>
public sealed record CaseRecord(string? Base, JsonNode? Patch, IReadOnlyDictionary<string, JsonNode?> Set, JsonNode? Record, string? Text)
{
    internal static CaseRecord Read(YamlMappingNode mapping) => new(
        RuleCase.Entry(mapping, "base")?.Scalar(),
        RuleCase.Entry(mapping, "patch") is { } patch ? YamlJson.Convert(patch) : null,
        RuleCase.Entry(mapping, "set") is YamlMappingNode set
            ? set.Children.ToDictionary(entry => entry.Key.Scalar()!, entry => YamlJson.Convert(entry.Value), StringComparer.Ordinal)
            : new Dictionary<string, JsonNode?>(StringComparer.Ordinal),
        RuleCase.Entry(mapping, "record") is { } record ? YamlJson.Convert(record) : null,
        RuleCase.Entry(mapping, "text")?.Scalar());

    /// <summary>The record as JSON text, or the plain text.</summary>
    /// <param name="fixture">Reads a fixture by its name.</param>
    public string Build(Func<string, string> fixture)
    {
        if (Text is not null)
        {
            return Text;
        }

        var node = Base is null ? Record?.DeepClone() : JsonNode.Parse(fixture(Base));
        node = Patch is null ? node : Merge(node, Patch);
        foreach (var (path, value) in Set)
        {
            Place(node!, path.Split('.'), value?.DeepClone());
        }

        return node?.ToJsonString() ?? "null";
    }

    private static JsonNode? Merge(JsonNode? target, JsonNode patch)
    {
        if (patch is not JsonObject changes)
        {
            return patch.DeepClone();
        }

        var merged = target as JsonObject ?? [];
        foreach (var (name, value) in changes)
        {
            if (value is null)
            {
                merged.Remove(name);
            }
            else
            {
                var old = merged[name];
                merged.Remove(name);
                merged[name] = Merge(old, value);
            }
        }

        return merged;
    }

    private static void Place(JsonNode node, ReadOnlySpan<string> path, JsonNode? value)
    {
        if (path.Length > 1)
        {
            if (node is JsonArray array)
            {
                Place(array[int.Parse(path[0], System.Globalization.CultureInfo.InvariantCulture)]!, path[1..], value);
                return;
            }

            var inner = node[path[0]] ?? (node[path[0]] = new JsonObject());
            Place(inner, path[1..], value);
        }
        else if (node is JsonArray list)
        {
            list[int.Parse(path[0], System.Globalization.CultureInfo.InvariantCulture)] = value;
        }
        else
        {
            node[path[0]] = value;
        }
    }
}
