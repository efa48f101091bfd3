using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ServerlessGuard.Cli.Frameworks;
using ServerlessGuard.Guides;
using ServerlessGuard.Rules;
using ServerlessGuard.Tests;

namespace ServerlessGuard.Cli.Tests;

/// <summary><c>guard compliance</c>, <c>guard rules coverage</c> and the format of Security Hub.</summary>
public sealed partial class ComplianceTests
{
    private const string Hostile = "=cmd|'/c calc'!A0<script>alert(1)</script>\u202E\u001b[31m";

    private static readonly string Fixtures = Repository.Path("tests", "fixtures");

    public static TheoryData<string> Names => [.. Framework.Names];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_control_without_a_verdict_is_never_passed(string framework)
    {
        var report = await Report(framework, Fixtures);
        var controls = report["controls"]!.AsArray();
        Assert.NotEmpty(controls);
        foreach (var (id, result) in Results(controls))
        {
            var state = (string?)result["state"];
            var (passed, failed, rules) = ((int)result["passed"]!, (int)result["failed"]!, result["rules"]!.AsArray().Count);
            Assert.True(state == (failed > 0 ? "failed" : passed > 0 ? "passed" : "not assessed"), $"{id}: {state}");
            Assert.True(rules > 0 || state == "not assessed", id);
            Assert.Equal(state == "not assessed", result["why"] is not null);
            Assert.Equal(Math.Min(failed, ControlResult.MostShown), result["findings"]!.AsArray().Count);
        }
    }

    [Fact]
    public async Task Data_that_is_missing_is_not_a_pass()
    {
        using var folder = new Folder();
        var file = folder.Write("bucket.json", """{"resourceType":"AWS::S3::Bucket","resourceId":"b","awsAccountId":"111122223333","awsRegion":"eu-west-1","ARN":"arn:aws:s3:::b","configurationItemStatus":"OK","configuration":{"name":"b"}}""");
        var report = await Report("aws-fsbp", file);
        var control = report["controls"]!.AsArray().Single(one => (string?)one!["id"] == "S3.2")!;
        Assert.Equal("not assessed", (string?)control["AWS"]!["state"]);
        Assert.NotEqual(0, (int)control["AWS"]!["undecided"]!);
        Assert.Equal("data is missing", (string?)control["AWS"]!["why"]);
    }

    [Fact]
    public async Task A_framework_of_one_cloud_says_nothing_of_the_other()
    {
        var report = await Report("cis-aws-6.0", Repository.Path("tests", "fixtures", "azure"));
        Assert.All(report["controls"]!.AsArray(), control => Assert.Null(control!["Azure"]));
        Assert.All(Results(report["controls"]!.AsArray()), one => Assert.Equal("not assessed", (string?)one.Result["state"]));
    }

