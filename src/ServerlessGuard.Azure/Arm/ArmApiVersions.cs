using System.Collections.Frozen;

namespace ServerlessGuard.Azure.Arm;

/// <summary>One pinned version per native type: an unpinned one would let a new default of the service change our verdicts.</summary>
public static class ArmApiVersions
{
    public const string RoleAssignments = "2022-04-01";
    public const string DiagnosticSettings = "2021-05-01-preview";
    public const string Remediations = "2021-10-01";
    public const string PolicyAssignments = "2023-04-01";
    public const string ResourceGraph = "2022-10-01";

    private static readonly FrozenDictionary<string, string> Versions = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase)
    {
        ["Microsoft.App/managedEnvironments"] = "2025-01-01",
        ["Microsoft.Authorization/roleAssignments"] = RoleAssignments,
        ["Microsoft.Authorization/roleAssignmentScheduleInstances"] = "2020-10-01",
        ["Microsoft.Authorization/roleDefinitions"] = "2022-04-01",
        ["Microsoft.CognitiveServices/accounts"] = "2025-06-01",
        ["Microsoft.DBforMySQL/flexibleServers"] = "2023-12-30",
        ["Microsoft.DBforPostgreSQL/flexibleServers"] = "2024-08-01",
        ["Microsoft.DocumentDB/databaseAccounts"] = "2024-11-15",
        ["Microsoft.Insights/diagnosticSettings"] = DiagnosticSettings,
        ["Microsoft.KeyVault/vaults"] = "2023-07-01",
        ["Microsoft.MachineLearningServices/workspaces"] = "2025-06-01",
        ["Microsoft.ManagedIdentity/userAssignedIdentities"] = "2024-11-30",
        // The stable version does not show claimsMatchingExpression: a flexible credential could be neither judged nor put back.
        ["Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials"] = "2025-01-31-preview",
        ["Microsoft.ManagedServices/registrationAssignments"] = "2022-10-01",
        ["Microsoft.ManagedServices/registrationDefinitions"] = "2022-10-01",
        ["Microsoft.Network/networkSecurityGroups"] = "2024-05-01",
        ["Microsoft.PolicyInsights/remediations"] = Remediations,
        ["Microsoft.Resources/resourceGroups"] = "2021-04-01",
        ["Microsoft.Resources/subscriptions"] = "2022-12-01",
        ["Microsoft.Sql/servers"] = "2023-08-01",
        ["Microsoft.Storage/storageAccounts"] = "2025-06-01",
        ["Microsoft.Web/hostingEnvironments"] = "2024-04-01",
        ["Microsoft.Web/sites"] = "2024-04-01",
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    /// <summary>The type's own version, or that of the type it is a child of; null for a type that this product does not know.</summary>
    public static string? Of(string nativeType)
    {
        for (var type = nativeType; type.Contains('/', StringComparison.Ordinal); type = type[..type.LastIndexOf('/')])
        {
            if (Versions.TryGetValue(type, out var version))
            {
                return version;
            }
        }

        return null;
    }
}
