using ServerlessGuard.EndToEnd.Tests.Azure;
using ServerlessGuard.Findings;
using ServerlessGuard.Lab.Azure.Seed;
using ServerlessGuard.Resources;
using ServerlessGuard.Rules;
using ServerlessGuard.Tables;

namespace ServerlessGuard.EndToEnd.Tests.Attacks;

/// <summary>Against the published function app: an attacker with access to the table, as its operators have.</summary>
[Collection(SimulatedAzure.Name)]
public sealed class PlantedInAzureTests(AzureCloud cloud)
{
    /// <summary>It used to make the attacker Owner: the row's before- or after-state was put as a role assignment.</summary>
    [Theory]
    [InlineData(TreatmentState.Applying)]
    [InlineData(TreatmentState.Approved)]
    public async Task Two_planted_rows_make_nobody_owner(TreatmentState state)
    {
        await using var world = await AzureWorld.StartAsync(cloud);
        await world.SettleAsync();
        var id = $"/subscriptions/{SeedSubscription.Subscription}/providers/Microsoft.Authorization/roleAssignments/0badc0de-0000-4000-8000-000000000001";
        var owner = $$"""
            {"properties":{"roleDefinitionId":"/subscriptions/{{SeedSubscription.Subscription}}/providers/Microsoft.Authorization/roleDefinitions/8e3af657-a8ff-443c-a75c-2fe8c4bcb635","principalId":"0badc0de-0000-4000-8000-00000000000e","principalType":"ServicePrincipal"} }
            """;
        var resource = new ResourceRef { Provider = Provider.Azure, NativeType = "Microsoft.Authorization/roleAssignments", Id = id, Account = SeedSubscription.Subscription };
        var planted = PlantedRows.Finding(resource, "SG-ID-004", Remediations.RemoveForeignTrust, state, """{"properties":null}""", owner);
        var key = await PlantedRows.PlantAsync(world.Table, planted);
        await world.Lab.Host.RunTimerAsync("outbox", default);
        await world.SettleAsync();
        Assert.Empty(world.Fixes);
        Assert.Null(world.Arm.Store.Find(id));
        Assert.Null(await world.Table.FindAsync(RowKeys.Partition(resource), key, CancellationToken.None));
    }
}
