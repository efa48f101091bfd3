using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ServerlessGuard.Engine;
using ServerlessGuard.Tests;
using ServerlessGuard.Yaml;

namespace ServerlessGuard.Cli.Tests;

/// <summary>What the pages name is there, and what they show is so.</summary>
public sealed partial class DocsTests
{
    /// <summary>Files that are the reader's, not the repository's.</summary>
    private static readonly string[] Theirs = ["guard.yaml"];

    public static TheoryData<string> Pages =>
    [
        "README.md", "CONTRIBUTING.md", "CHANGELOG.md",
        .. Directory.EnumerateFiles(Repository.Path("docs"), "*.md", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(Repository.Root, file)).Order(StringComparer.Ordinal),
    ];

    [Theory]
    [MemberData(nameof(Pages))]
    public void Links_and_paths_lead_somewhere(string page)
    {
        var text = Text(page);
        var folder = Path.GetDirectoryName(Repository.Path(page))!;
        foreach (var target in Link().Matches(text).Select(match => match.Groups[1].Value).Where(target => !target.Contains("://", StringComparison.Ordinal)))
        {
            var parts = target.Split('#');
            var file = parts[0].Length == 0 ? Repository.Path(page) : Path.GetFullPath(Path.Combine(folder, parts[0]));
            Assert.True(Path.Exists(file), $"{page}: nothing at {target}");
            Assert.True(parts.Length == 1 || Heading().Matches(File.ReadAllText(file)).Any(heading => Anchor(heading.Groups[1].Value) == parts[1]), $"{page}: no heading {target}");
        }

        foreach (var path in Named().Matches(text).Select(match => match.Value.TrimEnd('/', '.')))
        {
            Assert.True(Path.Exists(Repository.Path(path)), $"{page}: nothing at {path}");
        }

        foreach (var name in FileName().Matches(text).Select(match => match.Groups[1].Value).Except(Theirs, StringComparer.Ordinal))
        {
            Assert.True(Files.Value.Contains(Path.GetFileName(name)), $"{page}: no file {name}");
        }
    }

    /// <summary>Those of eng/demo, which is no part of the command line.</summary>
    private static readonly string[] DemoOptions = ["--once", "--input", "--port", "--native"];

