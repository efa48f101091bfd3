using System.Collections.Immutable;
using ServerlessGuard.Resources;
using ServerlessGuard.Rules;

namespace ServerlessGuard.Remediation;

public static partial class RemediationCatalog
{
    /// <summary>Permissions are Azure RBAC actions.</summary>
    /// <remarks>
    /// Without a remediator, since a safe change cannot be computed or would handle a secret: SG-COMP-004 (the fix moves a secret), SG-COMP-003 and SG-ID-005 (which rights
    /// the workload needs is not in its configuration), SG-KEY-002 (the rotation policy is data-plane), SG-ID-002 (Microsoft Graph, not ARM), SG-DATA-001 (moving data),
    /// SG-LOG-001 and SG-LOG-003 (the target of the logs is a team's choice).
    /// </remarks>
    public static class Azure
    {
        private const string Storage = "Microsoft.Storage/storageAccounts";
        private const string Vault = "Microsoft.KeyVault/vaults";
        private const string Cognitive = "Microsoft.CognitiveServices/accounts";

        public static RemediatorDescriptor BlockPublicAccess { get; } = Of(Remediations.BlockPublicAccess, Risk.None, [Storage], [$"{Storage}/read", $"{Storage}/write"]);

        public static RemediatorDescriptor CloseAccessBoundary { get; } = Of(Remediations.CloseAccessBoundary, Risk.None, [Storage], [$"{Storage}/read", $"{Storage}/write"]);

        public static RemediatorDescriptor RequireEncryptedTransport { get; } =
            Of(Remediations.RequireEncryptedTransport, Risk.None, [Storage], [$"{Storage}/read", $"{Storage}/write"]);

        public static RemediatorDescriptor DisableSharedKey { get; } = Of(Remediations.DisableSharedKey, Risk.Availability, [Storage], [$"{Storage}/read", $"{Storage}/write"]);

        public static RemediatorDescriptor CloseStorageNetwork { get; } =
            Of(Remediations.CloseStorageNetwork, Risk.Availability, [Storage], [$"{Storage}/read", $"{Storage}/write", "Microsoft.Network/virtualNetworks/subnets/joinViaServiceEndpoint/action"]);

        public static RemediatorDescriptor EnableRecovery { get; } =
            Of(Remediations.EnableRecovery, Risk.None, [$"{Storage}/blobServices"], [$"{Storage}/blobServices/read", $"{Storage}/blobServices/write"]);

        public static RemediatorDescriptor CloseAdminPorts { get; } = Of(
            Remediations.CloseAdminPorts,
            Risk.None,
            ["Microsoft.Network/networkSecurityGroups"],
            ["Microsoft.Network/networkSecurityGroups/read", "Microsoft.Network/networkSecurityGroups/securityRules/read", "Microsoft.Network/networkSecurityGroups/securityRules/write"]);

        public static RemediatorDescriptor CloseSqlServer { get; } =
            Of(Remediations.ClosePublicDatabase, Risk.Availability, ["Microsoft.Sql/servers"], ["Microsoft.Sql/servers/read", "Microsoft.Sql/servers/write"]);

        public static RemediatorDescriptor CloseCosmos { get; } = Of(
            Remediations.ClosePublicDatabase,
            Risk.Availability,
            ["Microsoft.DocumentDB/databaseAccounts"],
            ["Microsoft.DocumentDB/databaseAccounts/read", "Microsoft.DocumentDB/databaseAccounts/write"]);

        public static RemediatorDescriptor RemovePublicInvocation { get; } =
            Of(Remediations.RemovePublicInvocation, Risk.Availability, ["Microsoft.Web/sites"], ["Microsoft.Web/sites/read", "Microsoft.Web/sites/write"]);

        public static RemediatorDescriptor RestrictKeyAccess { get; } = Of(
            Remediations.RestrictKeyAccess,
            Risk.Availability,
            [Vault],
            [$"{Vault}/read", $"{Vault}/write", "Microsoft.Network/virtualNetworks/subnets/joinViaServiceEndpoint/action"]);

        public static RemediatorDescriptor KeepKeyMaterial { get; } = Of(Remediations.KeepKeyMaterial, Risk.Irreversible, [Vault], [$"{Vault}/read", $"{Vault}/write"]);

        public static RemediatorDescriptor QuarantineLocalUser { get; } = Of(
            Remediations.QuarantineLocalUser,
            Risk.Availability,
            ["Microsoft.Authorization/roleAssignments"],
            ["Microsoft.Authorization/roleAssignments/read", "Microsoft.Authorization/roleAssignments/write", "Microsoft.Authorization/roleAssignments/delete"]);

        public static RemediatorDescriptor PinFederatedTrust { get; } = Of(
            Remediations.PinFederatedTrust,
            Risk.Availability,
            ["Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials"],
            [
                "Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials/read",
                "Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials/write",
                "Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials/delete",
            ]);

        public static RemediatorDescriptor RemoveForeignTrust { get; } = Of(
            Remediations.RemoveForeignTrust,
            Risk.Availability,
            ["Microsoft.ManagedServices/registrationAssignments"],
            [
                "Microsoft.ManagedServices/registrationAssignments/read", "Microsoft.ManagedServices/registrationAssignments/write",
                "Microsoft.ManagedServices/registrationAssignments/delete", "Microsoft.ManagedServices/operationStatuses/read",
            ]);

        public static RemediatorDescriptor CloseWorkbench { get; } = Of(
            Remediations.CloseWorkbench,
            Risk.Availability,
            ["Microsoft.MachineLearningServices/workspaces"],
            ["Microsoft.MachineLearningServices/workspaces/read", "Microsoft.MachineLearningServices/workspaces/write"]);

        public static RemediatorDescriptor CloseModelEndpoint { get; } = Of(
            Remediations.CloseModelEndpoint,
            Risk.Availability,
            [Cognitive],
            [$"{Cognitive}/read", $"{Cognitive}/write", "Microsoft.Network/virtualNetworks/subnets/joinViaServiceEndpoint/action"]);

        public static RemediatorDescriptor DisableModelKeys { get; } = Of(Remediations.DisableModelKeys, Risk.Availability, [Cognitive], [$"{Cognitive}/read", $"{Cognitive}/write"]);

        public static RemediatorDescriptor EncryptDatabase { get; } = Of(
            Remediations.EncryptDatabase,
            Risk.None,
            ["Microsoft.Sql/servers/databases/transparentDataEncryption"],
            ["Microsoft.Sql/servers/databases/transparentDataEncryption/read", "Microsoft.Sql/servers/databases/transparentDataEncryption/write"]);

        public static ImmutableArray<RemediatorDescriptor> All { get; } =
        [
            BlockPublicAccess, CloseAccessBoundary, RequireEncryptedTransport, DisableSharedKey, CloseStorageNetwork, EnableRecovery, CloseAdminPorts, CloseSqlServer, CloseCosmos,
            RemovePublicInvocation, RestrictKeyAccess, KeepKeyMaterial, QuarantineLocalUser, PinFederatedTrust, RemoveForeignTrust, CloseWorkbench, CloseModelEndpoint, DisableModelKeys,
            EncryptDatabase,
        ];

        private static RemediatorDescriptor Of(string remediation, Risk risk, ImmutableArray<string> types, ImmutableArray<string> permissions) =>
            new() { Remediation = remediation, Provider = Provider.Azure, NativeTypes = types, Permissions = permissions, Risk = risk };
    }
}
