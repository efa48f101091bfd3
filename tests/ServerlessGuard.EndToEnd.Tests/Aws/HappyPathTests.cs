using System.Text.Json.Nodes;
using ServerlessGuard.Findings;
using ServerlessGuard.Lab.Aws.Story;
using ServerlessGuard.Simulators.Aws.Account;

namespace ServerlessGuard.EndToEnd.Tests.Aws;

/// <summary>From a change in the simulated account to a closed finding, through the published host.</summary>
public sealed class HappyPathTests
{
    [Fact]
    public async Task A_public_bucket_is_found_recorded_answered_fixed_and_closed_by_the_next_event()
    {
        await using var scene = await Scene.StartAsync("enforce");

        scene.Lab.Do("make bucket public");
        var finding = await scene.UntilAsync("SG-STOR-001", FindingStatus.Resolved, "northwind-training-data");
        await scene.IdleAsync();
        finding = (await scene.FindingAsync("SG-STOR-001", "northwind-training-data"))!;

        Assert.Equal(["Opened", "Applying", "Fixed", "Resolved"], FindingEvent.InOrder(await scene.StoryAsync(finding)).Select(step => step.Step.ToString()));
        Assert.Equal(TreatmentState.Fixed, finding.Treatment!.State);
        Assert.Single(finding.Treatment.Fixes);

        // One call, and what it did is there.
        var write = Assert.Single(scene.Lab.Account.Writes);
        Assert.Equal("s3:PutPublicAccessBlock", $"{write.Service}:{write.Operation}");
        var block = ConfigItem.Supplementary(scene.Lab.Account.Find("AWS::S3::Bucket", "northwind-training-data")!)["PublicAccessBlockConfiguration"]!.AsObject();
        Assert.All(block, flag => Assert.True(flag.Value!.GetValue<bool>()));

        // Config was told of both, with the items' own times.
        var answers = scene.Lab.Config.History.Where(answer => answer.ResourceId == "northwind-training-data").ToList();
        Assert.Equal(["NON_COMPLIANT", "COMPLIANT"], answers.Select(answer => answer.Compliance));
        Assert.Contains("SG-STOR-001", answers[0].Annotation, StringComparison.Ordinal);
        var captures = scene.Lab.Account.History("AWS::S3::Bucket", "northwind-training-data");
        Assert.Equal(ConfigItem.CapturedAt(captures[0]), SimulatedAccount.Iso(answers[1].OrderedAt));

        // Each stage is later than the one before.
        var stages = finding.Stages;
        DateTimeOffset?[] times = [stages.Captured, stages.Delivered, stages.Evaluated, stages.Recorded];
        Assert.Equal(times.Order(), times);
        Assert.InRange(stages.Remediated!.Value, write.At, finding.Stages.Recorded!.Value.AddSeconds(30));
        Assert.Equal(0, scene.Lab.DeadLetters.Count);
    }

    [Fact]
    public async Task Through_EventBridge_and_the_queue_the_same_happens()
    {
        await using var scene = await Scene.StartAsync("enforce", settings => settings with { CustomRule = false, EventBridge = true });

        scene.Lab.Do("stop key rotation");
        scene.Lab.Do("open security group");
        var key = await scene.UntilAsync("SG-KEY-002", FindingStatus.Resolved);
        var group = await scene.UntilAsync("SG-NET-001", FindingStatus.Resolved);
        await scene.IdleAsync();

        Assert.Equal(["RevokeSecurityGroupIngress", "EnableKeyRotation"], scene.Lab.Account.Writes.Select(write => write.Operation).OrderDescending());
        Assert.Empty(scene.Lab.Config.Evaluations);
        var open = ConfigItem.Configuration(scene.Lab.Account.Find("AWS::EC2::SecurityGroup", group.Resource.Id)!)["ipPermissions"]!.AsArray();
        Assert.DoesNotContain(open, permission => (int?)permission!["fromPort"] == 22 && permission["ipRanges"]!.AsArray().Any(range => (string?)range == "0.0.0.0/0"));
        Assert.Contains(open, permission => (int?)permission!["fromPort"] == 443);
        Assert.Equal(DetectedBy.Change, key.DetectedBy);
    }

    [Fact]
    public async Task In_observe_mode_every_mistake_of_the_story_is_found_and_nothing_is_changed()
    {
        await using var scene = await Scene.StartAsync("observe");

        foreach (var verb in LabStory.Verbs.Where(verb => verb.Name is not "stop key rotation" and not "open account boundary"))
        {
            scene.Lab.Do(verb.Name);
        }

        await scene.IdleAsync();
        var open = (await scene.FindingsAsync()).Where(finding => finding.Status is FindingStatus.Open).Select(finding => finding.RuleId).ToHashSet(StringComparer.Ordinal);
        Assert.All(LabStory.Verbs.Where(verb => verb.Name is not "stop key rotation"), verb => Assert.Contains(verb.Rule, open));
        Assert.Empty(scene.Lab.Account.Writes);
        Assert.All(await scene.FindingsAsync(), finding => Assert.Null(finding.Treatment));
        Assert.Equal(0, scene.Lab.Remediate.Started);
        Assert.Equal(0, scene.Lab.DeadLetters.Count);
    }

    [Fact]
    public async Task On_a_good_day_the_story_has_no_finding()
    {
        await using var scene = await Scene.StartAsync("observe");

        foreach (var item in scene.Lab.Account.Items)
        {
            scene.Lab.Announce(new ItemChange(item, null, "seed", DateTimeOffset.Parse(ConfigItem.CapturedAt(item))));
        }

        await scene.IdleAsync();
        Assert.Empty((await scene.FindingsAsync()).Select(finding => $"{finding.RuleId} {finding.Resource.Id} {finding.Reason}"));
        Assert.DoesNotContain(scene.Lab.Config.Evaluations, evaluation => evaluation.Compliance == "NON_COMPLIANT");
        Assert.Contains(scene.Lab.Config.Evaluations, evaluation => evaluation.Compliance == "COMPLIANT");
    }

    [Fact]
    public async Task In_propose_mode_the_plan_is_there_and_not_carried_out()
    {
        await using var scene = await Scene.StartAsync("propose");

        scene.Lab.Do("stop key rotation");
        await scene.UntilAsync("SG-KEY-002", FindingStatus.Open);
        await Eventually.IsAsync(async () => (await scene.FindingAsync("SG-KEY-002"))!.Treatment is not null, "the plan is recorded");

        var treatment = (await scene.FindingAsync("SG-KEY-002"))!.Treatment!;
        Assert.Equal(TreatmentState.Proposed, treatment.State);
        Assert.False((bool?)JsonNode.Parse(treatment.Plan!.Before)!["rotates"]);
        Assert.True((bool?)JsonNode.Parse(treatment.Plan.After)!["rotates"]);
        Assert.Empty(scene.Lab.Account.Writes);
    }
}
