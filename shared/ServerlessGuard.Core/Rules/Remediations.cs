namespace ServerlessGuard.Rules;

/// <summary>
/// The cloud-neutral names of the fixes. Many rules, few remediations: a host supplies the class that carries one out. Names are permanent.
/// </summary>
public static class Remediations
{
    public const string BlockPublicAccess = "block-public-access";
    public const string CloseAccessBoundary = "close-access-boundary";
    public const string CloseAdminPorts = "close-admin-ports";
    public const string CloseGuestAccess = "close-guest-access";
    public const string CloseModelEndpoint = "close-model-endpoint";
    public const string ClosePublicDatabase = "close-public-database";
    public const string CloseStorageNetwork = "close-storage-network";
    public const string CloseWorkbench = "close-workbench";
    public const string DisableModelKeys = "disable-model-keys";
    public const string DisableSharedKey = "disable-shared-key";
    public const string DisableStaleCredential = "disable-stale-credential";
    public const string EnableKeyRotation = "enable-key-rotation";
    public const string EnableRecovery = "enable-recovery";
    public const string EncryptDatabase = "encrypt-database";
    public const string ForbidForeignReplication = "forbid-foreign-replication";
    public const string KeepKeyMaterial = "keep-key-material";
    public const string NarrowGrant = "narrow-grant";
    public const string PinFederatedTrust = "pin-federated-trust";
    public const string QuarantineLocalUser = "quarantine-local-user";
    public const string RecordObjectAccess = "record-object-access";
    public const string RemoveAdministratorRights = "remove-administrator-rights";
    public const string RemoveForeignTrust = "remove-foreign-trust";
    public const string RemovePublicInvocation = "remove-public-invocation";
    public const string RequireEncryptedTransport = "require-encrypted-transport";
    public const string RequireMetadataTokens = "require-metadata-tokens";
    public const string RequireSecondFactor = "require-second-factor";
    public const string RestoreAuditTrail = "restore-audit-trail";
    public const string RestrictKeyAccess = "restrict-key-access";
}
