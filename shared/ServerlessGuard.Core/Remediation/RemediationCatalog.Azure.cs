using System.Collections.Immutable;
using ServerlessGuard.Findings;
using ServerlessGuard.Guards;
using ServerlessGuard.Resources;
using ServerlessGuard.Rules;

namespace ServerlessGuard.Remediation;

public static partial class RemediationCatalog
{
    /// <summary>Permissions are Azure RBAC actions.</summary>
    /// <remarks>
    /// Without a remediator, on purpose: SG-COMP-004 (the plan and its undo would hold the secret), SG-KEY-002 (ARM creates a key with a
    /// rotation policy, but only the data plane changes one), SG-ID-002 and federated credentials of applications (Graph, where the right
    /// to change one application's secrets is the right to take over any), SG-ID-005 (what the role's holders need is not written
    /// anywhere), SG-AI-002 for computes and SG-AI-003 and SG-AI-004 for endpoints of a workspace (fixed at their creation), SG-DATA-001
    /// (data would have to move); SG-ID-007, SG-ID-008, SG-ID-009 and SG-ID-012 (their guides say why).
    /// </remarks>
    public static class Azure
    {
        private const string Storage = "Microsoft.Storage/storageAccounts";
        private const string Sites = "Microsoft.Web/sites";
        private const string Assignments = "Microsoft.Authorization/roleAssignments";
        private const string Settings = "Microsoft.Insights/diagnosticSettings";

        public static RemediatorDescriptor BlockPublicAccess { get; } = Of(
            Remediations.BlockPublicAccess, Risk.None, [Storage], $"{Storage}/read", $"{Storage}/write");

        public static RemediatorDescriptor CloseAccessBoundary { get; } = Of(
            Remediations.CloseAccessBoundary, Risk.None, [Storage], $"{Storage}/read", $"{Storage}/write",
            $"{Storage}/blobServices/containers/read");

        public static RemediatorDescriptor RequireEncryptedTransport { get; } = Of(
            Remediations.RequireEncryptedTransport, Risk.None, [Storage], $"{Storage}/read", $"{Storage}/write");

        public static RemediatorDescriptor DisableSharedKey { get; } = Of(
            Remediations.DisableSharedKey, Risk.Availability, [Storage], $"{Storage}/read", $"{Storage}/write");

        /// <summary>The last action is asked for each subnet that the rewritten list names.</summary>
        public static RemediatorDescriptor CloseStorageNetwork { get; } = Of(
            Remediations.CloseStorageNetwork,
            Risk.Availability,
            [Storage],
            $"{Storage}/read",
            $"{Storage}/write",
            "Microsoft.Network/virtualNetworks/subnets/joinViaServiceEndpoint/action");

        /// <summary>Nothing that is copied today stops: it is refused where a policy crosses tenants.</summary>
        public static RemediatorDescriptor ForbidForeignReplication { get; } = Of(
            Remediations.ForbidForeignReplication, Risk.None, [Storage], $"{Storage}/read", $"{Storage}/write",
            $"{Storage}/objectReplicationPolicies/read");

        public static RemediatorDescriptor EnableRecovery { get; } = Of(
            Remediations.EnableRecovery, Risk.None, [$"{Storage}/blobServices"], $"{Storage}/blobServices/read",
            $"{Storage}/blobServices/write");

        public static RemediatorDescriptor RemovePublicInvocation { get; } = Of(
            Remediations.RemovePublicInvocation,
            Risk.Availability,
            [Sites, $"{Sites}/slots"],
            $"{Sites}/read",
            $"{Sites}/write",
            $"{Sites}/config/read",
            $"{Sites}/config/write",
            $"{Sites}/slots/read",
            $"{Sites}/slots/write",
            $"{Sites}/slots/config/read",
            $"{Sites}/slots/config/write");

