using System.Text.Json.Nodes;
using ServerlessGuard.Permissions;
using ServerlessGuard.Tests;

namespace ServerlessGuard.Infra.Tests.Aws;

/// <summary>What comes in is from AWS, and what stops going out is heard of.</summary>
public sealed class AlarmTests
{
    private static readonly Stack Everything = Stack.Product([.. Stack.Peer, .. Stack.Chat]);

    [Theory]
    [InlineData("OutboxAgeSeconds")]
    [InlineData("OutboxFederateAgeSeconds")]
    [InlineData("OutboxNotifyAgeSeconds")]
    public void An_outbox_that_stands_still_or_says_nothing_raises_an_alarm(string metric)
    {
        var alarms = Everything.Of("AWS::CloudWatch::Alarm").Select(alarm => alarm.Properties).Where(alarm => alarm["MetricName"]!.GetValue<string>() == metric).ToList();
        var old = Assert.Single(alarms, alarm => alarm["Statistic"]!.GetValue<string>() == "Maximum");
        Assert.Equal(("GreaterThanThreshold", "900"), (old["ComparisonOperator"]!.GetValue<string>(), old["Threshold"]!.ToString()));
        var silent = Assert.Single(alarms, alarm => alarm["Statistic"]!.GetValue<string>() == "SampleCount");
        Assert.Equal(("LessThanThreshold", "breaching"), (silent["ComparisonOperator"]!.GetValue<string>(), silent["TreatMissingData"]!.GetValue<string>()));
    }

    [Fact]
    public void Nobody_is_woken_by_an_outbox_that_does_not_exist() =>
        Assert.DoesNotContain(Stack.Product().Of("AWS::CloudWatch::Alarm"), alarm => alarm.Properties["MetricName"]!.GetValue<string>() is "OutboxFederateAgeSeconds" or "OutboxNotifyAgeSeconds");

    /// <summary>A rule that takes every sender believes whoever may call PutEvents.</summary>
    [Fact]
    public void An_event_that_somebody_in_the_account_made_up_starts_nothing()
    {
        var rules = Everything.Of("AWS::Events::Rule").Select(rule => rule.Properties["EventPattern"]).OfType<JsonObject>().ToList();
        Assert.Equal(3, rules.Count);
        Assert.All(rules, pattern => Assert.All(pattern["source"]!.AsArray(), source => Assert.StartsWith("aws.", source!.GetValue<string>(), StringComparison.Ordinal)));
        var calls = Everything.Resources["CallRule"].Properties["EventPattern"]!;
        Assert.Equal(AwsTriggers.CloudTrail.Keys.Select(AwsTriggers.Sender), calls["source"]!.AsArray().Select(source => source!.GetValue<string>()));
    }

    [Fact]
    public void The_other_regions_forward_what_the_home_region_takes()
    {
        var organisation = CloudFormationYaml.Read(File.ReadAllText(Repository.Path("infra", "aws", "organization.yaml")));
        var forwarder = CloudFormationYaml.Read(organisation["Resources"]!["Forwarder"]!["Properties"]!["TemplateBody"]!.GetValue<string>());
        Assert.Equal(
            AwsTriggers.CloudTrail.Keys.Select(AwsTriggers.Sender).Append("aws.config").Order(StringComparer.Ordinal),
            forwarder["Resources"]!["Rule"]!["Properties"]!["EventPattern"]!["source"]!.AsArray().Select(source => source!.GetValue<string>()));
    }
}
