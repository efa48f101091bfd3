using System.Text.Json.Nodes;
using ServerlessGuard.Simulators.Azure.Subscription;

namespace ServerlessGuard.Lab.Azure.Seed;

/// <summary>
/// The small subscription that the lab begins with: every rule that speaks of it is kept. The data is in subscription.json.
/// </summary>
public static class SeedSubscription
{
    public const string Subscription = "11111111-2222-3333-4444-555555555555";

    public const string Group = "/subscriptions/" + Subscription + "/resourceGroups/ml-prod";

    public const string Storage = Group + "/providers/Microsoft.Storage/storageAccounts/northwindmodels";

    public const string Nsg = Group + "/providers/Microsoft.Network/networkSecurityGroups/compute";

    public const string Model = Group + "/providers/Microsoft.CognitiveServices/accounts/northwind-openai";

    public const string Credential = Group
        + "/providers/Microsoft.ManagedIdentity/userAssignedIdentities/deployer/federatedIdentityCredentials/main";

    public const string Sql = Group + "/providers/Microsoft.Sql/servers/northwind-sql";

    public const string Vault = Group + "/providers/Microsoft.KeyVault/vaults/northwind";

    public static string Container(string name) => Storage + "/blobServices/default/containers/" + name;

    public static ArmStore Load()
    {
        using var stream = typeof(SeedSubscription).Assembly.GetManifestResourceStream("ServerlessGuard.Lab.Azure.Seed.subscription.json")
            ?? throw new InvalidOperationException("the seed is not in the assembly");
        var store = new ArmStore();
        foreach (var document in JsonNode.Parse(stream)!.AsArray().OfType<JsonObject>())
        {
            store.Put((string)document["id"]!, document);
        }

        return store;
    }
}
