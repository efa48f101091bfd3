using ServerlessGuard.Findings;
using ServerlessGuard.Lab.Azure.Seed;
using ServerlessGuard.Simulators.Azure.EventGrid;

namespace ServerlessGuard.EndToEnd.Tests.Azure;

/// <summary>Event Grid delivers at least once and in no order; the outcome is the same.</summary>
[Collection(SimulatedAzure.Name)]
public sealed class DisorderTests(AzureCloud cloud)
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Duplicates_in_any_order_change_nothing(int seed)
    {
        var reference = await RunAsync(new EventGridOptions());
        var shuffled = await RunAsync(new EventGridOptions { Copies = 4, ShuffleSeed = seed, MaxBatch = 3 });
        Assert.Equal(reference.Findings, shuffled.Findings);
        Assert.Equal(reference.Fixes, shuffled.Fixes);
    }

    [Fact]
    public async Task An_old_event_that_comes_late_reopens_nothing()
    {
        await using var world = await AzureWorld.StartAsync(cloud);
        Breakage.AllowBlobPublicAccess.Apply(world.Arm);
        await world.SettleAsync();
        Assert.Equal(FindingStatus.Resolved, (await world.FindingAsync("SG-STOR-003")).Status);
        var steps = (await world.TimelineAsync()).Count;

        var late = AzureWorld.Event(
            SeedSubscription.Storage, "Microsoft.Storage/storageAccounts/write", told => told["eventTime"] = DateTimeOffset.UtcNow.AddHours(-1).UtcDateTime.ToString("O"));
        world.Lab.Publish(late);
        await world.SettleAsync();
        Assert.Equal(FindingStatus.Resolved, (await world.FindingAsync("SG-STOR-003")).Status);
        Assert.Equal(steps, (await world.TimelineAsync()).Count);
        Assert.Single(world.Fixes);
    }

    private async Task<(string Findings, int Fixes)> RunAsync(EventGridOptions events)
    {
        await using var world = await AzureWorld.StartAsync(cloud, events: events);
        Breakage.AllowBlobPublicAccess.Apply(world.Arm);
        Breakage.WildcardSubject.Apply(world.Arm);
        Breakage.LocalAuth.Apply(world.Arm);
        await world.SettleAsync();
        Assert.Empty(world.Lab.Topic.DeadLetters);
        var findings = (await world.FindingsAsync()).Select(finding => $"{finding.RuleId} {finding.Status} {finding.Severity} {finding.Resource.Id.ToLowerInvariant()}");
        return (string.Join('\n', findings), world.Fixes.Count);
    }
}
