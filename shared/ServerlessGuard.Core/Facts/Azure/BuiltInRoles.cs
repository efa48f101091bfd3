namespace ServerlessGuard.Facts.Azure;

/// <summary>Built-in Azure roles by the GUID at the end of their definition's id, the same in every tenant.</summary>
/// <remarks>Source: "Azure built-in roles" (Azure RBAC documentation).</remarks>
public static class BuiltInRoles
{
    public const string Owner = "8e3af657-a8ff-443c-a75c-2fe8c4bcb635";
    public const string Contributor = "b24988ac-6180-42a0-ab88-20f7382dd24c";
    public const string UserAccessAdministrator = "18d7d88d-d35e-4fb5-a5c3-7773c20a72d9";
    public const string RbacAdministrator = "f58310d9-a9f6-439a-9e8d-f62e7b41a168";

    private static readonly Dictionary<string, string> Administrators = new(StringComparer.OrdinalIgnoreCase)
    {
        [Owner] = "Owner",
        [Contributor] = "Contributor",
        [UserAccessAdministrator] = "User Access Administrator",
        [RbacAdministrator] = "Role Based Access Control Administrator",
    };

    /// <summary>Common roles that neither grant everything nor change access, so their definition need not be read.</summary>
    private static readonly HashSet<string> Limited = new(StringComparer.OrdinalIgnoreCase)
    {
        "acdd72a7-3385-48ef-bd42-f606fba81ae7", // Reader
        "ba92f5b4-2d11-453d-a403-e96b0029c9fe", // Storage Blob Data Contributor
        "b7e6dc6d-f1e8-4753-8033-0f276bb0955b", // Storage Blob Data Owner
        "2a2b9908-6ea1-4ae2-8e65-a410df84e7d1", // Storage Blob Data Reader
        "974c5e8b-45b9-4653-ba55-5f855dd0fb88", // Storage Queue Data Contributor
        "19e7f393-937e-4f77-808e-94535e297925", // Storage Queue Data Reader
        "8a0f0c08-91a1-4084-bc3d-661d67233fed", // Storage Queue Data Message Processor
        "c6a89b2d-59bc-44d0-9896-0f6e12d7b80a", // Storage Queue Data Message Sender
        "0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3", // Storage Table Data Contributor
        "76199698-9eea-4c19-bc75-cec21354c6b6", // Storage Table Data Reader
        "17d1049b-9a84-46fb-8f53-869881c3d3ab", // Storage Account Contributor
        "81a9662b-bebf-436f-a333-f67b29880f12", // Storage Account Key Operator Service Role
        "4633458b-17de-408a-b874-0445c86b69e6", // Key Vault Secrets User
        "b86a8fe4-44ce-4948-aee5-eccb2c155cd7", // Key Vault Secrets Officer
        "12338af0-0e69-4776-bea7-57ae8d297424", // Key Vault Crypto User
        "e147488a-f6f5-4113-8e2d-b22465e65bf6", // Key Vault Crypto Service Encryption User
        "21090545-7ca7-4776-b22c-e363652d74d2", // Key Vault Reader
        "5e0bd9bd-7b93-4f28-af87-19fc36ad61bd", // Cognitive Services OpenAI User
        "a001fd3d-188f-4b5d-821b-7da978bf7442", // Cognitive Services OpenAI Contributor
        "a97b65f3-24c7-4388-baec-2e87135dc908", // Cognitive Services User
        "7f951dda-4ed3-4680-a7ca-43fe172d538d", // AcrPull
        "8311e382-0749-4cb8-b61a-304f252e45ec", // AcrPush
        "43d0d8ad-25c7-4714-9337-8ba259a9fe05", // Monitoring Reader
        "3913510d-42f4-4e42-8a64-420c390055eb", // Monitoring Metrics Publisher
        "73c42c96-874c-492b-b04d-ab87d138a893", // Log Analytics Reader
        "92aaf0da-9dab-42b6-94a3-d43ce8d16293", // Log Analytics Contributor
        "4f6d3b9b-027b-4f4c-9142-0e5a2a2247e0", // Azure Service Bus Data Receiver (namespace scope)
        "69a216fc-b8fb-44d8-bc22-1f3c2cd27a39", // Azure Service Bus Data Sender
        "a638d3c7-ab3a-418d-83e6-5f17a39d4fde", // Azure Event Hubs Data Receiver
        "2b629674-e913-4c01-ae53-ef4638d8f975", // Azure Event Hubs Data Sender
        "d5a91429-5739-47e2-a06b-3470a27159e7", // EventGrid Data Sender
        "f6c7c914-8db3-469d-8ca1-694a8f32e121", // AzureML Data Scientist
        "516239f1-63e1-4d78-a4de-a74fb236a071", // App Configuration Data Reader
        "9980e02c-c2be-4d73-94e8-173b1dc7cf3c", // Virtual Machine Contributor
        "4d97b98b-1d4f-4787-a291-c67834d212e7", // Network Contributor
        "de139f84-1756-47ae-9be6-808fbbe84772", // Website Contributor
        "39bc4728-0917-49c7-9d2c-d95423bc2eb4", // Security Reader
    };

