using ServerlessGuard.Findings;

namespace ServerlessGuard.Azure.Tests.Remediators;

/// <summary>Every remediator, in the ways that it can go.</summary>
public static class FixCases
{
    public const string Subscription = "/subscriptions/11111111-2222-3333-4444-555555555555";
    public const string Workspace = Group + "/providers/Microsoft.OperationalInsights/workspaces/audit";
    public const string Storage = Group + "/providers/Microsoft.Storage/storageAccounts/reports";
    public const string Vault = Group + "/providers/Microsoft.KeyVault/vaults/keys";
    public const string Model = Group + "/providers/Microsoft.CognitiveServices/accounts/gpt";
    public const string Site = Group + "/providers/Microsoft.Web/sites/hook";
    public const string Nsg = Group + "/providers/Microsoft.Network/networkSecurityGroups/jump";
    public const string Sql = Group + "/providers/Microsoft.Sql/servers/sql";
    public const string Person = Subscription + "/providers/Microsoft.Authorization/roleAssignments/aaaaaaaa-0000-0000-0000-000000000001";
    public const string OtherOwner = Subscription + "/providers/Microsoft.Authorization/roleAssignments/aaaaaaaa-0000-0000-0000-000000000002";
    public const string AppRole = Subscription + "/providers/Microsoft.Authorization/roleAssignments/aaaaaaaa-0000-0000-0000-000000000003";
    public const string Owner = Subscription + "/providers/Microsoft.Authorization/roleDefinitions/8e3af657-a8ff-443c-a75c-2fe8c4bcb635";
    public const string Contributor = Subscription + "/providers/Microsoft.Authorization/roleDefinitions/b24988ac-6180-42a0-ab88-20f7382dd24c";
    public const string Custom = Subscription + "/providers/Microsoft.Authorization/roleDefinitions/cccccccc-0000-0000-0000-000000000001";
    public const string Elsewhere = "/subscriptions/99999999-2222-3333-4444-555555555555/resourceGroups/rg/providers/Microsoft.Storage/storageAccounts/theirs";

    private const string Group = Subscription + "/resourceGroups/rg";
    private const string Copies = Group + "/providers/Microsoft.Storage/storageAccounts/copies";
    private const string Flexible = Group + "/providers/Microsoft.DBforPostgreSQL/flexibleServers/pg";
    private const string MySql = Group + "/providers/Microsoft.DBforMySQL/flexibleServers/my";
    private const string Cosmos = Group + "/providers/Microsoft.DocumentDB/databaseAccounts/docs";
    private const string Studio = Group + "/providers/Microsoft.MachineLearningServices/workspaces/lab";
    private const string Tde = Sql + "/databases/orders/transparentDataEncryption/current";
    private const string Federated = Group + "/providers/Microsoft.ManagedIdentity/userAssignedIdentities/ci/federatedIdentityCredentials/github";
    private const string Delegation = Subscription + "/providers/Microsoft.ManagedServices/registrationAssignments/bbbbbbbb-0000-0000-0000-000000000001";
    private const string Foreign = Subscription + "/providers/Microsoft.Authorization/roleAssignments/aaaaaaaa-0000-0000-0000-000000000004";
    private const string Setting = "/providers/Microsoft.Insights/diagnosticSettings/serverlessguard";

    /// <summary>A rule of the group that nobody may touch: it must be there after the fix and after its undo.</summary>
    private const string Rdp = """{"protocol":"Tcp","sourcePortRange":"*","destinationPortRange":"3389","sourceAddressPrefix":"*","destinationAddressPrefix":"*","access":"Allow","priority":100,"direction":"Inbound"}""";
    private const string Wide = """{"protocol":"*","sourcePortRange":"*","destinationPortRange":"*","sourceAddressPrefix":"Internet","destinationAddressPrefix":"*","access":"Allow","priority":100,"direction":"Inbound"}""";
    private const string Web = """{"protocol":"Tcp","sourcePortRange":"*","destinationPortRange":"443","sourceAddressPrefix":"*","destinationAddressPrefix":"*","access":"Allow","priority":200,"direction":"Inbound"}""";

