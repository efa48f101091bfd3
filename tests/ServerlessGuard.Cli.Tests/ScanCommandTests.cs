using System.Text.Json;
using ServerlessGuard.Tests;

namespace ServerlessGuard.Cli.Tests;

/// <summary><c>guard scan</c> over the fixtures, as a user runs it.</summary>
public class ScanCommandTests
{
    private static readonly string Fixtures = Repository.Path("tests", "fixtures");

    [Fact]
    public async Task Fixtures_show_findings_of_both_clouds_on_one_scale()
    {
        var guard = await Guard.Run("scan", Fixtures, "--as-of", Guard.Day);
        Assert.Equal(1, guard.Code);
        Assert.Empty(guard.Complaints);
        Assert.Contains("AWS", guard.Output, StringComparison.Ordinal);
        Assert.Contains("Azure", guard.Output, StringComparison.Ordinal);
        var severities = guard.Output.Split('\n').Select(line => line.Split(' ')[0]).Where(word => word is "CRITICAL" or "HIGH" or "MEDIUM" or "LOW").ToList();
        Assert.Equal(severities.OrderByDescending(Rank), severities);
        Assert.Equal(4, severities.Distinct().Count());

        static int Rank(string severity) => severity switch { "CRITICAL" => 3, "HIGH" => 2, "MEDIUM" => 1, _ => 0 };
    }

    [Fact]
    public async Task Every_rule_fires_on_its_bad_fixture()
    {
        var guard = await Guard.Run("scan", Fixtures, "--as-of", Guard.Day, "--all-verdicts", "--format", "json", "--config", Settings());
        var seen = JsonDocument.Parse(guard.Output).RootElement.GetProperty("evaluations").EnumerateArray()
            .Select(one => (Rule: one.GetProperty("rule").GetString()!, Compliance: one.GetProperty("compliance").GetString()!)).ToLookup(one => one.Rule, one => one.Compliance);
        Assert.All(Rules.RuleCatalog.BuiltIn.All, rule => Assert.NotEmpty(seen[rule.Descriptor.Id]));
    }

    [Theory]
    [InlineData("low", 1)]
    [InlineData("medium", 1)]
    [InlineData("high", 0)]
    public async Task Fail_on_decides_the_exit(string severity, int code)
    {
        var guard = await Guard.Run("scan", Repository.Path("tests", "fixtures", "azure", "Microsoft.KeyVault-vaults", "bad.json"), "--rules", "SG-KEY-003", "--fail-on", severity, "--as-of", Guard.Day);
        Assert.Equal(code, guard.Code);
    }

    [Fact]
    public async Task Rules_narrow_the_scan_and_an_unknown_one_is_a_fault()
    {
        var one = await Guard.Run("scan", Fixtures, "--rules", "sg-stor", "SG-KEY-003", "--format", "csv", "--as-of", Guard.Day);
        Assert.All(one.Output.Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Skip(1), line => Assert.Matches("^SG-(STOR-|KEY-003)", line));
        var unknown = await Guard.Run("scan", Fixtures, "--rules", "SG-NOPE");
        Assert.Equal((2, "--rules: no rule SG-NOPE (guard rules list shows them)"), (unknown.Code, unknown.ComplaintLines[0]));
    }

    [Fact]
    public async Task All_verdicts_are_the_sum_of_the_counts()
    {
        var guard = await Guard.Run("scan", Fixtures, "--all-verdicts", "--format", "json", "--as-of", Guard.Day);
        var report = JsonDocument.Parse(guard.Output).RootElement;
        var counts = report.GetProperty("counts");
        var sum = new[] { "nonCompliant", "compliant", "notApplicable", "insufficientData" }.Sum(name => counts.GetProperty(name).GetInt32());
        Assert.Equal(sum, report.GetProperty("evaluations").GetArrayLength());
    }

    [Fact]
    public async Task A_custom_rule_judges_beside_the_built_in_ones()
    {
        var guard = await Guard.Run("scan", Fixtures, "--rules-dir", Repository.Path("docs", "custom-rules"), "--rules", "ACME-TAG-001", "--format", "csv", "--as-of", Guard.Day);
        Assert.Equal(1, guard.Code);
        Assert.Contains("ACME-TAG-001,Bucket has no owner", guard.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_same_file_twice_is_one_set_of_findings()
    {
        var file = Repository.Path("tests", "fixtures", "aws", "AWS-S3-Bucket", "bad.json");
        var once = await Guard.Run("scan", file, "--format", "csv");
        var twice = await Guard.Run("scan", file, file, "--format", "csv");
        Assert.Equal(once.Output, twice.Output);
    }

    [Fact]
    public async Task A_time_that_is_none_is_a_fault()
    {
        var guard = await Guard.Run("scan", Fixtures, "--as-of", "yesterday");
        Assert.Equal((2, "--as-of: \"yesterday\" is not a time like 2026-01-31T12:00:00Z"), (guard.Code, guard.ComplaintLines[0]));
    }

    [Fact]
    public async Task Docs_are_what_the_rules_say()
    {
        var guard = await Guard.Run("rules", "docs", "--check", "--out", Repository.Path("docs", "rules"), "--cases", Repository.Path("tests", "cases"));
        Assert.Equal((0, string.Empty), (guard.Code, guard.Complaints));
    }

    [Fact]
    public async Task A_changed_page_is_stale()
    {
        using var folder = new Folder();
        await Guard.Run("rules", "docs", "--out", folder.Path, "--cases", Repository.Path("tests", "cases"));
        folder.Write("SG-STOR-001.md", "edited by hand");
        folder.Write("SG-OLD-001.md", "a rule that is gone");
        var guard = await Guard.Run("rules", "docs", "--check", "--out", folder.Path, "--cases", Repository.Path("tests", "cases"));
        Assert.Equal((1, 2), (guard.Code, guard.ComplaintLines.Count));
    }

    private static string Settings()
    {
        var file = Path.Combine(Directory.CreateTempSubdirectory("guard-test-").FullName, "guard.yaml");
        File.WriteAllText(file, "allowedRegions: [eu-west-1, westeurope]\n");
        return file;
    }
}
