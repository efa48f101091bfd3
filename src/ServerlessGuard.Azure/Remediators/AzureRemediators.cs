using System.Text.Json;
using System.Text.Json.Nodes;
using ServerlessGuard.Azure.Arm;
using ServerlessGuard.Evaluations;
using ServerlessGuard.Findings;
using ServerlessGuard.Remediation;
using Catalog = ServerlessGuard.Remediation.RemediationCatalog.Azure;

namespace ServerlessGuard.Azure.Remediators;

/// <summary>The explicit list of this host's remediators: a test proves that it covers the catalogue, nothing scans for them.</summary>
public static class AzureRemediators
{
    /// <param name="arm">With the remediator's identity.</param>
    /// <param name="assessor">What judges: the network remediator asks it which rules to close.</param>
    /// <param name="ownSite">Our own function app's name (WEBSITE_SITE_NAME): its entry is never closed by itself.</param>
    public static IReadOnlyList<Remediator> All(IArm arm, Assessor assessor, string? ownSite) =>
    [
        // Absent: the account's own default, which is true for accounts made before 2023-11 and cannot be told from here; written back as true.
        Patch(Catalog.BlockPublicAccess, arm, "Refuse anonymous access to every container of the account.", ArmProperty.Set("allowBlobPublicAccess", "true", "false")),
        Patch(Catalog.CloseAccessBoundary, arm, "Refuse anonymous access to every container of the account.", ArmProperty.Set("allowBlobPublicAccess", "true", "false")),
        Patch(
            Catalog.RequireEncryptedTransport,
            arm,
            "Accept HTTPS with TLS 1.2 or later only.",
            ArmProperty.Set("supportsHttpsTrafficOnly", "true", "true"),
            new ArmProperty("minimumTlsVersion", "\"TLS1_0\"", live => live?.GetValue<string>() is "TLS1_2" or "TLS1_3" ? live.DeepClone() : "TLS1_2")),
        Patch(Catalog.DisableSharedKey, arm, "Refuse account keys and the signatures made from them.", ArmProperty.Set("allowSharedKeyAccess", "true", "false")),
        Patch(Catalog.CloseStorageNetwork, arm, "Deny networks that are not listed; the lists stay.", Acls("\"bypass\":\"AzureServices\",")) with { Refuses = ClosedAlready },
        new BlobRecovery(arm),
        new NsgRules(arm, assessor),
        Patch(Catalog.CloseSqlServer, arm, "Disable the public endpoint of the server.", ArmProperty.Set("publicNetworkAccess", "\"Enabled\"", "\"Disabled\"")),
        Patch(Catalog.CloseCosmos, arm, "Disable the public endpoint of the account.", ArmProperty.Set("publicNetworkAccess", "\"Enabled\"", "\"Disabled\"")),
        Patch(Catalog.RemovePublicInvocation, arm, "Disable the public endpoint of the app.", ArmProperty.Set("publicNetworkAccess", "\"Enabled\"", "\"Disabled\"")) with
        {
            Refuses = (_, finding) => ownSite is not null && ownSite.Equals(finding.Resource.Name, StringComparison.OrdinalIgnoreCase)
                ? "this is ServerlessGuard's own app: Event Grid delivers to its public endpoint"
                : null,
        },
        Patch(Catalog.RestrictKeyAccess, arm, "Deny networks that are not listed; the lists stay.", Acls("\"bypass\":\"AzureServices\",")) with { Refuses = ClosedAlready },
        Patch(
            Catalog.KeepKeyMaterial,
            arm,
            "Turn purge protection on; it cannot be turned off again.",
            ArmProperty.Set("enableSoftDelete", "true", "true"),
            ArmProperty.Set("enablePurgeProtection", "null", "true")),
        new ArmRemoval(Catalog.QuarantineLocalUser, arm, "Remove the role assignment.", "roleDefinitionId", "principalId", "principalType", "description", "condition", "conditionVersion"),
        new ArmRemoval(Catalog.PinFederatedTrust, arm, "Remove the federated credential.", "issuer", "subject", "audiences", "claimsMatchingExpression"),
        new ArmRemoval(Catalog.RemoveForeignTrust, arm, "Remove the delegation to the other tenant.", "registrationDefinitionId"),
        Patch(Catalog.CloseWorkbench, arm, "Disable the public endpoint of the workspace.", ArmProperty.Set("publicNetworkAccess", "\"Enabled\"", "\"Disabled\"")),
        Patch(Catalog.CloseModelEndpoint, arm, "Deny networks that are not listed; the lists stay.", Acls(string.Empty)) with { Refuses = WithoutName },
        Patch(Catalog.DisableModelKeys, arm, "Refuse the account's keys.", ArmProperty.Set("disableLocalAuth", "false", "true")) with { Refuses = WithoutName },
        new ArmProperties(Catalog.EncryptDatabase, arm, HttpMethod.Put, ArmProperty.Set("state", "\"Disabled\"", "\"Enabled\"")) { Sentence = "Turn transparent data encryption on." },
    ];

    private static Row Patch(RemediatorDescriptor descriptor, IArm arm, string sentence, params IReadOnlyList<ArmProperty> properties) =>
        new(descriptor, arm, sentence, properties, static (_, _) => null);

    /// <summary>The service replaces networkAcls as a whole: the lists are sent along as they are.</summary>
    private static ArmProperty Acls(string bypass) => new(
        "networkAcls",
        $"{{{bypass}\"defaultAction\":\"Allow\",\"ipRules\":[],\"virtualNetworkRules\":[]}}",
        live =>
        {
            var acls = live?.DeepClone().AsObject() ?? [];
            acls["defaultAction"] = "Deny";
            return acls;
        });

    private static string? ClosedAlready(JsonElement resource, Finding finding) => Text(resource, "networkAcls", "defaultAction") is "Deny"
        ? "the firewall denies by default already: which of its exceptions (or access policies) lets too many in is for a person to decide"
        : null;

    private static string? WithoutName(JsonElement resource, Finding finding) => Text(resource, "customSubDomainName") is null
        ? "the account has no custom subdomain: without one neither network rules nor Entra tokens work, and it cannot be changed later"
        : null;

    private static string? Text(JsonElement resource, params ReadOnlySpan<string> path)
    {
        var at = resource;
        foreach (var name in (ReadOnlySpan<string>)["properties", .. path])
        {
            if (at.ValueKind is not JsonValueKind.Object || !at.TryGetProperty(name, out at))
            {
                return null;
            }
        }

        return at.ValueKind is JsonValueKind.String ? at.GetString() : null;
    }

    /// <summary>A line of the list above.</summary>
    private sealed record Row(
        RemediatorDescriptor Descriptor, IArm Arm, string Sentence, IReadOnlyList<ArmProperty> Properties, Func<JsonElement, Finding, string?> Refuses)
    {
        public static implicit operator Remediator(Row row) =>
            new ArmProperties(row.Descriptor, row.Arm, HttpMethod.Patch, row.Properties) { Sentence = row.Sentence, Refuses = row.Refuses };
    }
}