    public static IReadOnlyList<FixCase> All { get; } =
    [
        new("anonymous access, absent", "SG-STOR-001", Storage, [(Storage, """{"properties":{"minimumTlsVersion":"TLS1_2"}}""")], $$$$$"""PATCH {{{{{Storage}}}}} {"properties":{"allowBlobPublicAccess":false}}"""),
        new("anonymous access, true", "SG-STOR-001", Storage, [(Storage, """{"properties":{"allowBlobPublicAccess":true}}""")], $$$$$"""PATCH {{{{{Storage}}}}} {"properties":{"allowBlobPublicAccess":false}}"""),
        new("boundary, unused", "SG-STOR-003", Storage, [(Storage, """{"properties":{}}"""), (Storage + "/blobServices/default/containers/a", """{"properties":{"publicAccess":"None"}}""")], $$$$$"""PATCH {{{{{Storage}}}}} {"properties":{"allowBlobPublicAccess":false}}"""),
        new("boundary, in use", "SG-STOR-003", Storage, [(Storage, """{"properties":{}}"""), (Storage + "/blobServices/default/containers/a", """{"properties":{"publicAccess":"Blob"}}""")], $$$$$"""PATCH {{{{{Storage}}}}} {"properties":{"allowBlobPublicAccess":false}}""") { Risk = Risk.Availability },
        new("transport, both", "SG-STOR-004", Storage, [(Storage, """{"properties":{"supportsHttpsTrafficOnly":false}}""")], $$$$$"""PATCH {{{{{Storage}}}}} {"properties":{"supportsHttpsTrafficOnly":true,"minimumTlsVersion":"TLS1_2"}}"""),
        new("transport, https only", "SG-STOR-004", Storage, [(Storage, """{"properties":{"supportsHttpsTrafficOnly":false,"minimumTlsVersion":"TLS1_3"}}""")], $$$$$"""PATCH {{{{{Storage}}}}} {"properties":{"supportsHttpsTrafficOnly":true}}"""),
        new("shared keys", "SG-STOR-005", Storage, [(Storage, """{"kind":"StorageV2","properties":{"sasPolicy":{"sasExpirationPeriod":"1.00:00:00"}}}""")], $$$$$"""PATCH {{{{{Storage}}}}} {"properties":{"allowSharedKeyAccess":false}}"""),
        new("storage firewall", "SG-STOR-006", Storage, [(Storage, """{"properties":{"networkAcls":{"bypass":"Logging","defaultAction":"Allow","ipRules":[{"value":"203.0.113.7","action":"Allow"}],"virtualNetworkRules":[{"id":"/s/v","action":"Allow","state":"Succeeded"}],"resourceAccessRules":[{"tenantId":"t","resourceId":"r"}]}}}""")],
            $$$$$"""PATCH {{{{{Storage}}}}} {"properties":{"networkAcls":{"bypass":"Logging","defaultAction":"Deny","ipRules":[{"value":"203.0.113.7","action":"Allow"}],"virtualNetworkRules":[{"id":"/s/v","action":"Allow"}],"resourceAccessRules":[{"tenantId":"t","resourceId":"r"}]}}}"""),
        new("storage firewall, absent", "SG-STOR-006", Storage, [(Storage, """{"properties":{}}""")], $$$$$"""PATCH {{{{{Storage}}}}} {"properties":{"networkAcls":{"bypass":"AzureServices","defaultAction":"Deny","ipRules":[],"virtualNetworkRules":[]}}}"""),
        new("replication across tenants, one policy to our own account", "SG-STOR-007", Storage,
            [
                (Storage, """{"properties":{"allowCrossTenantReplication":true}}"""),
                (Storage + "/objectReplicationPolicies/a", $$$$$"""{"properties":{"sourceAccount":"{{{{{Storage}}}}}","destinationAccount":"{{{{{Copies}}}}}"}}"""),
            ],
            $$$$$"""PATCH {{{{{Storage}}}}} {"properties":{"allowCrossTenantReplication":false}}"""),
        new("soft delete, CORS survives", "SG-STOR-008", Storage + "/blobServices/default", [(Storage + "/blobServices/default", """{"properties":{"cors":{"corsRules":[{"allowedOrigins":["https://x"]}]},"isVersioningEnabled":true,"deleteRetentionPolicy":{"enabled":true,"days":30}}}""")],
            $$$$$"""PUT {{{{{Storage}}}}}/blobServices/default {"properties":{"cors":{"corsRules":[{"allowedOrigins":["https://x"]}]},"isVersioningEnabled":true,"deleteRetentionPolicy":{"enabled":true,"days":30},"containerDeleteRetentionPolicy":{"enabled":true,"days":7}}}"""),
        new("function with a provider", "SG-COMP-001", Site, [(Site, """{"kind":"functionapp","properties":{}}"""), (Site + "/config/authsettingsV2", """{"properties":{"platform":{"enabled":false,"runtimeVersion":"~1"},"globalValidation":{"redirectToProvider":"x","unauthenticatedClientAction":"AllowAnonymous"},"identityProviders":{"azureActiveDirectory":{"enabled":true,"registration":{"clientId":"c","clientSecretSettingName":"S"}}},"login":{"tokenStore":{"enabled":true}}}}""")],
            $$$$$"""PUT {{{{{Site}}}}}/config/authsettingsV2 {"properties":{"platform":{"enabled":true,"runtimeVersion":"~1"},"globalValidation":{"redirectToProvider":"x","requireAuthentication":true,"unauthenticatedClientAction":"Return401"},"identityProviders":{"azureActiveDirectory":{"enabled":true,"registration":{"clientId":"c","clientSecretSettingName":"S"}}},"login":{"tokenStore":{"enabled":true}}}}"""),
        new("function without a provider", "SG-COMP-001", Site, [(Site, """{"kind":"functionapp","properties":{}}"""), (Site + "/config/authsettingsV2", """{"properties":{"platform":{"enabled":false}}}""")], $$$$$"""PATCH {{{{{Site}}}}} {"properties":{"publicNetworkAccess":"Disabled"}}"""),
        new("function as Contributor and with a custom role", "SG-COMP-003", Site,
            [
                (Site, """{"kind":"functionapp","identity":{"type":"SystemAssigned","principalId":"p1"},"properties":{}}"""),
                (AppRole, $$$$$"""{"properties":{"roleDefinitionId":"{{{{{Contributor}}}}}","principalId":"P1","principalType":"ServicePrincipal","scope":"{{{{{Subscription}}}}}","createdOn":"2026-01-01"}}"""),
                (Foreign, $$$$$"""{"properties":{"roleDefinitionId":"{{{{{Custom}}}}}","principalId":"p1","principalType":"ServicePrincipal","scope":"{{{{{Subscription}}}}}"}}"""),
                (Custom, """{"properties":{"permissions":[{"actions":["Microsoft.Authorization/roleAssignments/write"],"notActions":[]}]}}"""),
                (OtherOwner, $$$$$"""{"properties":{"roleDefinitionId":"{{{{{Owner}}}}}","principalId":"p2","principalType":"User","scope":"{{{{{Subscription}}}}}"}}"""),
            ],
            $"DELETE {AppRole}", $"DELETE {Foreign}"),
        new("function as Owner and with a custom role", "SG-COMP-003", Site,
            [
                (Site, """{"kind":"functionapp","identity":{"type":"SystemAssigned","principalId":"p1"},"properties":{}}"""),
                (AppRole, $$$$$"""{"properties":{"roleDefinitionId":"{{{{{Owner}}}}}","principalId":"P1","principalType":"ServicePrincipal","scope":"{{{{{Subscription}}}}}","createdOn":"2026-01-01"}}"""),
                (Foreign, $$$$$"""{"properties":{"roleDefinitionId":"{{{{{Custom}}}}}","principalId":"p1","principalType":"ServicePrincipal","scope":"{{{{{Subscription}}}}}"}}"""),
                (Custom, """{"properties":{"permissions":[{"actions":["Microsoft.Authorization/roleAssignments/write"],"notActions":[]}]}}"""),
                (OtherOwner, $$$$$"""{"properties":{"roleDefinitionId":"{{{{{Owner}}}}}","principalId":"p2","principalType":"User","scope":"{{{{{Subscription}}}}}"}}"""),
            ],
            $"DELETE {AppRole}", $"DELETE {Foreign}") { IsOneWay = true },
        new("admin port", "SG-NET-001", Nsg, [(Nsg, $$$$$"""{"properties":{"securityRules":[{"name":"rdp","properties":{{{{{Rdp}}}}}},{"name":"web","properties":{{{{{Web}}}}}}]}}""")], $$"""PUT {{Nsg}}/securityRules/rdp {"properties":{{Rdp.Replace("Allow", "Deny", StringComparison.Ordinal)}}}"""),
        new("every port", "SG-NET-001", Nsg, [(Nsg, $$$$$"""{"properties":{"securityRules":[{"name":"all","properties":{{{{{Wide}}}}}},{"name":"web","properties":{{{{{Web}}}}}}]}}""")], $$"""PUT {{Nsg}}/securityRules/all {"properties":{{Wide.Replace("Allow", "Deny", StringComparison.Ordinal)}}}""") { Risk = Risk.Availability },
        new("one wide rule of a SQL server", "SG-NET-002", Sql, [(Sql, """{"properties":{"publicNetworkAccess":"Enabled"}}"""), (Sql + "/firewallRules/all", """{"properties":{"startIpAddress":"0.0.0.0","endIpAddress":"255.255.255.255"}}"""), (Sql + "/firewallRules/office", """{"properties":{"startIpAddress":"203.0.113.7","endIpAddress":"203.0.113.7"}}""")], $"DELETE {Sql}/firewallRules/all"),
        new("two wide rules of a SQL server", "SG-NET-002", Sql, [(Sql, """{"properties":{}}"""), (Sql + "/firewallRules/all", """{"properties":{"startIpAddress":"0.0.0.0","endIpAddress":"255.255.255.255"}}"""), (Sql + "/firewallRules/azure", """{"properties":{"startIpAddress":"0.0.0.0","endIpAddress":"0.0.0.0"}}""")], $$$$$"""PATCH {{{{{Sql}}}}} {"properties":{"publicNetworkAccess":"Disabled"}}"""),
        new("flexible server", "SG-NET-002", Flexible, [(Flexible, """{"properties":{"network":{"publicNetworkAccess":"Enabled"}}}"""), (Flexible + "/firewallRules/a", """{"properties":{"startIpAddress":"0.0.0.0","endIpAddress":"127.255.255.255"}}"""), (Flexible + "/firewallRules/b", """{"properties":{"startIpAddress":"128.0.0.0","endIpAddress":"255.255.255.255"}}""")], $$$$$"""PATCH {{{{{Flexible}}}}} {"properties":{"network":{"publicNetworkAccess":"Disabled"}}}"""),
        new("MySQL server open to all of Azure", "SG-NET-002", MySql, [(MySql, """{"properties":{"network":{}}}"""), (MySql + "/firewallRules/azure", """{"properties":{"startIpAddress":"0.0.0.0","endIpAddress":"0.0.0.0"}}""")], $"DELETE {MySql}/firewallRules/azure"),
        new("Cosmos", "SG-NET-002", Cosmos, [(Cosmos, """{"properties":{"ipRules":[]}}""")], $$$$$"""PATCH {{{{{Cosmos}}}}} {"properties":{"publicNetworkAccess":"Disabled"}}"""),
        new("vault firewall", "SG-KEY-001", Vault, [(Vault, """{"properties":{"tenantId":"own","enableRbacAuthorization":true,"networkAcls":{"bypass":"None","defaultAction":"Allow","ipRules":[],"virtualNetworkRules":[{"id":"/s/v"}]}}}""")], $$$$$"""PATCH {{{{{Vault}}}}} {"properties":{"networkAcls":{"bypass":"None","defaultAction":"Deny","ipRules":[],"virtualNetworkRules":[{"id":"/s/v"}]}}}"""),
        new("vault policy of another tenant", "SG-KEY-001", Vault, [(Vault, """{"properties":{"tenantId":"own","publicNetworkAccess":"Disabled","accessPolicies":[{"tenantId":"OWN","objectId":"a","permissions":{"keys":["get"]}},{"tenantId":"other","objectId":"b","permissions":{"keys":["get"]}}]}}""")], $$$$$"""PATCH {{{{{Vault}}}}} {"properties":{"accessPolicies":[{"tenantId":"OWN","objectId":"a","permissions":{"keys":["get"]}}]}}"""),
        new("purge protection", "SG-KEY-003", Vault, [(Vault, """{"properties":{}}""")], $$$$$"""PATCH {{{{{Vault}}}}} {"properties":{"enablePurgeProtection":true}}""") { IsOneWay = true },
        new("guest's role", "SG-ID-001", Person, [(Person, $$$$$"""{"properties":{"roleDefinitionId":"{{{{{Contributor}}}}}","principalId":"guest","principalType":"User","scope":"{{{{{Subscription}}}}}","condition":"@x","conditionVersion":"2.0","createdBy":"y"}}"""), (OtherOwner, $$$$$"""{"properties":{"roleDefinitionId":"{{{{{Owner}}}}}","principalId":"p2","principalType":"User","scope":"{{{{{Subscription}}}}}"}}""")], $"DELETE {Person}"),
        new("guest who is Owner", "SG-ID-001", Person, [(Person, $$$$$"""{"properties":{"roleDefinitionId":"{{{{{Owner}}}}}","principalId":"guest","principalType":"User","scope":"{{{{{Subscription}}}}}","condition":"@x","conditionVersion":"2.0","createdBy":"y"}}"""), (OtherOwner, $$$$$"""{"properties":{"roleDefinitionId":"{{{{{Owner}}}}}","principalId":"p2","principalType":"User","scope":"{{{{{Subscription}}}}}"}}""")], $"DELETE {Person}") { IsOneWay = true },
        new("federated credential", "SG-ID-003", Federated, [(Federated, """{"properties":{"issuer":"https://token.actions.githubusercontent.com","claimsMatchingExpression":{"value":"claims['sub'] matches '*'","languageVersion":1},"audiences":["api://AzureADTokenExchange"]}}""")], $"DELETE {Federated}"),
        new("delegation", "SG-ID-004", Delegation, [(Delegation, """{"properties":{"registrationDefinitionId":"/x/y","provisioningState":"Succeeded"}}""")], $"DELETE {Delegation}"),
        new("role of a foreign group", "SG-ID-004", Foreign, [(Foreign, $$$$$"""{"properties":{"roleDefinitionId":"{{{{{Contributor}}}}}","principalId":"g","principalType":"ForeignGroup","scope":"{{{{{Subscription}}}}}"}}""")], $"DELETE {Foreign}"),
        new("foreign group that is Owner", "SG-ID-004", Foreign, [(Foreign, $$$$$"""{"properties":{"roleDefinitionId":"{{{{{Owner}}}}}","principalId":"g","principalType":"ForeignGroup","scope":"{{{{{Subscription}}}}}"}}""")], $"DELETE {Foreign}") { IsOneWay = true },
        new("workspace", "SG-AI-002", Studio, [(Studio, """{"kind":"Default","properties":{}}""")], $$$$$"""PATCH {{{{{Studio}}}}} {"properties":{"publicNetworkAccess":"Disabled"}}"""),
        new("AI account's firewall", "SG-AI-003", Model, [(Model, """{"properties":{"customSubDomainName":"gpt","networkAcls":{"defaultAction":"Allow","ipRules":[{"value":"203.0.113.7"}]}}}""")], $$$$$"""PATCH {{{{{Model}}}}} {"properties":{"networkAcls":{"defaultAction":"Deny","ipRules":[{"value":"203.0.113.7"}],"virtualNetworkRules":[]}}}"""),
        new("AI account's keys", "SG-AI-004", Model, [(Model, """{"properties":{"customSubDomainName":"gpt"}}""")], $$$$$"""PATCH {{{{{Model}}}}} {"properties":{"disableLocalAuth":true}}"""),
        new("database encryption", "SG-DATA-006", Tde, [(Tde, """{"properties":{"state":"Disabled"}}""")], $$$$$"""PUT {{{{{Tde}}}}} {"properties":{"state":"Enabled"}}"""),
        new("activity log", "SG-LOG-001", Subscription, [(Subscription, """{"tenantId":"own"}""")],
            $$$$$"""PUT {{{{{Subscription}}}}}{{{{{Setting}}}}} {"properties":{"workspaceId":"{{{{{Workspace}}}}}","logs":[{"category":"Administrative","enabled":true},{"category":"Security","enabled":true},{"category":"Policy","enabled":true},{"category":"Alert","enabled":true}]}}"""),
        new("activity log, half on", "SG-LOG-001", Subscription, [(Subscription, """{"tenantId":"own"}"""), (Subscription + Setting, $$$$$"""{"properties":{"workspaceId":"{{{{{Workspace}}}}}","logs":[{"category":"Administrative","enabled":true},{"category":"Alert","enabled":false}]}}""")],
            $$$$$"""PUT {{{{{Subscription}}}}}{{{{{Setting}}}}} {"properties":{"workspaceId":"{{{{{Workspace}}}}}","logs":[{"category":"Administrative","enabled":true},{"category":"Security","enabled":true},{"category":"Policy","enabled":true},{"category":"Alert","enabled":true}]}}"""),
        new("blob log", "SG-LOG-003", Storage, [(Storage, """{"properties":{}}""")], $$$$$"""PUT {{{{{Storage}}}}}/blobServices/default{{{{{Setting}}}}} {"properties":{"workspaceId":"{{{{{Workspace}}}}}","logs":[{"categoryGroup":"audit","enabled":true}]}}"""),
    ];

