using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using ServerlessGuard.Findings;
using ServerlessGuard.Lab.Azure.Seed;
using ServerlessGuard.Simulators.Azure.Functions;

namespace ServerlessGuard.EndToEnd.Tests.Azure;

/// <summary>Events are written by whoever can write to the subscription, and by whoever has the key: what they name is never trusted.</summary>
[Collection(SimulatedAzure.Name)]
public sealed class HostileEventTests(AzureCloud cloud)
{
    private const string Subscription = "/subscriptions/" + SeedSubscription.Subscription;
    private const string Operation = "Microsoft.Storage/storageAccounts/write";

    private static readonly string[] Subjects =
    [
        Subscription + "/resourceGroups/../../22222222-2222-3333-4444-555555555555/resourceGroups/x/providers/Microsoft.Storage/storageAccounts/y",
        Subscription + "/resourceGroups/ml-prod/providers/Microsoft.Storage/storageAccounts/..",
        Subscription + "/resourceGroups/ml-prod/providers/Microsoft.Storage/storageAccounts/%2e%2e%2f%2e%2e",
        Subscription + "/resourceGroups/ml-prod/providers/Microsoft.Storage/storageAccounts/x?api-version=1&x=y",
        Subscription + "/resourceGroups/ml-prod/providers/Microsoft.Storage/storageAccounts/x#y",
        Subscription + "/resourceGroups/ml-prod/providers/Microsoft.Storage/storageAccounts/x' or PartitionKey ne '",
        Subscription + "/resourceGroups/ml-prod/providers/Microsoft.Storage/storageAccounts/x\r\nHost: evil.example",
        Subscription + "/resourceGroups/ml-prod/providers/Microsoft.Storage/storageAccounts/x\0y",
        "http://169.254.169.254/metadata/identity/oauth2/token",
        "//evil.example/subscriptions/" + SeedSubscription.Subscription + "/resourceGroups/ml-prod/providers/Microsoft.Storage/storageAccounts/x",
        "",
    ];

    [Fact]
    public async Task Hostile_ids_are_dropped_with_a_reason_and_reach_neither_ARM_nor_the_table()
    {
        await using var world = await AzureWorld.StartAsync(cloud);
        foreach (var subject in Subjects)
        {
            world.Lab.Publish(AzureWorld.Event(subject, Operation));
        }

        world.Lab.Publish(AzureWorld.Event(Subscription + "/resourceGroups/ml-prod/providers/Microsoft.Storage/storageAccounts/" + new string('x', 100_000), Operation));
        await world.SettleAsync();
        Assert.Empty(world.Lab.Topic.DeadLetters);
        Assert.All(world.Arm.Calls, call => Assert.DoesNotContain("..", Uri.UnescapeDataString(call.Path), StringComparison.Ordinal));
        Assert.All(world.Arm.Calls, call => Assert.DoesNotContain("22222222", call.Path, StringComparison.Ordinal));
        Assert.Empty(await world.FindingsAsync());
        await StillWorksAsync(world);
    }

    [Fact]
    public async Task A_foreign_subscription_or_tenant_is_none_of_our_business()
    {
        await using var world = await AzureWorld.StartAsync(cloud);
        const string foreign = "/subscriptions/22222222-2222-3333-4444-555555555555/resourceGroups/x/providers/Microsoft.Storage/storageAccounts/y";
        world.Lab.Publish(AzureWorld.Event(foreign, Operation));

        // A topic of ours that speaks of a foreign resource, and the other way round.
        world.Lab.Publish(AzureWorld.Event(foreign, Operation, told => told["topic"] = Subscription));
        await world.SettleAsync();
        Assert.Empty(world.Arm.Calls);
        Assert.Empty(world.Lab.Topic.DeadLetters);
        Assert.Equal(3, world.Lab.Topic.Attempts + 1);
        await StillWorksAsync(world);
    }

    [Fact]
    public async Task Malformed_events_are_dropped_one_by_one()
    {
        await using var world = await AzureWorld.StartAsync(cloud);
        world.Lab.Publish(
            new JsonObject(),
            new JsonObject { ["id"] = 1, ["eventType"] = true, ["subject"] = new JsonArray(), ["data"] = "text" },
            AzureWorld.Event(SeedSubscription.Storage, Operation, told => told["data"] = null),
            AzureWorld.Event(SeedSubscription.Storage, Operation, told => told["eventTime"] = "yesterday"),
            AzureWorld.Event(SeedSubscription.Storage, Operation, told => told["data"]!["claims"] = new JsonArray(1, 2)),
            AzureWorld.Event(SeedSubscription.Storage, Operation, told => told["eventTime"] = "9999-12-31T23:59:59Z"),
            AzureWorld.Event(SeedSubscription.Storage, "", told => told["data"]!["operationName"] = new JsonObject()));
        await world.SettleAsync();
        Assert.Empty(world.Lab.Topic.DeadLetters);
        Assert.Equal(HostState.Running, world.Lab.Host.State);
        Assert.Equal(1, world.Lab.Host.WorkerStarts);
        await StillWorksAsync(world);
    }

    [Fact]
    public async Task A_caller_without_the_key_gets_nothing_done()
    {
        await using var world = await AzureWorld.StartAsync(cloud);
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(world.Lab.Host.Address, "runtime/webhooks/EventGrid?functionName=scan"));
        request.Headers.Add("aeg-event-type", "Notification");
        request.Content = new StringContent(new JsonArray(AzureWorld.Event(SeedSubscription.Storage, Operation)).ToJsonString(), Encoding.UTF8, "application/json");
        using var answer = await http.SendAsync(request);
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Empty(world.Arm.Calls);
    }

    private static async Task StillWorksAsync(AzureWorld world)
    {
        Breakage.AllowBlobPublicAccess.Apply(world.Arm);
        await world.SettleAsync();
        Assert.Equal(FindingStatus.Resolved, (await world.FindingAsync("SG-STOR-003")).Status);
    }
}
