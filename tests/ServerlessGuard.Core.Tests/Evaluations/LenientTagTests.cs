using System.Text.Json.Nodes;
using ServerlessGuard.Engine;
using ServerlessGuard.Guards;
using ServerlessGuard.Resources;
using ServerlessGuard.Verdicts;
using ServerlessGuard.Yaml;

namespace ServerlessGuard.Tests.Evaluations;

/// <summary>Whoever may tag a resource, which is often anybody in a team, against whoever owns guard.yaml.</summary>
public sealed class LenientTagTests
{
    private const string Bucket = "aws/AWS-S3-Bucket/bad.json";
    private const string Account = "azure/Microsoft.Storage-storageAccounts/bad.json";
    private const string Key = "aws/AWS-KMS-Key/bad.json";

    /// <summary>Each of these made findings milder, or kept the resource as it was, whatever the value.</summary>
    [Theory]
    [InlineData(Bucket, "guard-never-touch", "")]
    [InlineData(Account, "guard-never-touch", "")]
    [InlineData(Bucket, "leave", "remediation: {neverTouchTags: [leave]}")]
    [InlineData(Account, "leave", "remediation: {neverTouchTags: {leave: [payments-team]}}")]
    [InlineData(Bucket, "environment", "severityOverrides: [{tag: environment, change: lower}]")]
    [InlineData(Account, "environment", "severityOverrides: [{tag: environment, change: lower}]")]
    public void A_strangers_tag_lowers_and_spares_nothing_and_is_a_finding(string fixture, string tag, string yaml)
    {
        var settings = Settings(yaml);
        var plain = OneScan.Of(settings, Repository.Fixture(fixture));
        var tagged = Tagged(fixture, tag, "x");
        var result = OneScan.Of(settings, tagged);
        Assert.Equal(
            plain.NonCompliant.Select(evaluation => (evaluation.Rule.Id, evaluation.Severity)).Order(),
            result.NonCompliant.Where(evaluation => evaluation.Rule.Id != "SG-GOV-003").Select(evaluation => (evaluation.Rule.Id, evaluation.Severity)).Order());
        Assert.False(NeverTouched.Is(Resource(tagged), settings));
        var verdict = result.Verdict("SG-GOV-003");
        Assert.Equal(Compliance.NonCompliant, verdict.Compliance);
        Assert.Equal("tags." + tag, Assert.Single(verdict.Evidence).Path);
    }

    [Theory]
    [InlineData("")]
    [InlineData("approvedDeletionTag: approved-deletion")]
    [InlineData("approvedDeletionTag: {approved-deletion: [CHG-1042]}")]
    public void A_strangers_tag_approves_no_deletion_of_a_key(string yaml)
    {
        var doomed = JsonNode.Parse(Tagged(Key, "approved-deletion", "x"))!;
        doomed["configuration"]!["keyState"] = "PendingDeletion";
        var result = OneScan.Of(Settings(yaml), doomed.ToJsonString());
        Assert.Equal(Compliance.NonCompliant, result.Verdict("SG-KEY-003").Compliance);
        Assert.Equal(Compliance.NonCompliant, result.Verdict("SG-GOV-003").Compliance);
    }

    [Theory]
    [InlineData("remediation: {neverTouchTags: {guard-never-touch: [Payments-Team]}}")]
    [InlineData("trustAnyTagValue: true")]
    public void A_listed_value_spares_and_is_no_finding(string yaml)
    {
        var tagged = Tagged(Bucket, "guard-never-touch", "payments-team");
        Assert.True(NeverTouched.Is(Resource(tagged), Settings(yaml)));
        Assert.Equal(Compliance.Compliant, OneScan.Of(Settings(yaml), tagged).Verdict("SG-GOV-003").Compliance);
    }

    [Fact]
    public void A_listed_value_lowers_and_an_unlisted_one_beside_it_does_not()
    {
        var settings = Settings("severityOverrides: [{tag: environment, values: [sandbox], change: lower}]\ntrustAnyTagValue: true");
        var plain = OneScan.Of(settings, Tagged(Bucket, "environment", "test")).NonCompliant.Max(evaluation => evaluation.Severity);
        Assert.True(OneScan.Of(settings, Tagged(Bucket, "environment", "sandbox")).NonCompliant.Max(evaluation => evaluation.Severity) < plain);
    }

    [Theory]
    [InlineData("approvedDeletionTag: {}")]
    [InlineData("approvedDeletionTag: {a: [x], b: [y]}")]
    [InlineData("approvedDeletionTag: [a, b]")]
    [InlineData("trustAnyTagValue: sometimes")]
    [InlineData("remediation: {neverTouchTags: {a: [{b: c}]}}")]
    public void What_is_no_list_of_values_is_a_fault(string yaml) => Assert.NotEmpty(SettingsFile.Read("guard.yaml", yaml).Faults);

    /// <summary>What was lax still reads, does nothing any more, and says so.</summary>
    [Theory]
    [InlineData("remediation: {neverTouchTags: [guard-never-touch, leave]}", "remediation.neverTouchTags: guard-never-touch has no effect", "remediation.neverTouchTags: leave has no effect")]
    [InlineData("remediation: {neverTouchTags: {leave: []}}", "remediation.neverTouchTags: leave has no effect")]
    [InlineData("severityOverrides: [{tag: experiment, change: lower}, {tag: experiment, change: raise}]", "severityOverrides: experiment has no effect")]
    [InlineData("approvedDeletionTag: change-approved", "approvedDeletionTag: change-approved has no effect")]
    [InlineData("{trustAnyTagValue: true, remediation: {neverTouchTags: [leave]}}", "trustAnyTagValue: anyone who may tag a resource")]
    [InlineData("{remediation: {neverTouchTags: {leave: [a]}}, approvedDeletionTag: {x: [y]}, severityOverrides: [{tag: e, values: [s], change: lower}]}")]
    [InlineData("")]
    public void A_guard_yaml_that_was_lax_is_told_so(string yaml, params string[] begins)
    {
        var warnings = SettingsWarnings.Of(Settings(yaml)).ToList();
        Assert.Equal(begins.Length, warnings.Count);
        Assert.All(begins.Zip(warnings), pair => Assert.StartsWith(pair.First, pair.Second, StringComparison.Ordinal));
    }

    private static GuardSettings Settings(string yaml)
    {
        var (settings, faults) = SettingsFile.Read("guard.yaml", yaml);
        Assert.Empty(faults);
        return settings;
    }

    private static string Tagged(string fixture, string tag, string value)
    {
        var item = JsonNode.Parse(Repository.Fixture(fixture))!;
        item["tags"] = new JsonObject { [tag] = value };
        return item.ToJsonString();
    }

    private static Resource Resource(string record) => OneScan.Read(record).OfType<Reading.Found>().First().Resource;
}
