using System.Collections.Immutable;

namespace ServerlessGuard.Cli.Permissions;

/// <summary>
/// That an identity of the product holds a role at a scope: beside its custom role at the subscription, all that
/// infra/azure/serverlessguard.json grants.
/// </summary>
/// <param name="Identity">The end of its name: <c>reader</c>.</param>
/// <param name="Role">The GUID of a built-in role, or <see cref="SealRole"/>.</param>
/// <param name="Scope">The end of the resource id below the resource group: type and name.</param>
public sealed record AzureAssignment(string Identity, string Role, string Scope)
{
    /// <summary>The custom role that may <see cref="SealActions"/>, no more.</summary>
    public const string SealRole = "seal";

    private const string Account = "Microsoft.Storage/storageAccounts";
    private const string BlobDataOwner = "b7e6dc6d-f1e8-4753-8033-0f276bb0955b";
    private const string BlobDataContributor = "ba92f5b4-2d11-453d-a403-e96b0029c9fe";
    private const string QueueDataContributor = "974c5e8b-45b9-4653-ba55-5f855dd0fb88";
    private const string TableDataContributor = "0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3";
    private const string MetricsPublisher = "3913510d-42f4-4e42-8a64-420c390055eb";

    /// <summary>Data actions.</summary>
    public static ImmutableArray<string> SealActions
        { get; } = ["Microsoft.KeyVault/vaults/keys/sign/action", "Microsoft.KeyVault/vaults/keys/verify/action"];

    /// <summary>
    /// Nobody but the remediator writes sealed rows or seals them. The identity that scans writes the findings and what the Functions host
    /// keeps for itself, and has nothing in the container of the code that it runs: publishing goes by an identity of its own.
    /// </summary>
    public static ImmutableArray<AzureAssignment> All { get; } =
    [
        new("events", BlobDataContributor, $"{Account}/blobServices/containers/dead-letters"),
        new("publisher", BlobDataContributor, $"{Account}/blobServices/containers/deployments"),
        new("reader", MetricsPublisher, "Microsoft.Insights/components"),
        new("reader", BlobDataOwner, $"{Account}/blobServices/containers/azure-webjobs-hosts"),
        new("reader", BlobDataOwner, $"{Account}/blobServices/containers/azure-webjobs-secrets"),
        new("reader", QueueDataContributor, Account),
        new("reader", TableDataContributor, $"{Account}/tableServices/tables/guard"),
        new("remediator", SealRole, "Microsoft.KeyVault/vaults/keys/guard-seal"),
        new("remediator", TableDataContributor, $"{Account}/tableServices/tables/guardsealed"),
    ];
}
