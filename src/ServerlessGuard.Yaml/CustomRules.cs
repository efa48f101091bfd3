using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ServerlessGuard.Resources;
using ServerlessGuard.Rules;
using ServerlessGuard.Verdicts;
using ServerlessGuard.Yaml.Schemas;
using YamlDotNet.RepresentationModel;

namespace ServerlessGuard.Yaml;

/// <summary>
/// Rules without a compiler: a YAML file with the fields of a descriptor, a native type, and a JSON Schema (draft 2020-12) that a compliant
/// document satisfies; examples stand in the same file. Several rules may follow each other with <c>---</c> between them.
/// </summary>
public static class CustomRules
{
    private static readonly string[] Keys =
        ["id", "title", "severity", "risk", "fix", "exemptWhen", "controls", "nativeType", "apiVersion", "schema", "examples"];

    public static IReadOnlyList<SchemaRule> Read(string file, string text, List<YamlFault> faults) =>
        [.. YamlFile.Documents(file, text, faults).Where(document => !document.IsNull()).Select(document => One(file, document, faults))
            .OfType<SchemaRule>()];

    /// <summary>Two rules of one id would speak for each other.</summary>
    public static void CheckUnique(IReadOnlyList<SchemaRule> rules, RuleCatalog builtIn, List<YamlFault> faults)
    {
        foreach (var twice in rules.GroupBy(rule => rule.Descriptor.Id, StringComparer.OrdinalIgnoreCase)
            .SelectMany(group => group.Skip(1)))
        {
            faults.Add(new YamlFault(twice.File, twice.Line, $"id {twice.Descriptor.Id} is already used by another rule in these files"));
        }

        foreach (var taken in rules.Where(rule => builtIn.Find(rule.Descriptor.Id) is not null))
        {
            faults.Add(new YamlFault(taken.File, taken.Line, $"id {taken.Descriptor.Id} is already used by a built-in rule"));
        }
    }

    private static SchemaRule? One(string file, YamlNode document, List<YamlFault> faults)
    {
        if (document is not YamlMappingNode mapping)
        {
            faults.Add(new YamlFault(file, document.Line(), "expected a rule: id, title, severity, risk, fix, nativeType, schema"));
            return null;
        }

        var rule = new RuleText(file, mapping, faults);
        foreach (var key in mapping.Children.Keys.Where(key => !Keys.Contains(key.Scalar(), StringComparer.Ordinal)))
        {
            faults.Add(new YamlFault(file, key.Line(),
                $"{key.Scalar()}: unknown field; the fields of a rule are {string.Join(", ", Keys)}"));
        }

        var id = rule.Matching("id", Id, "an id like ACME-TAG-001");
        var title = rule.Short("title", 80);
        var severity = rule.Severity();
        var risk = rule.Short("risk", 200);
        var fix = rule.Text("fix");
        var type = rule.Text("nativeType");
        var version = rule.ApiVersion(type);
        var schema = rule.Schema();
        if (id is null || title is null || severity is null || risk is null || fix is null || type is null || schema is null)
        {
            return null;
        }

        var guide = new CloudGuide
            { Types = [type], Subject = "the resource", NonCompliantWhen = "The document does not satisfy the rule's schema.", Fix = fix };
        var isAws = type.Contains("::", StringComparison.Ordinal);
        return new SchemaRule(schema, type, file, document.Line(), rule.Examples())
        {
            ApiVersion = version,
            RuleDescriptor = new RuleDescriptor
            {
                Id = id,
                Title = title,
                Severity = severity.Value,
                Risk = risk,
                Clouds = [isAws ? Provider.Aws : Provider.Azure],
                Guide = new RuleGuide
                {
                    Controls = [.. rule.List("controls")],
                    ExemptWhen = rule.Optional("exemptWhen") ?? "Ask the rule's owner.",
                    Aws = isAws ? guide : null,
                    Azure = isAws ? null : guide,
                },
            },
        };
    }

    private static readonly Regex Version =
        new("^[0-9]{4}-[0-9]{2}-[0-9]{2}(?:-preview)?$", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);