    [Fact]
    public async Task Both_clouds_stand_side_by_side()
    {
        var report = await Report("nist-800-53-r5", Fixtures);
        var control = report["controls"]!.AsArray().Single(one => (string?)one!["id"] == "AC-3")!;
        Assert.Equal("failed", (string?)control["AWS"]!["state"]);
        Assert.Equal("failed", (string?)control["Azure"]!["state"]);
        Assert.NotEqual((string?)control["AWS"]!["findings"]![0]!["resource"], (string?)control["Azure"]!["findings"]![0]!["resource"]);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_control_that_a_rule_maps_to_is_in_the_report(string framework)
    {
        var rules = RuleCatalog.BuiltIn.All.Select(rule => rule.Descriptor).ToList();
        var results = new ControlResults(Framework.Read(framework), rules, DateTimeOffset.UnixEpoch, knowsPasses: true);
        var mapped = rules.SelectMany(rule => RuleGuides.Of(rule).Controls).Where(one => one.StartsWith(framework + "/", StringComparison.Ordinal))
            .Select(one => one[(framework.Length + 1)..]).ToHashSet(StringComparer.Ordinal);
        Assert.Superset(mapped, results.Controls.Select(control => control.Id).ToHashSet(StringComparer.Ordinal));
        Assert.True(framework != "aws-fsbp" || Place("EC2.2") < Place("EC2.13"));
        Assert.True(framework != "nist-800-53-r5" || (Place("AC-2") < Place("AC-2(1)") && Place("AC-2(1)") < Place("AC-10")));
        int Place(string id) => results.Controls.Select(control => control.Id).ToList().IndexOf(id);
        Assert.Equal(results.Controls.Count, results.Controls.DistinctBy(control => control.Id).Count());
    }

    [Fact]
    public void A_list_is_dated_and_says_what_it_lacks()
    {
        foreach (var framework in Framework.Names.Select(Framework.Read))
        {
            Assert.Matches("^20[0-9]{2}-[0-9]{2}-[0-9]{2}$", framework.AsOf);
            Assert.NotEmpty(framework.Source);
            Assert.True(framework.Missing is null ? framework.Listed.All(control => control.Title.Length > 0) : framework.Missing.Length > 0);
        }

        Assert.Equal(63, Framework.Read("cis-aws-6.0").Listed.Count);
    }

    [Theory]
    [InlineData("csv")]
    [InlineData("html")]
    [InlineData("table")]
    [InlineData("oscal")]
    public async Task Hostile_names_stay_text(string format)
    {
        using var folder = new Folder();
        var file = folder.Write("item.json", Repository.Fixture("aws/AWS-S3-Bucket/bad.json")
            .Replace("\"ARN\": \"arn:aws:s3:::", $"\"ARN\": \"{JsonEncodedText.Encode(Hostile)}", StringComparison.Ordinal));
        var guard = await Guard.Run("compliance", file, "--framework", "aws-fsbp", "--format", format, "--as-of", Guard.Day);
        Assert.Equal(0, guard.Code);
        Assert.Contains("alert(1)", guard.Output, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', guard.Output);
        Assert.DoesNotContain('\u202E', guard.Output);
        if (format is "csv")
        {
            Assert.DoesNotMatch("(^|,)\"?=", guard.Output);
        }

        if (format is "html")
        {
            Assert.DoesNotContain("<script", guard.Output, StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Oscal_names_only_what_was_assessed(string framework)
    {
        var guard = await Guard.Run("compliance", Fixtures, "--framework", framework, "--format", "oscal", "--as-of", Guard.Day);
        var results = JsonNode.Parse(guard.Output)!["assessment-results"]!;
        Assert.Equal("1.1.2", (string?)results["metadata"]!["oscal-version"]);
        var result = results["results"]![0]!;
        var observations = result["observations"]!.AsArray().Select(one => (string?)one!["uuid"]).ToHashSet();
        var controls = result["reviewed-controls"]!["control-selections"]![0]!["include-controls"]!.AsArray().Select(one => (string)one!["control-id"]!).ToHashSet();
        Assert.All(controls, control => Assert.Matches(@"^[\p{L}_][\p{L}\p{N}.\-_]*$", control));
        foreach (var finding in result["findings"]!.AsArray())
        {
            Assert.Contains((string?)finding!["related-observations"]![0]!["observation-uuid"], observations);
            Assert.Contains((string)finding["target"]!["target-id"]!, controls);
            Assert.Contains((string?)finding["target"]!["status"]!["state"], (string[])["satisfied", "not-satisfied"]);
        }

        foreach (Match uuid in Uuid().Matches(guard.Output))
        {
            Assert.Matches("^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$", uuid.Groups[1].Value);
        }
    }

    [Fact]
    public async Task A_table_says_what_failed_and_never_that_something_passed()
    {
        using var folder = new Folder();
        var table = "sqlite:" + Path.Combine(folder.Path, "findings.db");
        await Guard.Run("scan", Repository.Path("tests", "fixtures", "aws", "AWS-S3-Bucket"), "--table", table, "--as-of", Guard.Day);
        var guard = await Guard.Run("compliance", "--table", table, "--framework", "aws-fsbp", "--format", "json");
        Assert.Equal(0, guard.Code);
        var states = Results(JsonNode.Parse(guard.Output)!["controls"]!.AsArray()).Select(one => (string?)one.Result["state"]).ToHashSet();
        Assert.Contains("failed", states);
        Assert.DoesNotContain("passed", states);
    }

    [Fact]
    public async Task Files_and_a_table_together_are_refused()
    {
        Assert.Equal(2, (await Guard.Run("compliance", "--framework", "attack")).Code);
        Assert.Equal(2, (await Guard.Run("compliance", Fixtures, "--table", "sqlite:x.db", "--framework", "attack")).Code);
    }

    [Fact]
    public async Task Coverage_lists_types_without_a_reader_and_facts_that_nobody_saw()
    {
        using var folder = new Folder();
        var strange = """{"resourceType":"AWS::Chimera::Lair","resourceId":"x","awsAccountId":"111122223333","awsRegion":"eu-west-1","configurationItemStatus":"OK","configuration":{}}""";
        var bucket = """{"resourceType":"AWS::S3::Bucket","resourceId":"b","awsAccountId":"111122223333","awsRegion":"eu-west-1","ARN":"arn:aws:s3:::b","configurationItemStatus":"OK","configuration":{"name":"b"}}""";
        var file = folder.Write("items.jsonl", $"{strange}\n{bucket}\n");
        var coverage = JsonNode.Parse((await Guard.Run("rules", "coverage", file, "--format", "json")).Output)!;
        Assert.Equal("AWS::Chimera::Lair", (string?)Assert.Single(coverage["unreadTypes"]!.AsArray())!["type"]);
        Assert.Contains(coverage["missingFacts"]!.AsArray(), fact => (string?)fact!["rule"] == "SG-STOR-001" && (int)fact["missing"]! == 1);
        var table = await Guard.Run("rules", "coverage", file);
        Assert.Contains("AWS::Chimera::Lair", table.Output, StringComparison.Ordinal);
        Assert.Equal(0, table.Code);
    }

    [Fact]
    public async Task Security_hub_gets_what_its_limits_allow()
    {
        var guard = await Guard.Run("scan", Fixtures, "--format", "asff", "--all-verdicts", "--as-of", Guard.Day);
        var findings = JsonNode.Parse(guard.Output)!.AsArray();
        Assert.NotEmpty(findings);
        Assert.Contains("only what belongs to an AWS account", guard.Complaints, StringComparison.Ordinal);
        foreach (var finding in findings)
        {
            Assert.Equal("2018-10-08", (string?)finding!["SchemaVersion"]);
            Assert.Matches("^[0-9]{12}$", (string)finding["AwsAccountId"]!);
            Assert.Matches("^arn:aws[a-z-]*:securityhub:[a-z0-9-]+:[0-9]{12}:product/[0-9]{12}/default$", (string)finding["ProductArn"]!);
            Assert.InRange(((string)finding["Title"]!).Length, 1, 256);
            Assert.InRange(((string)finding["Description"]!).Length, 1, 1024);
            Assert.InRange(((string?)finding["Remediation"]?["Recommendation"]?["Text"])?.Length ?? 1, 1, 512);
            Assert.InRange(((string)finding["Resources"]![0]!["Id"]!).Length, 1, 512);
            Assert.InRange(finding["Compliance"]!["RelatedRequirements"]!.AsArray().Count, 0, 32);
            Assert.Contains((string?)finding["Compliance"]!["Status"], (string[])["PASSED", "FAILED", "WARNING", "NOT_AVAILABLE"]);
            Assert.Contains((string?)finding["Severity"]!["Label"], (string[])["INFORMATIONAL", "LOW", "MEDIUM", "HIGH", "CRITICAL"]);
        }
    }

    private static async Task<JsonNode> Report(string framework, string input)
    {
        var guard = await Guard.Run("compliance", input, "--framework", framework, "--format", "json", "--as-of", Guard.Day);
        Assert.Equal(0, guard.Code);
        return JsonNode.Parse(guard.Output)!;
    }

    private static IEnumerable<(string Id, JsonNode Result)> Results(JsonArray controls) =>
        controls.SelectMany(control => new[] { "AWS", "Azure" }.Where(cloud => control![cloud] is not null)
            .Select(cloud => ($"{control!["id"]} in {cloud}", control[cloud]!)));

    [GeneratedRegex("uuid\": \"([^\"]+)\"")]
    private static partial Regex Uuid();
}
