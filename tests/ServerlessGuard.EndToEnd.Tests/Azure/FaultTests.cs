using System.Text.Json.Nodes;
using ServerlessGuard.Findings;
using ServerlessGuard.Lab.Azure.Seed;
using ServerlessGuard.Simulators.Azure.EventGrid;
using ServerlessGuard.Simulators.Azure.Subscription;

namespace ServerlessGuard.EndToEnd.Tests.Azure;

/// <summary>The cloud misbehaves: it is retried, given back or dropped with a reason; never lost, never a hang.</summary>
[Collection(SimulatedAzure.Name)]
public sealed class FaultTests(AzureCloud cloud)
{
    [Fact]
    public async Task A_storm_of_429_delays_and_loses_nothing()
    {
        await using var world = await AzureWorld.StartAsync(cloud);
        world.Arm.Inject(new ArmFault(Method: null, "/storageAccounts/", ArmAnswer.Throttled(0), Times: 7));
        Breakage.AllowBlobPublicAccess.Apply(world.Arm);
        await world.SettleAsync();
        Assert.Equal(7, world.Arm.Calls.Count(call => call.Status == 429));
        Assert.Equal(FindingStatus.Resolved, (await world.FindingAsync("SG-STOR-003")).Status);
        Assert.Single(world.Fixes);
        Assert.Empty(world.Lab.Topic.DeadLetters);
    }

    [Fact]
    public async Task A_web_page_instead_of_ARM_is_a_passing_fault()
    {
        await using var world = await AzureWorld.StartAsync(cloud);
        world.Arm.Inject(new ArmFault("GET", "/storageAccounts/", ArmAnswer.Html(502), Times: 5));
        world.Arm.Inject(new ArmFault("GET", "/storageAccounts/", ArmAnswer.Html(200), Times: 2));
        Breakage.AllowBlobPublicAccess.Apply(world.Arm);
        await world.SettleAsync();
        Assert.Equal(FindingStatus.Resolved, (await world.FindingAsync("SG-STOR-003")).Status);
        Assert.Empty(world.Lab.Topic.DeadLetters);
    }

    [Fact]
    public async Task When_ARM_stays_away_the_event_is_kept_as_a_dead_letter()
    {
        await using var world = await AzureWorld.StartAsync(cloud, events: new EventGridOptions { MaxAttempts = 2 });
        world.Arm.Inject(new ArmFault("GET", "/storageAccounts/", ArmAnswer.Html(502), Times: 100_000));
        Breakage.AllowBlobPublicAccess.Apply(world.Arm);
        await world.SettleAsync(60);
        var letter = Assert.Single(world.Lab.Topic.DeadLetters);
        Assert.Equal(SeedSubscription.Storage, (string?)letter.Event["subject"]);
        Assert.Empty(await world.FindingsAsync());

        // Others are served all the while.
        Breakage.WildcardSubject.Apply(world.Arm);
        await world.SettleAsync();
        Assert.NotEqual(FindingStatus.Suppressed, (await world.FindingAsync("SG-ID-003")).Status);
    }

    [Fact]
    public async Task Somebody_elses_change_during_the_fix_is_kept()
    {
        await using var world = await AzureWorld.StartAsync(cloud, settings: """
            remediation:
              mode: enforce
              enforceRisky: [SG-NET-001]
            """);
        var raced = 0;
        world.Arm.Tap = (call, after) =>
        {
            if (!after && call.StartsWith("ARM P", StringComparison.Ordinal) && call.Contains("/networkSecurityGroups/", StringComparison.OrdinalIgnoreCase) && Interlocked.Exchange(ref raced, 1) == 0)
            {
                world.Arm.Act(LabIdentity.Person, "PUT", SeedSubscription.Nsg + "/securityRules/https-partner", JsonNode.Parse("""
                    {"properties":{"protocol":"Tcp","sourcePortRange":"*","destinationPortRange":"8443","sourceAddressPrefix":"198.51.100.0/24",
                    "destinationAddressPrefix":"*","access":"Allow","priority":120,"direction":"Inbound"}}
                    """)!.AsObject());
            }

            return Task.CompletedTask;
        };
        Breakage.OpenSsh.Apply(world.Arm);
        await world.SettleAsync();
        var names = world.Arm.Store.Find(SeedSubscription.Nsg)!["properties"]!["securityRules"]!.AsArray().Select(rule => (string)rule!["name"]!).ToList();
        Assert.Equal(1, raced);
        Assert.Contains("https-partner", names);
        Assert.Equal(FindingStatus.Resolved, (await world.FindingAsync("SG-NET-001")).Status);
    }

    [Fact]
    public async Task A_token_that_ran_out_is_replaced()
    {
        await using var world = await AzureWorld.StartAsync(cloud);
        world.Lab.Identity.Lifetime = TimeSpan.FromSeconds(2);
        Breakage.AllowBlobPublicAccess.Apply(world.Arm);
        await world.SettleAsync();
        var issued = world.Lab.Identity.Issued;
        Assert.True(issued > 0);
        var started = TimeProvider.System.GetTimestamp();
        await Poll.UntilAsync("the tokens to run out", () => TimeProvider.System.GetElapsedTime(started) > TimeSpan.FromSeconds(2));

        Breakage.LocalAuth.Apply(world.Arm);
        await world.SettleAsync();
        Assert.NotNull(await world.FindingAsync("SG-AI-004"));
        Assert.True(world.Lab.Identity.Issued > issued);
        Assert.Empty(world.Lab.Topic.DeadLetters);
    }

    [Fact]
    public async Task The_identity_endpoint_may_be_away_for_a_while()
    {
        await using var world = await AzureWorld.StartAsync(cloud);
        world.Lab.Identity.FailNext = 3;
        Breakage.AllowBlobPublicAccess.Apply(world.Arm);
        await world.SettleAsync();
        Assert.Equal(FindingStatus.Resolved, (await world.FindingAsync("SG-STOR-003")).Status);
    }

    [Fact]
    public async Task What_is_gone_before_it_is_read_leaves_nothing_open()
    {
        await using var world = await AzureWorld.StartAsync(cloud);
        world.Lab.Lose = _ => true;
        Breakage.WildcardSubject.Apply(world.Arm);
        world.Arm.Act(LabIdentity.Person, "DELETE", SeedSubscription.Credential);
        world.Lab.Lose = null;
        world.Lab.Publish(AzureWorld.Event(SeedSubscription.Credential, "Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials/write"));
        await world.SettleAsync();
        Assert.DoesNotContain(await world.FindingsAsync(), finding => finding.Status is FindingStatus.Open);
        Assert.Empty(world.Lab.Topic.DeadLetters);
    }

    [Fact]
    public async Task A_deletion_resolves_what_was_open()
    {
        await using var world = await AzureWorld.StartAsync(cloud, mode: "observe");
        Breakage.WildcardSubject.Apply(world.Arm);
        await world.SettleAsync();
        Assert.Equal(FindingStatus.Open, (await world.FindingAsync("SG-ID-003")).Status);
        world.Arm.Act(LabIdentity.Person, "DELETE", SeedSubscription.Credential);
        await world.SettleAsync();
        Assert.Equal(FindingStatus.Resolved, (await world.FindingAsync("SG-ID-003")).Status);
    }
}