    /// <summary>Those of <see cref="Limited"/> that read, send or receive, but change nothing.</summary>
    private static readonly HashSet<string> ReadOnly = new(StringComparer.OrdinalIgnoreCase)
    {
        "acdd72a7-3385-48ef-bd42-f606fba81ae7", "2a2b9908-6ea1-4ae2-8e65-a410df84e7d1", "19e7f393-937e-4f77-808e-94535e297925",
        "c6a89b2d-59bc-44d0-9896-0f6e12d7b80a", "76199698-9eea-4c19-bc75-cec21354c6b6", "4633458b-17de-408a-b874-0445c86b69e6",
        "12338af0-0e69-4776-bea7-57ae8d297424", "e147488a-f6f5-4113-8e2d-b22465e65bf6", "21090545-7ca7-4776-b22c-e363652d74d2",
        "5e0bd9bd-7b93-4f28-af87-19fc36ad61bd", "7f951dda-4ed3-4680-a7ca-43fe172d538d", "43d0d8ad-25c7-4714-9337-8ba259a9fe05",
        "73c42c96-874c-492b-b04d-ab87d138a893", "4f6d3b9b-027b-4f4c-9142-0e5a2a2247e0", "69a216fc-b8fb-44d8-bc22-1f3c2cd27a39",
        "a638d3c7-ab3a-418d-83e6-5f17a39d4fde", "2b629674-e913-4c01-ae53-ef4638d8f975", "d5a91429-5739-47e2-a06b-3470a27159e7",
        "516239f1-63e1-4d78-a4de-a74fb236a071", "39bc4728-0917-49c7-9d2c-d95423bc2eb4",
    };

    public static string Guid(string roleDefinitionId) => roleDefinitionId[(roleDefinitionId.LastIndexOf('/') + 1)..].ToLowerInvariant();

    /// <summary>The name of an administrator role, or null.</summary>
    public static string? Administrator(string roleDefinitionId) => Administrators.GetValueOrDefault(Guid(roleDefinitionId));

    /// <summary>Whether it changes anything; null: its definition says so.</summary>
    public static bool? Writes(string roleDefinitionId) => ReadOnly.Contains(Guid(roleDefinitionId)) ? false
        : Administrator(roleDefinitionId) is not null || IsKnownLimited(roleDefinitionId) ? true
        : null;

    public static bool IsKnownLimited(string roleDefinitionId) => Limited.Contains(Guid(roleDefinitionId));

    /// <summary>
    /// A condition on an assignment narrows which roles may be handed on (or which data is reached), so it confines the access
    /// administrators, but leaves an Owner or Contributor everything else.
    /// </summary>
    public static bool IgnoresConditions(string roleDefinitionId) => Guid(roleDefinitionId) is Owner or Contributor;

    /// <summary>Owner, Contributor and User Access Administrator: what Lighthouse should never hand to a tenant.</summary>
    public static bool IsTooMuchForATenant(string roleDefinitionId) =>
        Guid(roleDefinitionId) is Owner or Contributor or UserAccessAdministrator;
}
