using System.Text.Json.Nodes;
using ServerlessGuard.Cli.Permissions;
using ServerlessGuard.Engine;
using ServerlessGuard.Resources;
using ServerlessGuard.Tables;
using ServerlessGuard.Tests;

namespace ServerlessGuard.Infra.Tests.Azure;

/// <summary>Structure and references of the ARM templates, by evaluating them; and that their roles are what <c>guard permissions</c> prints.</summary>
public sealed class TemplateTests
{
    internal static readonly JsonObject Members = new()
    {
        ["subscriptions"] = new JsonArray("aaaaaaaa-2222-3333-4444-555555555555", "bbbbbbbb-2222-3333-4444-555555555555"),
        ["readerPrincipalId"] = "reader",
        ["remediatorPrincipalId"] = "remediator",
        ["ownPrincipalIds"] = "reader, remediator, publisher",
        ["ownRoleIds"] = "first, second",
        ["functionId"] = "function",
        ["storageId"] = "storage",
        ["eventsIdentityId"] = "identity",
    };

    public static TheoryData<string> Remediations => [.. FixGrants.All(Provider.Azure, FixReach.None).Reaches.Keys];

    [Fact]
    public void Default_deployment_evaluates_and_has_no_role_that_writes()
    {
        var deployment = ArmDeployment.Of("serverlessguard.json", []);
        AssertRoles(deployment, FixGrants.All(Provider.Azure, FixReach.None));
        Assert.Empty(deployment.Of("Microsoft.EventGrid/systemTopics/eventSubscriptions"));
    }

    [Fact]
    public void Events_come_with_retry_and_dead_letters()
    {
        var subscriptions = ArmDeployment.Of("serverlessguard.json", new JsonObject { ["events"] = true }).Of("Microsoft.EventGrid/systemTopics/eventSubscriptions")
            .Concat(ArmDeployment.Of("management-group.json", (JsonObject)Members.DeepClone()).Of("Microsoft.EventGrid/systemTopics/eventSubscriptions")).ToList();
        Assert.Equal(2 + (2 * 2), subscriptions.Count);
        Assert.All(subscriptions, subscription =>
        {
            Assert.Equal(30, subscription["properties"]!["retryPolicy"]!["maxDeliveryAttempts"]!.GetValue<int>());
            Assert.Equal("dead-letters", subscription["properties"]!["deadLetterWithResourceIdentity"]!["deadLetterDestination"]!["properties"]!["blobContainerName"]!.GetValue<string>());
        });
    }

    [Theory]
    [MemberData(nameof(Remediations))]
    public void One_fix_grants_its_own_actions_only(string remediation)
    {
        var none = FixGrants.All(Provider.Azure, FixReach.None);
        foreach (var (parameter, reach) in new[] { ("plans", FixReach.Plan), ("fixes", FixReach.Fix) })
        {
            AssertRoles(
                ArmDeployment.Of("serverlessguard.json", new JsonObject { [parameter] = new JsonArray(remediation) }),
                none with { Reaches = none.Reaches.SetItem(remediation, reach) });
        }
    }

    [Theory]
    [InlineData("serverlessguard.json")]
    [InlineData("management-group.json")]
    public void All_fixes_grant_the_union(string file)
    {
        All_fixes_grant_the_union_of(file, policyTasks: false);
        All_fixes_grant_the_union_of(file, policyTasks: true);
    }

    private static void All_fixes_grant_the_union_of(string file, bool policyTasks)
    {
        var grants = FixGrants.All(Provider.Azure, FixReach.Undo);
        var parameters = file == "management-group.json" ? (JsonObject)Members.DeepClone() : [];
        parameters["fixes"] = new JsonArray([.. grants.Reaches.Keys.Select(name => JsonValue.Create(name))]);
        AssertRoles(ArmDeployment.Of(file, parameters), grants.WithoutUndo());
        parameters["undoes"] = new JsonArray([.. FixGrants.WithUndoOfItsOwn(Provider.Azure).Select(name => JsonValue.Create(name))]);
        parameters["policyTasks"] = policyTasks;
        AssertRoles(ArmDeployment.Of(file, parameters), grants, policyTasks);
    }

    [Theory]
    [InlineData("serverlessguard.json")]
    [InlineData("management-group.json")]
    public void Generated_parts_are_up_to_date(string file)
    {
        var text = File.ReadAllText(Repository.Path("infra", "azure", file));
        Assert.Equal(AzureTemplate.Update(text), text);
    }

    [Fact]
    public void The_reader_reads()
    {
        var actions = AzurePermissions.For(GuardRole.Scan, FixGrants.All(Provider.Azure, FixReach.Fix), GuardSettings.DefaultDataBearingTypes);
        Assert.All(actions, action => Assert.True(FixGrants.IsRead(Provider.Azure, action) || action == "Microsoft.PolicyInsights/policyStates/queryResults/action", action));
    }

    private static void AssertRoles(ArmDeployment deployment, FixGrants grants, bool policyTasks = false)
    {
        var roles = deployment.Of("Microsoft.Authorization/roleDefinitions").ToDictionary(
            role => role["properties"]!["roleName"]!.GetValue<string>().Split(' ')[1],
            role => role["properties"]!["permissions"]!.AsArray().Single()!["actions"]!.AsArray().Select(action => action!.GetValue<string>()).ToList(),
            StringComparer.Ordinal);
        Assert.Equal(AzurePermissions.For(GuardRole.Scan, grants, GuardSettings.DefaultDataBearingTypes), roles["reader"]);
        var writes = AzurePermissions.For(GuardRole.Remediate, grants, [], policyTasks);
        if (writes.IsEmpty)
        {
            Assert.DoesNotContain("remediator", roles.Keys);
        }
        else
        {
            Assert.Equal(writes, roles["remediator"].Distinct(StringComparer.OrdinalIgnoreCase).Order(StringComparer.OrdinalIgnoreCase));
        }
    }
}
