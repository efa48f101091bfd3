using ServerlessGuard.Facts.Azure;
using ServerlessGuard.Resources;

namespace ServerlessGuard.Azure.Tests.Events;

public sealed class AzureRouteTests
{
    private const string Sql = FakeSource.Group + "/providers/Microsoft.Sql/servers/sql";
    private const string Site = FakeSource.Group + "/providers/Microsoft.Web/sites/app";
    private const string Nsg = FakeSource.Group + "/providers/Microsoft.Network/networkSecurityGroups/nsg";
    private const string Vault = FakeSource.Group + "/providers/Microsoft.KeyVault/vaults/kv";
    private const string Ml = FakeSource.Group + "/providers/Microsoft.MachineLearningServices/workspaces/ml";

    [Theory]
    [InlineData(FakeSource.Account, FakeSource.Account)]
    [InlineData(FakeSource.Account + "/blobServices/default", FakeSource.Account)]
    [InlineData(FakeSource.Account + "/blobServices/default/containers/$web", FakeSource.Account)]
    [InlineData(FakeSource.Account + "/blobServices/default/providers/Microsoft.Insights/diagnosticSettings/d", FakeSource.Account)]
    [InlineData(FakeSource.Account + "/blobServices/default/providers/microsoft.insights/diagnosticsettings/d", FakeSource.Account)]
    [InlineData("/subscriptions/" + FakeSource.Subscription + "/providers/Microsoft.Insights/diagnosticSettings/d", "/subscriptions/" + FakeSource.Subscription)]
    [InlineData(Vault + "/providers/Microsoft.Insights/diagnosticSettings/d", null)]
    [InlineData(Sql + "/firewallRules/allow all", Sql)]
    [InlineData(Sql + "/databases/db", Sql + "/databases/db/transparentDataEncryption/current")]
    [InlineData(Sql + "/databases/db/transparentDataEncryption/current", Sql + "/databases/db/transparentDataEncryption/current")]
    [InlineData(FakeSource.Group + "/providers/Microsoft.DBforPostgreSQL/flexibleServers/pg/firewallRules/r", FakeSource.Group + "/providers/Microsoft.DBforPostgreSQL/flexibleServers/pg")]
    [InlineData(FakeSource.Group + "/providers/Microsoft.DBforMySQL/flexibleServers/my/firewallRules/r", FakeSource.Group + "/providers/Microsoft.DBforMySQL/flexibleServers/my")]
    [InlineData(FakeSource.Account + "/objectReplicationPolicies/p", FakeSource.Account)]
    [InlineData(Nsg + "/securityRules/ssh", Nsg)]
    [InlineData(Site + "/config/authsettingsV2", Site)]
    [InlineData(Site + "/functions/f", Site)]
    [InlineData(Site + "/slots/blue/config/web", Site + "/slots/blue")]
    [InlineData(Vault + "/accessPolicies/add", Vault)]
    [InlineData(Vault + "/keys/k", Vault + "/keys/k")]
    [InlineData(Ml + "/computes/c", Ml + "/computes/c")]
    [InlineData(FakeSource.Account + "/providers/Microsoft.Authorization/roleAssignments/11111111-1111-1111-1111-111111111111", FakeSource.Account + "/providers/Microsoft.Authorization/roleAssignments/11111111-1111-1111-1111-111111111111")]
    public void A_child_is_judged_through_what_its_finding_is_about(string changed, string? judged) => Assert.Equal(judged, AzureRoutes.AfterChange(changed));

    [Theory]
    [InlineData(FakeSource.Account, "Microsoft.Storage/storageAccounts/listKeys/action", FakeSource.Account)]
    [InlineData(FakeSource.Account, "Microsoft.Storage/storageAccounts/regeneratekey/action", FakeSource.Account)]
    [InlineData(Site + "/config/appsettings", "Microsoft.Web/sites/config/list/action", Site)]
    [InlineData(Nsg, "Microsoft.Network/networkSecurityGroups/join/action", Nsg)]
    [InlineData(FakeSource.Group + "/providers/Microsoft.EventHub/namespaces/n/AuthorizationRules/RootManageSharedAccessKey", "Microsoft.EventHub/namespaces/AuthorizationRules/listKeys/action", null)]
    [InlineData(FakeSource.Account, "Microsoft.Storage/storageAccounts/ListAccountSas/action", null)]
    [InlineData(FakeSource.Account, null, null)]
    public void An_action_is_judged_only_where_it_may_change_a_fact(string posted, string? operation, string? judged) =>
        Assert.Equal(judged, AzureRoutes.AfterAction(posted, operation));

    [Fact]
    public void Every_target_of_the_table_is_an_ancestor_in_its_own_name()
    {
        Assert.All(AzureRoutes.PartTypes, child => Assert.Contains('/', child[(child.IndexOf('/', StringComparison.Ordinal) + 1)..]));
        Assert.All(AzureRoutes.ActionNames, action => Assert.EndsWith("/action", action, StringComparison.Ordinal));
    }

    [Fact]
    public void Types_are_spelled_as_the_readers_spell_them_whatever_the_event_says()
    {
        Assert.Equal("Microsoft.Storage/storageAccounts", AzureRoutes.TypeOf(FakeSource.Account.ToLowerInvariant()));
        Assert.Equal("Microsoft.Web/sites/slots", AzureRoutes.TypeOf((Site + "/slots/blue").ToUpperInvariant().Replace("/SUBSCRIPTIONS/", "/subscriptions/", StringComparison.Ordinal)));
        Assert.Equal(FakeSource.Subscription, ArmId.Subscription(FakeSource.Account));
    }
}
