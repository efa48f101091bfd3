namespace ServerlessGuard.Azure.Remediators;

/// <summary>What only the deployment knows.</summary>
/// <param name="OwnSite">The name of the function app that this runs in: Event Grid delivers to it, so it must stay open.</param>
/// <param name="OwnStorageAccount">The account with our table and queues: closing it would stop the product.</param>
/// <param name="LogWorkspace">The ARM id of the Log Analytics workspace that receives audit logs (SG-LOG-001, SG-LOG-003).</param>
public sealed record AzureRemediatorOptions(string? OwnSite = null, string? OwnStorageAccount = null, string? LogWorkspace = null)
{
    /// <summary>WEBSITE_SITE_NAME (set by the platform), AzureWebJobsStorage__accountName (set by infra/azure), GUARD_LOG_WORKSPACE.</summary>
    public static AzureRemediatorOptions Read(Func<string, string?> environment) => new(
        NonEmpty(environment("WEBSITE_SITE_NAME")), NonEmpty(environment("AzureWebJobsStorage__accountName")), NonEmpty(environment("GUARD_LOG_WORKSPACE")));

    internal static bool Same(string? own, string name) => own is not null && own.Equals(name, StringComparison.OrdinalIgnoreCase);

    private static string? NonEmpty(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();
}
