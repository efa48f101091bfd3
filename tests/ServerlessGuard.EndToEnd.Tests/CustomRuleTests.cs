using ServerlessGuard.EndToEnd.Tests.Azure;
using ServerlessGuard.Findings;
using ServerlessGuard.Lab.Azure.Seed;
using ServerlessGuard.Testing;

namespace ServerlessGuard.EndToEnd.Tests;

/// <summary>A team's own rules in both hosts, as processes: judged beside the built-in ones, whatever is wrong with another file.</summary>
[Collection(SimulatedAzure.Name)]
public sealed class CustomRuleTests(AzureCloud cloud)
{
    private static readonly (string, string) Wrong = ("wrong.yaml", "id: ACME-TAG-002\nseverity: huge\n");

    [Fact]
    public async Task The_lambda_judges_by_the_teams_rules()
    {
        using var rules = new TeamRules(("owner.yaml", TeamRules.Text("ACME-TAG-001", "AWS::S3::Bucket")), Wrong);
        await using var scene = await Aws.Scene.StartAsync(
            change: settings => settings with { Environment = new Dictionary<string, string>(StringComparer.Ordinal) { ["GUARD_RULES"] = rules.Path } });
        scene.Lab.Do("make bucket public");
        var finding = await scene.UntilAsync("ACME-TAG-001", FindingStatus.Open, "northwind-training-data");
        Assert.Equal("Nobody is named for it", finding.Title);
        await scene.UntilAsync("SG-STOR-001", FindingStatus.Open, "northwind-training-data");
        await scene.IdleAsync();
        var lines = scene.Lab.Functions.SelectMany(function => function.Lines).ToList();
        Assert.Contains(lines, line => line.Contains("a file of custom rules was left out", StringComparison.Ordinal) && line.Contains("wrong.yaml:1: title: missing", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.Contains("\"RuleFilesRefused\":1", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_functions_app_judges_by_the_teams_rules()
    {
        using var rules = new TeamRules(("owner.yaml", TeamRules.Text("ACME-TAG-001", "Microsoft.Storage/storageAccounts")), Wrong);
        await using var world = await AzureWorld.StartAsync(cloud, "observe", more: ("GUARD_RULES", rules.Path));
        Breakage.AllowBlobPublicAccess.Apply(world.Arm);
        await world.SettleAsync();
        Assert.Equal(FindingStatus.Open, (await world.FindingAsync("ACME-TAG-001")).Status);
        Assert.Equal(FindingStatus.Open, (await world.FindingAsync("SG-STOR-003")).Status);
        Assert.Contains(world.Lab.Log.Lines, line => line.Contains("wrong.yaml:1: title: missing", StringComparison.Ordinal));
    }
}
