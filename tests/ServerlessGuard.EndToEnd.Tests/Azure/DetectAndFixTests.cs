using System.Text.Json.Nodes;
using ServerlessGuard.Findings;
using ServerlessGuard.Lab.Azure.Seed;
using ServerlessGuard.Simulators.Azure.EventGrid;
using ServerlessGuard.Simulators.Azure.Subscription;

namespace ServerlessGuard.EndToEnd.Tests.Azure;

/// <summary>From a change to its end, through the real executable: what a person does, what is found, what is fixed and what is told about it.</summary>
[Collection(SimulatedAzure.Name)]
public sealed class DetectAndFixTests(AzureCloud cloud)
{
    [Theory]
    [InlineData(EventSchema.EventGrid)]
    [InlineData(EventSchema.CloudEvents)]
    public async Task A_change_is_found_fixed_and_seen_to_be_fixed(EventSchema schema)
    {
        await using var world = await AzureWorld.StartAsync(cloud, events: new EventGridOptions { Schema = schema });
        Breakage.AllowBlobPublicAccess.Apply(world.Arm);
        await world.SettleAsync();

        var finding = await world.FindingAsync("SG-STOR-003");
        Assert.Equal(FindingStatus.Resolved, finding.Status);
        Assert.Equal(SeedSubscription.Storage, finding.Resource.Id, ignoreCase: true);
        Assert.Equal(DetectedBy.Change, finding.DetectedBy);
        Assert.Contains("mallory", finding.Actor, StringComparison.OrdinalIgnoreCase);
        var fix = Assert.Single(world.Fixes);
        Assert.Equal(LabIdentity.Fixer.Name, fix.Caller);
        Assert.False(world.Arm.Store.Find(SeedSubscription.Storage)!["properties"]!["allowBlobPublicAccess"]!.GetValue<bool>());

        // Whichever was recorded first, the timeline has the fix before what it resolved.
        var story = (await world.TimelineAsync()).Where(step => step.RuleId == "SG-STOR-003").Select(step => step.Step).ToList();
        Assert.Equal([FindingStep.Opened, FindingStep.Applying, FindingStep.Fixed, FindingStep.Resolved], story);
        Assert.All(
            world.Arm.Calls.Where(call => call.Caller == LabIdentity.Reader.Name),
            call => Assert.True(call.Method == "GET" || call.Method == "POST", $"the reader tried {call.Method} {call.Path}"));
        Assert.Empty(world.Lab.Topic.DeadLetters);
    }

    [Fact]
    public async Task Observing_finds_every_mistake_and_writes_nothing()
    {
        await using var world = await AzureWorld.StartAsync(cloud, mode: "observe");
        foreach (var breakage in Breakage.All)
        {
            breakage.Apply(world.Arm);
        }

        await world.SettleAsync();
        var open = (await world.FindingsAsync()).Where(finding => finding.Status is FindingStatus.Open).Select(finding => finding.RuleId).ToHashSet(StringComparer.Ordinal);
        Assert.Superset(Breakage.All.Select(breakage => breakage.RuleId).ToHashSet(StringComparer.Ordinal), open);
        Assert.Empty(world.Fixes);
        Assert.DoesNotContain(world.Arm.Calls, call => call.Caller == LabIdentity.Fixer.Name && call.Method is not "GET");
        Assert.Empty(await world.RowsAsync("o:remediate"));
    }

    [Fact]
    public async Task The_seed_itself_breaks_no_rule()
    {
        await using var world = await AzureWorld.StartAsync(cloud);
        foreach (var document in world.Arm.Store.All)
        {
            var id = (string)document["id"]!;
            if (id.Contains("/providers/", StringComparison.OrdinalIgnoreCase))
            {
                world.Lab.Publish(AzureWorld.Event(id, (string)document["type"]! + "/write"));
            }
        }

        await world.SettleAsync();
        Assert.Empty(await world.FindingsAsync());
        Assert.Empty(world.Fixes);
        Assert.Empty(world.Lab.Topic.DeadLetters);
    }

    [Fact]
    public async Task What_an_event_did_not_tell_the_sweep_finds()
    {
        await using var world = await AzureWorld.StartAsync(cloud);
        world.Lab.Lose = change => change.Request.Caller.IsPerson;
        Breakage.AllowBlobPublicAccess.Apply(world.Arm);
        await world.SettleAsync();
        Assert.Empty(await world.FindingsAsync());

        var outcome = await world.Lab.Host.RunTimerAsync("sweep", default);
        Assert.True(outcome.Succeeded, outcome.Fault + "\n" + world.Story());
        await world.SettleAsync();
        var finding = await world.FindingAsync("SG-STOR-003");
        Assert.Equal(DetectedBy.Sweep, finding.DetectedBy);
        Assert.Equal(FindingStatus.Resolved, finding.Status);
        Assert.Single(world.Fixes);
    }

    [Fact]
    public async Task Azure_Policy_may_be_the_first_to_notice()
    {
        await using var world = await AzureWorld.StartAsync(cloud);
        world.Lab.Lose = change => change.Request.Caller.IsPerson;
        Breakage.AllowBlobPublicAccess.Apply(world.Arm);
        world.Lab.Publish(ArmEvents.Envelope(
            EventSchema.EventGrid,
            "Microsoft.PolicyInsights.PolicyStateChanged",
            "/subscriptions/" + SeedSubscription.Subscription,
            SeedSubscription.Storage,
            DateTimeOffset.UtcNow,
            Guid.NewGuid().ToString(),
            new JsonObject
            {
                ["timestamp"] = DateTimeOffset.UtcNow.UtcDateTime.ToString("O"),
                ["policyAssignmentId"] = "/subscriptions/" + SeedSubscription.Subscription + "/providers/Microsoft.Authorization/policyAssignments/blobs",
                ["policyDefinitionId"] = "/providers/Microsoft.Authorization/policyDefinitions/4fa4b6c0-31ca-4c0d-b10d-24b96f62a751",
                ["policyDefinitionReferenceId"] = "",
                ["complianceState"] = "NonCompliant",
                ["subscriptionId"] = SeedSubscription.Subscription,
                ["complianceReasonCode"] = "",
            }));
        await world.SettleAsync();
        Assert.Equal(FindingStatus.Resolved, (await world.FindingAsync("SG-STOR-003")).Status);
    }
}