    /// <summary>Where only a person can decide: rule, resource, document, and a word of the reason.</summary>
    public static IReadOnlyList<(string Rule, string Id, string Json, string Why)> Refused { get; } =
    [
        ("SG-STOR-005", Group + "/providers/Microsoft.Storage/storageAccounts/own", """{"properties":{}}""", "our own"),
        ("SG-STOR-006", Group + "/providers/Microsoft.Storage/storageAccounts/own", """{"properties":{}}""", "our own"),
        ("SG-STOR-006", Storage, """{"properties":{"networkAcls":{"defaultAction":"Deny","ipRules":[{"value":"0.0.0.0/1"},{"value":"128.0.0.0/1"}]}}}""", "which may stay"),
        ("SG-STOR-007", Storage, """{"properties":{}}""", "could not be restored"),
        ("SG-COMP-001", Group + "/providers/Microsoft.Web/sites/guard", """{"properties":{}}""", "our own"),
        ("SG-COMP-001", Group + "/providers/Microsoft.Web/sites/guard/slots/blue", """{"properties":{}}""", "our own"),
        ("SG-KEY-001", Vault, """{"properties":{"networkAcls":{"defaultAction":"Allow","ipRules":[{"value":"0.0.0.0/0"}]}}}""", "which may stay"),
        ("SG-ID-001", Person, $$$$$"""{"properties":{"roleDefinitionId":"{{{{{Owner}}}}}","principalId":"guest","principalType":"User"}}""", "only Owner"),
        ("SG-ID-001", Person, $$$$$"""{"properties":{"roleDefinitionId":"{{{{{Owner}}}}}","principalId":"team","principalType":"Group"}}""", "from the group"),
        ("SG-ID-003", Federated, """{"properties":{"issuer":"https://x","audiences":["y"]}}""", "restored"),
        ("SG-ID-004", Foreign, $$$$$"""{"properties":{"roleDefinitionId":"{{{{{Owner}}}}}","principalId":"g","principalType":"Group"}}""", "no longer"),
        ("SG-AI-002", Studio, """{"kind":"Project","properties":{}}""", "hub"),
        ("SG-AI-003", Model, """{"properties":{}}""", "subdomain"),
        ("SG-AI-004", Model, """{"properties":{}}""", "subdomain"),
        ("SG-DATA-006", Sql + "/databases/master/transparentDataEncryption/current", """{"properties":{"state":"Disabled"}}""", "master"),
    ];
}
