using ServerlessGuard.Azure.Runtime;
using ServerlessGuard.Guards;
using ServerlessGuard.Resources;

namespace ServerlessGuard.Azure.Remediators;

/// <summary>What only the deployment knows.</summary>
/// <param name="OwnSite">The name of the function app that this runs in: Event Grid delivers to it, so it must stay open.</param>
/// <param name="OwnStorageAccount">The account with our table and queues: closing it would stop the product.</param>
/// <param name="LogWorkspace">The ARM id of the Log Analytics workspace that receives audit logs (SG-LOG-001, SG-LOG-003).</param>
/// <param name="OwnIds">GUARD_OWN_RESOURCES: the ids of everything that the template made; null: nothing.</param>
public sealed record AzureRemediatorOptions(string? OwnSite = null, string? OwnStorageAccount = null, string? LogWorkspace = null,
    OwnResources? OwnIds = null)
{
    public OwnResources Spared => OwnIds ?? OwnResources.None;

    /// <summary>
    /// WEBSITE_SITE_NAME (set by the platform), AzureWebJobsStorage__accountName (set by infra/azure), GUARD_LOG_WORKSPACE.
    /// </summary>
    public static AzureRemediatorOptions Read(Func<string, string?> environment) => new(
        NonEmpty(environment("WEBSITE_SITE_NAME")), NonEmpty(environment("AzureWebJobsStorage__accountName")),
        NonEmpty(environment("GUARD_LOG_WORKSPACE")), Ids(environment("GUARD_OWN_RESOURCES")));

    internal bool IsOwnSite(string id) => IsOwn(id, OwnSite);

    internal bool IsOwnStorage(string id) => IsOwn(id, OwnStorageAccount);

    /// <summary>
    /// By its id. Names alone are what an older template gives, and another resource group may hold a site of the same name.
    /// </summary>
    private bool IsOwn(string id, string? name) =>
        OwnIds?.Has(id) ?? (name is not null && name.Equals(ArmId.Name(id), StringComparison.OrdinalIgnoreCase));

    private static OwnResources? Ids(string? text)
    {
        var ids = text?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];
        return Array.Find(ids, id => !id.StartsWith("/subscriptions/", StringComparison.OrdinalIgnoreCase)) is { }
            ? throw new SettingException("GUARD_OWN_RESOURCES",
                "must hold ids of resources that begin with /subscriptions/, separated by commas; infra/azure sets it")
            : ids.Length == 0 ? null : new OwnResources(ids);
    }

    private static string? NonEmpty(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();
}