    private static bool Id(string text) =>
        text.Length <= 40 && char.IsAsciiLetterUpper(text[0]) && char.IsAsciiDigit(text[^1])
        && text.All(c => char.IsAsciiLetterUpper(c) || char.IsAsciiDigit(c) || c is '-')
        && !text.StartsWith("SG-", StringComparison.Ordinal);

    /// <summary>The fields of one rule, each complaint with the line it is about.</summary>
    private sealed class RuleText(string file, YamlMappingNode mapping, List<YamlFault> faults)
    {
        public string? Text(string key)
        {
            if (Node(key)?.Scalar() is { Length: > 0 } text)
            {
                return text;
            }

            Fault(key, $"{key}: missing");
            return null;
        }

        public string? Optional(string key) => Node(key)?.Scalar();

        public string? Short(string key, int length)
        {
            if (Text(key) is not { } text)
            {
                return null;
            }

            if (text.Length > length)
            {
                Fault(key, $"{key}: {text.Length} characters, at most {length}");
            }

            return text;
        }

        public string? Matching(string key, Func<string, bool> isValid, string wanted)
        {
            if (Text(key) is not { } text)
            {
                return null;
            }

            if (isValid(text))
            {
                return text;
            }

            Fault(key, $"{key}: \"{text}\" is not {wanted} (SG- is reserved for built-in rules)");
            return null;
        }

        /// <summary>Only Azure asks for one: a type of AWS that has it is a mistake.</summary>
        public string? ApiVersion(string? type)
        {
            if (Optional("apiVersion") is not { } text)
            {
                return null;
            }

            if (type?.Contains("::", StringComparison.Ordinal) is true || !Version.IsMatch(text))
            {
                Fault("apiVersion",
                    $"apiVersion: \"{text}\" is not a version of Azure Resource Manager's like 2024-05-01 or 2024-05-01-preview");
                return null;
            }

            return text;
        }

        public Severity? Severity()
        {
            if (Text("severity") is not { } text)
            {
                return null;
            }

            if (Enum.TryParse<Severity>(text, ignoreCase: true, out var severity) && Enum.IsDefined(severity))
            {
                return severity;
            }

            Fault("severity", $"severity: \"{text}\" is not low, medium, high or critical");
            return null;
        }

        public IEnumerable<string> List(string key) => Node(key) switch
        {
            null => [],
            YamlSequenceNode sequence => sequence.Children.Select(item => item.Scalar()).OfType<string>(),
            var one => [one.Scalar() ?? string.Empty],
        };

        public RuleSchema? Schema()
        {
            if (Node("schema") is not { } node || YamlJson.Convert(node) is not (JsonObject or JsonValue) and not null)
            {
                Fault("schema", "schema: missing");
                return null;
            }

            var (schema, asksForTheRest, wrong) = SchemaReader.Read(JsonElement.Parse(YamlJson.Convert(node)?.ToJsonString() ?? "true"));
            if (wrong is not null)
            {
                Fault("schema", "schema: " + wrong);
            }

            return schema is null ? null : new RuleSchema(schema, asksForTheRest);
        }

        public ImmutableArray<RuleExample> Examples()
        {
            var examples = ImmutableArray.CreateBuilder<RuleExample>();
            foreach (var node in Node("examples") is YamlSequenceNode sequence ? sequence.Children : [])
            {
                if (node is YamlMappingNode example && Entry(example, "document") is { } document
                    && Enum.TryParse<Compliance>(Entry(example, "expect")?.Scalar(), ignoreCase: true, out var expected))
                {
                    var element = JsonElement.Parse(YamlJson.Convert(document)?.ToJsonString() ?? "null");
                    examples.Add(new RuleExample(Entry(example, "name")?.Scalar() ?? "unnamed", expected, element, file, node.Line()));
                }
                else
                {
                    faults.Add(new YamlFault(file, node.Line(), "examples: each needs expect (Compliant, NonCompliant …) and document"));
                }
            }

            return examples.ToImmutable();
        }

        private static YamlNode? Entry(YamlMappingNode mapping, string key) =>
            mapping.Children.FirstOrDefault(entry => entry.Key.Scalar() == key).Value;

        private YamlNode? Node(string key) => Entry(mapping, key);

        private void Fault(string key, string message) => faults.Add(new YamlFault(file, (Node(key) ?? mapping).Line(), message));
    }
}
