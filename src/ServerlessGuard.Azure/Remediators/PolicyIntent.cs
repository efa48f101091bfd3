using System.Collections.Immutable;
using ServerlessGuard.Rules;

namespace ServerlessGuard.Azure.Remediators;

/// <summary>Built-in policy definitions that do exactly what a remediation does, by the GUID that they have in every tenant.</summary>
/// <param name="Remediation">One of <see cref="Remediations"/>.</param>
/// <param name="NativeType">Of the resource that the finding is about.</param>
/// <param name="Changes">The only parts of the slice that the policy sets: a plan that changes more is not its business.</param>
/// <param name="AtParent">The policy is about the finding's parent (the database, not its encryption).</param>
/// <remarks>
/// Source: the definitions in github.com/Azure/azure-policy, by these names: "Configure your Storage account public access to be
/// disallowed", "Configure secure transfer of data on a storage account", "Configure key vaults to enable firewall", "Configure Azure SQL
/// Server to disable public network access", "Configure CosmosDB accounts to disable public network access", "Configure Cognitive Services
/// accounts to disable local authentication methods", "Configure Azure Machine Learning Workspaces to disable public network access"
/// (Modify) and "Deploy SQL DB transparent data encryption" (DeployIfNotExists).
/// </remarks>
public sealed record PolicyIntent(string Definition, string Remediation, string NativeType, ImmutableArray<string> Changes,
    bool AtParent = false)
{
    private const string Storage = "Microsoft.Storage/storageAccounts";
    private const string PublicAccess = "publicNetworkAccess";

    public static ImmutableArray<PolicyIntent> All { get; } =
    [
        new("13502221-8df0-4414-9937-de9c5c4e396b", Remediations.BlockPublicAccess, Storage, ["allowBlobPublicAccess"]),
        new("13502221-8df0-4414-9937-de9c5c4e396b", Remediations.CloseAccessBoundary, Storage, ["allowBlobPublicAccess"]),
        new("f81e3117-0093-4b17-8a60-82363134f0eb", Remediations.RequireEncryptedTransport, Storage, ["supportsHttpsTrafficOnly"]),
        new("ac673a9a-f77d-4846-b2d8-a57f8e1c01dc", Remediations.RestrictKeyAccess, "Microsoft.KeyVault/vaults", ["networkAcls"]),
        new("28b0b1e5-17ba-4963-a7a4-5a1ab4400a0b", Remediations.ClosePublicDatabase, "Microsoft.Sql/servers", [PublicAccess]),
        new("da69ba51-aaf1-41e5-8651-607cd0b37088", Remediations.ClosePublicDatabase, "Microsoft.DocumentDB/databaseAccounts",
            [PublicAccess]),
        new("14de9e63-1b31-492e-a5a3-c3f7fd57f555", Remediations.DisableModelKeys, "Microsoft.CognitiveServices/accounts",
            ["disableLocalAuth"]),
        new("a10ee784-7409-4941-b091-663697637c0f", Remediations.CloseWorkbench, "Microsoft.MachineLearningServices/workspaces",
            [PublicAccess]),
        new("86a912f6-9a06-4e26-b447-11b16ba8659f", Remediations.EncryptDatabase,
            "Microsoft.Sql/servers/databases/transparentDataEncryption", ["state"], AtParent: true),
    ];
}
