using System.Text.RegularExpressions;
using ServerlessGuard.Facts;
using ServerlessGuard.Guides;
using ServerlessGuard.Resources;
using ServerlessGuard.Rules;
using ServerlessGuard.Tests.Cases;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Tests.Rules;

/// <summary>The standard that every rule meets, old and new.</summary>
public sealed partial class CatalogTests
{
    public static TheoryData<string> Ids => [.. RuleCatalog.BuiltIn.All.Select(rule => rule.Descriptor.Id)];

    [Fact]
    public void Ids_are_unique() => Assert.Equal(RuleCatalog.BuiltIn.All.Count, RuleCatalog.BuiltIn.All.Select(rule => rule.Descriptor.Id).Distinct(StringComparer.Ordinal).Count());

    [Fact]
    public void Every_rule_and_reader_is_registered()
    {
        var assembly = typeof(Rule).Assembly;
        var rules = assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(Rule)) && !type.IsAbstract);
        Assert.Empty(rules.Except(RuleCatalog.BuiltIn.All.Select(rule => rule.GetType())));
        var readers = assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(FactReader)) && !type.IsAbstract);
        Assert.Empty(readers.Except(FactReaders.All.Select(reader => reader.GetType())));
    }

    [Fact]
    public void Every_kind_of_facts_feeds_a_rule_and_has_a_reader()
    {
        foreach (var kind in Enum.GetValues<FactsKind>().Where(kind => kind is not FactsKind.Neighbour))
        {
            Assert.False(RuleCatalog.BuiltIn.About(kind, Provider.Aws).IsEmpty && RuleCatalog.BuiltIn.About(kind, Provider.Azure).IsEmpty, $"no rule about {kind}");
            Assert.True(kind is FactsKind.Residency or FactsKind.TagClaims || FactReaders.All.Any(reader => reader.Gives.Contains(kind)), $"no reader gives {kind}");
        }
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void Descriptor_is_complete(string id)
    {
        var rule = RuleCatalog.BuiltIn.Find(id)!.Descriptor;
        Assert.Matches(Id(), rule.Id);
        Assert.InRange(rule.Title.Length, 10, 80);
        Assert.False(rule.Title.StartsWith("Ensure", StringComparison.OrdinalIgnoreCase), "a title says what is wrong");
        Assert.False(rule.Title.EndsWith('.'), "a title is no sentence");
        Assert.InRange(rule.Risk.Length, 15, 200);
        Assert.EndsWith(".", rule.Risk, StringComparison.Ordinal);
        Assert.NotEmpty(rule.Clouds);
        var guide = RuleGuides.Of(rule);
        Assert.EndsWith(".", guide.ExemptWhen, StringComparison.Ordinal);
        Assert.NotEmpty(guide.Controls);
        Assert.All(guide.Controls, control => Assert.Matches(Control(), control));
        Assert.True(guide.Aws is null == guide.NotInAws is not null, "a cloud without the rule says why");
        Assert.True(guide.Azure is null == guide.NotInAzure is not null, "a cloud without the rule says why");
        Assert.Equal((rule.IsIn(Provider.Aws), rule.IsIn(Provider.Azure)), (guide.Aws is not null, guide.Azure is not null));
        foreach (var cloud in new[] { guide.Aws, guide.Azure }.OfType<CloudGuide>())
        {
            Assert.NotEmpty(cloud.Types);
            Assert.NotEmpty(cloud.Subject);
            Assert.NotEmpty(cloud.NonCompliantWhen);
            Assert.NotEmpty(cloud.Fix);
        }
    }

    /// <summary>A guide whose rule is gone, or whose name is mistyped, would be read by nobody.</summary>
    [Fact]
    public void Every_guide_is_a_rules() => Assert.Equal(
        RuleCatalog.BuiltIn.All.Select(rule => rule.Descriptor.Id + ".guide.yaml").Order(StringComparer.Ordinal),
        Directory.EnumerateFiles(Repository.Path("docs", "rules"), "*.guide.*").Select(Path.GetFileName).Order(StringComparer.Ordinal));

    [Fact]
    public void Remediation_names_are_the_listed_ones()
    {
        var known = typeof(Remediations).GetFields().Select(field => (string)field.GetRawConstantValue()!).ToList();
        Assert.Equal(known.Count, known.Distinct(StringComparer.Ordinal).Count());
        Assert.All(known, name => Assert.Matches(Kebab(), name));
        Assert.All(RuleCatalog.BuiltIn.All.Select(rule => rule.Descriptor.Remediation).OfType<string>(), name => Assert.Contains(name, known));
        Assert.All(known, name => Assert.Contains(RuleCatalog.BuiltIn.All, rule => rule.Descriptor.Remediation == name));
    }

    [Fact]
    public void Releases_list_every_rule_with_its_severity()
    {
        var listed = File.ReadLines(Repository.Path("shared", "ServerlessGuard.Core", "Rules", "RuleReleases.md"))
            .TakeWhile(line => line != "## Retired")
            .Select(line => Release().Match(line)).Where(match => match.Success).ToDictionary(match => match.Groups[1].Value, match => match.Groups[2].Value, StringComparer.Ordinal);
        Assert.Equal(
            RuleCatalog.BuiltIn.All.Select(rule => (rule.Descriptor.Id, rule.Descriptor.Severity.ToString().ToLowerInvariant())).Order(),
            listed.Select(pair => (pair.Key, pair.Value)).Order());
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void Cases_hit_every_outcome_in_every_cloud(string id)
    {
        var rule = RuleCatalog.BuiltIn.Find(id)!.Descriptor;
        var cases = RuleCaseTests.All.Where(one => one.Rule == id).ToList();
        foreach (var provider in Enum.GetValues<Provider>().Where(provider => rule.IsIn(provider)))
        {
            foreach (var outcome in (Compliance[])[Compliance.Compliant, Compliance.NonCompliant, Compliance.InsufficientData])
            {
                if (!CannotBe(id, provider, outcome))
                {
                    Assert.True(cases.Exists(one => one.Cloud == provider && one.Expected == outcome), $"{id} {provider}: no case for {outcome}");
                }
            }
        }

        Assert.All(cases, one => Assert.True(rule.IsIn(one.Cloud)));
        Assert.Equal(cases.Count, cases.Select(one => (one.Cloud, one.Scenario)).Distinct().Count());
    }

    [Fact]
    public void Core_has_no_package_reference_and_small_files()
    {
        var core = Repository.Path("shared", "ServerlessGuard.Core");
        Assert.DoesNotContain("PackageReference", File.ReadAllText(Path.Combine(core, "ServerlessGuard.Core.csproj")), StringComparison.Ordinal);
        var long_ = Directory.EnumerateFiles(core, "*.cs", SearchOption.AllDirectories).Where(file => !file.Contains("/obj/", StringComparison.Ordinal))
            .Select(file => (file, lines: File.ReadLines(file).Count())).Where(pair => pair.lines > 300).ToList();
        Assert.Empty(long_);
    }

    /// <summary>What no configuration item can show: these verdicts need an answer of the API that a host reads.</summary>
    private static bool CannotBe(string id, Provider provider, Compliance outcome) => (id, provider) switch
    {
        ("SG-AI-003" or "SG-COMP-004", Provider.Aws) => outcome is not Compliance.InsufficientData,
        ("SG-LOG-001", Provider.Aws) => outcome is Compliance.Compliant,
        // A tag that was not delivered asks for nothing.
        ("SG-GOV-003", _) => outcome is Compliance.InsufficientData,
        _ => false,
    };

    [GeneratedRegex(@"^SG-[A-Z]{2,5}-\d{3}$")]
    private static partial Regex Id();

    [GeneratedRegex(@"^[a-z0-9.-]+/[A-Za-z0-9.()_-]+$")]
    private static partial Regex Control();

    [GeneratedRegex("^[a-z]+(-[a-z]+)+$")]
    private static partial Regex Kebab();

    [GeneratedRegex(@"^\| (SG-[A-Z]+-\d{3}) \| (low|medium|high|critical) \|")]
    private static partial Regex Release();
}