        public static RemediatorDescriptor RemoveAdministratorRights { get; } = Of(
            Remediations.RemoveAdministratorRights,
            Risk.Availability,
            [Sites, $"{Sites}/slots"],
            $"{Sites}/read",
            $"{Sites}/slots/read",
            "Microsoft.ManagedIdentity/userAssignedIdentities/read",
            "Microsoft.Authorization/roleDefinitions/read",
            $"{Assignments}/read",
            $"{Assignments}/delete",
            $"{Assignments}/write") with
        {
            UndoPermissions = [$"{Assignments}/write"],
        };

        public static RemediatorDescriptor CloseAdminPorts { get; } = Of(
            Remediations.CloseAdminPorts,
            Risk.None,
            ["Microsoft.Network/networkSecurityGroups"],
            "Microsoft.Network/networkSecurityGroups/read",
            "Microsoft.Network/networkSecurityGroups/securityRules/read",
            "Microsoft.Network/networkSecurityGroups/securityRules/write");

        public static RemediatorDescriptor ClosePublicDatabase { get; } = Of(
            Remediations.ClosePublicDatabase,
            Risk.Availability,
            ["Microsoft.Sql/servers", "Microsoft.DBforPostgreSQL/flexibleServers", "Microsoft.DBforMySQL/flexibleServers",
                "Microsoft.DocumentDB/databaseAccounts"],
            [
                .. Server("Microsoft.Sql/servers"), .. Server("Microsoft.DBforPostgreSQL/flexibleServers"),
                .. Server("Microsoft.DBforMySQL/flexibleServers"),
                "Microsoft.DocumentDB/databaseAccounts/read", "Microsoft.DocumentDB/databaseAccounts/write",
            ]) with
        {
            UndoPermissions =
            [
                "Microsoft.Sql/servers/firewallRules/write",
                "Microsoft.DBforPostgreSQL/flexibleServers/firewallRules/write",
                "Microsoft.DBforMySQL/flexibleServers/firewallRules/write",
            ],
        };

        /// <summary>The last action is asked for each subnet that the rewritten list names.</summary>
        public static RemediatorDescriptor RestrictKeyAccess { get; } = Of(
            Remediations.RestrictKeyAccess,
            Risk.Availability,
            ["Microsoft.KeyVault/vaults"],
            "Microsoft.KeyVault/vaults/read",
            "Microsoft.KeyVault/vaults/write",
            "Microsoft.Network/virtualNetworks/subnets/joinViaServiceEndpoint/action");

        public static RemediatorDescriptor KeepKeyMaterial { get; } = Of(
            Remediations.KeepKeyMaterial, Risk.Irreversible, ["Microsoft.KeyVault/vaults"], "Microsoft.KeyVault/vaults/read",
            "Microsoft.KeyVault/vaults/write");

        public static RemediatorDescriptor QuarantineLocalUser { get; } = Of(
            Remediations.QuarantineLocalUser, Risk.Availability, [Assignments], $"{Assignments}/read", $"{Assignments}/delete",
            $"{Assignments}/write") with
        {
            UndoPermissions = [$"{Assignments}/write"],
        };

        public static RemediatorDescriptor PinFederatedTrust { get; } = Of(
            Remediations.PinFederatedTrust,
            Risk.Availability,
            ["Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials"],
            "Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials/read",
            "Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials/write",
            "Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials/delete") with
        {
            UndoPermissions = ["Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials/write"],
        };

        public static RemediatorDescriptor RemoveForeignTrust { get; } = Of(
            Remediations.RemoveForeignTrust,
            Risk.Availability,
            ["Microsoft.ManagedServices/registrationAssignments", Assignments],
            "Microsoft.ManagedServices/registrationAssignments/read",
            "Microsoft.ManagedServices/registrationAssignments/write",
            "Microsoft.ManagedServices/registrationAssignments/delete",
            $"{Assignments}/read",
            $"{Assignments}/delete",
            $"{Assignments}/write") with
        {
            UndoPermissions = ["Microsoft.ManagedServices/registrationAssignments/write", $"{Assignments}/write"],
        };

        public static RemediatorDescriptor CloseWorkbench { get; } = Of(
            Remediations.CloseWorkbench, Risk.Availability, ["Microsoft.MachineLearningServices/workspaces"],
            "Microsoft.MachineLearningServices/workspaces/read",
            "Microsoft.MachineLearningServices/workspaces/write");