    /// <summary>Every guard command on a page is one that the command line understands. None is run.</summary>
    [Theory]
    [MemberData(nameof(Pages))]
    public void Commands_are_understood(string page)
    {
        foreach (var command in Command().Matches(Text(page)).Select(match => match.Groups[1].Value.Split(['>', '|', '#'])[0].Trim()).Where(command => !command.Contains('…', StringComparison.Ordinal)))
        {
            var words = command.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words[0] is "demo")
            {
                Assert.All(words.Where(word => word.StartsWith("--", StringComparison.Ordinal)), option => Assert.Contains(option, DemoOptions));
            }
            else if (words[0] is not ("test" or "lab"))
            {
                Assert.True(Guard.Errors(words).Count == 0, $"{page}: ./guard {command}: {string.Join("; ", Guard.Errors(words))}");
            }
        }
    }

    [Fact]
    public void The_settings_page_has_every_key()
    {
        var page = Text("docs/settings.md");
        Assert.Equal(SettingsFile.Keys.Order(StringComparer.Ordinal), Heading().Matches(page).Select(heading => heading.Groups[1].Value).Where(name => char.IsLower(name[0])).Order(StringComparer.Ordinal));
        Assert.All(SettingsFile.Keys, key => Assert.Contains($"| [`{key}`](#{key.ToLowerInvariant()}) |", page, StringComparison.Ordinal));
        var (settings, faults) = SettingsFile.Read("settings.md", Assert.Single(Blocks(page, "yaml")));
        Assert.Empty(faults);
        Assert.All(SettingsFile.Keys, key => Assert.Contains($"\n{key}:", "\n" + Blocks(page, "yaml")[0], StringComparison.Ordinal));
        Assert.Equal(Text("docs/guard.example.yaml"), Blocks(page, "yaml")[0]);
        Assert.Equal(60, settings.MaxKeyAgeDays);
    }

    [Fact]
    public void The_settings_page_has_the_defaults()
    {
        var page = Text("docs/settings.md");
        var defaults = GuardSettings.Default;
        Assert.Equal(defaults.DataBearingTypes.Order(StringComparer.Ordinal), Section(page, "dataBearingTypes").Split('\n').Where(line => line.StartsWith("- ", StringComparison.Ordinal)).Select(line => line[2..].Trim('`')).Order(StringComparer.Ordinal));
        Assert.Contains(string.Join(", ", defaults.SharedIssuers.Select(issuer => $"`{issuer}`")) + ".", Section(page, "sharedIssuers"), StringComparison.Ordinal);
        Assert.Contains(string.Join(", ", defaults.AdminPorts), Section(page, "adminPorts"), StringComparison.Ordinal);
        Assert.Contains($"| `{defaults.MaxKeyAgeDays}` |", page, StringComparison.Ordinal);
        Assert.Contains($"| `{defaults.DataClassTag}` |", page, StringComparison.Ordinal);
        Assert.Contains($"| `{defaults.ApprovedDeletionTag}` |", page, StringComparison.Ordinal);
        var example = SettingsFile.Read("settings.md", Blocks(page, "yaml")[0]).Settings;
        Assert.Equal(
            defaults.SeverityOverrides.Select(one => (one.Tag, string.Join(' ', one.Values), one.Raises)),
            example.SeverityOverrides.Take(1).Select(one => (one.Tag, string.Join(' ', one.Values), one.Raises)));
    }

    /// <summary>The command of the page is run, and its answer compared with the page's, key by key.</summary>
    [Fact]
    public async Task The_json_page_shows_what_is_printed()
    {
        var page = Text("docs/scan-json.md");
        var words = Command().Match(page).Groups[1].Value.Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select(word => word.StartsWith("tests/", StringComparison.Ordinal) ? Repository.Path(word) : word);
        var guard = await Guard.Run([.. words]);
        Assert.Equal(1, guard.Code);
        Same("$", JsonNode.Parse(Assert.Single(Blocks(page, "json"))), JsonNode.Parse(guard.Output));
        Assert.All(Keys(JsonNode.Parse(guard.Output)).Distinct(StringComparer.Ordinal), key => Assert.Contains($"`{key}`", page, StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_rule_on_the_custom_rule_page_holds()
    {
        using var folder = new Folder();
        folder.Write("rule.yaml", Assert.Single(Blocks(Text("docs/custom-rules.md"), "yaml")));
        var guard = await Guard.Run("rules", "test", "--rules-dir", folder.Path);
        Assert.Equal((0, string.Empty, "1 rules, 2 examples passed, 0 problems"), (guard.Code, guard.Complaints, guard.Output.Trim()));
    }

    [Fact]
    public void The_case_in_the_contributing_guide_is_one()
    {
        var faults = new List<YamlFault>();
        var one = Assert.Single(RuleCase.Read("CONTRIBUTING.md", Assert.Single(Blocks(Text("CONTRIBUTING.md"), "yaml")), faults));
        Assert.Empty(faults);
        Assert.NotEqual("null", one.Records[0].Build(Repository.Fixture));
    }

    private static void Same(string path, JsonNode? expected, JsonNode? actual)
    {
        switch (expected, actual)
        {
            case (JsonObject left, JsonObject right):
                Assert.Equal(left.Select(entry => $"{path}.{entry.Key}"), right.Select(entry => $"{path}.{entry.Key}"));
                foreach (var (key, value) in left)
                {
                    Same($"{path}.{key}", value, right[key]);
                }

                break;
            case (JsonArray left, JsonArray right):
                Assert.True(left.Count == right.Count, $"{path}: {left.Count} elements on the page, {right.Count} printed");
                for (var i = 0; i < left.Count; i++)
                {
                    Same($"{path}[{i}]", left[i], right[i]);
                }

                break;
            default:
                Assert.Equal($"{path} = {expected?.ToJsonString()}", $"{path} = {actual?.ToJsonString()}");
                break;
        }
    }

    private static IEnumerable<string> Keys(JsonNode? node) => node switch
    {
        JsonObject values => values.SelectMany(entry => Keys(entry.Value).Prepend(entry.Key)),
        JsonArray list => list.SelectMany(Keys),
        _ => [],
    };

    private static string Text(string page) => File.ReadAllText(Repository.Path(page));

    /// <summary>The fenced blocks of one language.</summary>
    private static List<string> Blocks(string page, string language) => [.. Block().Matches(page).Where(block => block.Groups[1].Value == language).Select(block => block.Groups[2].Value)];

    private static string Section(string page, string heading)
    {
        var section = page[page.IndexOf($"\n## {heading}\n", StringComparison.Ordinal)..];
        var end = section.IndexOf("\n## ", 5, StringComparison.Ordinal);
        return end < 0 ? section : section[..end];
    }

    private static string Anchor(string heading) =>
        string.Concat(heading.ToLowerInvariant().Where(c => char.IsLetterOrDigit(c) || c is ' ' or '-' or '_')).Replace(' ', '-');

    private static readonly Lazy<HashSet<string>> Files = new(() =>
        Directory.EnumerateFiles(Repository.Root, "*", SearchOption.TopDirectoryOnly)
            .Concat(new[] { "shared", "src", "tests", "docs", "eng", "infra" }.SelectMany(folder => Directory.EnumerateFiles(Repository.Path(folder), "*", SearchOption.AllDirectories)))
            .Select(file => Path.GetFileName(file)).ToHashSet(StringComparer.Ordinal));

    [GeneratedRegex(@"\]\((?<target>[^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"^#{1,4} (?<text>.+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    /// <summary>A path from the root, wherever it stands.</summary>
    [GeneratedRegex(@"(?<![\w./<-])(?:shared|src|tests|docs|eng|infra|\.ci)/[\w./-]*[\w/](?![\w<*-])")]
    private static partial Regex Named();

    /// <summary>A file that stands in code quotes, by its name or the end of its path.</summary>
    [GeneratedRegex(@"`(?<name>[\w./-]+\.(?:cs|md|ya?ml|sln|props|csproj))`")]
    private static partial Regex FileName();

    [GeneratedRegex(@"(?:^|`)\./guard (?<arguments>[a-z][^`\n]*)", RegexOptions.Multiline)]
    private static partial Regex Command();

    [GeneratedRegex(@"^```(?<language>\w+)\n(?<text>.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Block();
}
