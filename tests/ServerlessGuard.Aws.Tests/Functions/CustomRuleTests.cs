using ServerlessGuard.Findings;
using ServerlessGuard.Testing;

namespace ServerlessGuard.Aws.Tests.Functions;

/// <summary>A team's own rules judge in the Lambda as they do in <c>guard scan</c>.</summary>
public sealed class CustomRuleTests
{
    [Fact]
    public async Task A_rule_of_the_team_is_judged_beside_the_built_in_ones()
    {
        using var rules = new TeamRules(("owner.yaml", TeamRules.Text("ACME-TAG-001", "AWS::S3::Bucket")));
        var scan = new Host("scan", environment: [("GUARD_RULES", rules.Path)]);
        await scan.InvokeAsync(Samples.ConfigRule(Samples.Bucket()));
        var open = await scan.FindingsAsync(FindingStatus.Open);
        var own = Assert.Single(open, finding => finding.RuleId == "ACME-TAG-001");
        Assert.Equal(("Nobody is named for it", "arn:aws:s3:::northwind-exports"), (own.Title, own.Resource.Id));
        Assert.Contains(open, finding => finding.RuleId == "SG-STOR-001");
        Assert.Equal(0, scan.Metric("RuleFilesRefused"));
    }

    [Fact]
    public async Task A_file_that_cannot_be_read_costs_itself_only_and_every_invocation_says_so()
    {
        using var rules = new TeamRules(("owner.yaml", TeamRules.Text("ACME-TAG-001", "AWS::S3::Bucket")), ("wrong.yaml", "id: ACME-TAG-002\nseverity: huge\n"));
        var scan = new Host("scan", environment: [("GUARD_RULES", rules.Path)]);
        await scan.InvokeAsync(Samples.ConfigRule(Samples.Bucket()));
        await scan.InvokeAsync(Samples.ConfigRule(Samples.Bucket("another")));
        var open = (await scan.FindingsAsync(FindingStatus.Open)).Select(finding => finding.RuleId).ToHashSet(StringComparer.Ordinal);
        Assert.Contains("ACME-TAG-001", open);
        Assert.Contains("SG-STOR-001", open);
        Assert.Equal(2, scan.Metric("RuleFilesRefused"));
    }

    [Fact]
    public async Task The_sweep_lists_the_types_of_the_teams_rules_too()
    {
        using var rules = new TeamRules(("topic.yaml", TeamRules.Text("ACME-SNS-001", "AWS::SNS::Topic")));
        var scan = new Host("scan", new StubApi().On("SelectResourceConfig", "{\"Results\":[]}"), environment: [("GUARD_RULES", rules.Path)]);
        Assert.Empty(await scan.BatchAsync("{\"guard\":\"sweep\"}"));
        Assert.Contains(scan.Api.Bodies("SelectResourceConfig"), body => ((string)body["Expression"]!).Contains("'AWS::SNS::Topic'", StringComparison.Ordinal));
    }
}