        /// <summary>The last action is asked for each subnet that the rewritten list names.</summary>
        public static RemediatorDescriptor CloseModelEndpoint { get; } = Of(
            Remediations.CloseModelEndpoint,
            Risk.Availability,
            ["Microsoft.CognitiveServices/accounts"],
            "Microsoft.CognitiveServices/accounts/read",
            "Microsoft.CognitiveServices/accounts/write",
            "Microsoft.Network/virtualNetworks/subnets/joinViaServiceEndpoint/action");

        public static RemediatorDescriptor DisableModelKeys { get; } = Of(
            Remediations.DisableModelKeys,
            Risk.Availability,
            ["Microsoft.CognitiveServices/accounts"],
            "Microsoft.CognitiveServices/accounts/read",
            "Microsoft.CognitiveServices/accounts/write");

        public static RemediatorDescriptor EncryptDatabase { get; } = Of(
            Remediations.EncryptDatabase, Risk.None, ["Microsoft.Sql/servers/databases/transparentDataEncryption"],
            "Microsoft.Sql/servers/databases/transparentDataEncryption/read",
            "Microsoft.Sql/servers/databases/transparentDataEncryption/write");

        public static RemediatorDescriptor RestoreAuditTrail { get; } = Of(
            Remediations.RestoreAuditTrail,
            Risk.None,
            ["Microsoft.Resources/subscriptions"],
            "Microsoft.Resources/subscriptions/read",
            $"{Settings}/read",
            $"{Settings}/write",
            $"{Settings}/delete",
            "Microsoft.OperationalInsights/workspaces/sharedKeys/action") with
        {
            UndoPermissions = [$"{Settings}/delete"],
        };

        /// <summary>Nobody is locked out, but the volume costs: a person decides.</summary>
        public static RemediatorDescriptor RecordObjectAccess { get; } = Of(
            Remediations.RecordObjectAccess,
            Risk.Availability,
            [Storage],
            $"{Storage}/read",
            $"{Settings}/read",
            $"{Settings}/write",
            $"{Settings}/delete",
            "Microsoft.OperationalInsights/workspaces/sharedKeys/action") with
        {
            UndoPermissions = [$"{Settings}/delete"],
        };

        /// <summary>Beyond a fix's own permissions, where <see cref="RemediationSettings.AzurePolicyTasks"/> is on.</summary>
        public static ImmutableArray<string> PolicyTaskPermissions { get; } =
        [
            "Microsoft.Authorization/policyAssignments/read",
            "Microsoft.Authorization/policySetDefinitions/read",
            "Microsoft.PolicyInsights/remediations/read",
            "Microsoft.PolicyInsights/remediations/write",
        ];

        public static ImmutableArray<RemediatorDescriptor> All { get; } =
        [
            BlockPublicAccess, CloseAccessBoundary, RequireEncryptedTransport, DisableSharedKey, CloseStorageNetwork,
            ForbidForeignReplication, EnableRecovery, RemovePublicInvocation, RemoveAdministratorRights, CloseAdminPorts,
            ClosePublicDatabase, RestrictKeyAccess, KeepKeyMaterial, QuarantineLocalUser, PinFederatedTrust, RemoveForeignTrust,
            CloseWorkbench, CloseModelEndpoint, DisableModelKeys, EncryptDatabase, RestoreAuditTrail, RecordObjectAccess,
        ];

        private static IEnumerable<string> Server(string type) =>
            [$"{type}/read", $"{type}/write", $"{type}/firewallRules/read", $"{type}/firewallRules/write", $"{type}/firewallRules/delete"];

        private static RemediatorDescriptor Of(string remediation, Risk risk, ImmutableArray<string> types,
            params ImmutableArray<string> permissions) => new()
        {
            Remediation = remediation,
            Provider = Provider.Azure,
            NativeTypes = types,
            Permissions = permissions,
            Risk = risk,
        };
    }
}
