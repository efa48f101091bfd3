using ServerlessGuard.Aws.Api;
using ServerlessGuard.Engine;
using ServerlessGuard.Guards;
using ServerlessGuard.Remediation;

namespace ServerlessGuard.Aws.Remediators;

/// <summary>The list of what this host can fix.</summary>
public static class AwsRemediators
{
    /// <param name="settings">The team's: what is a stranger, an administration port, an old key.</param>
    /// <param name="options">What only an operator knows; null: nothing.</param>
    public static IReadOnlyList<Remediator> All(IAwsApi api, GuardSettings settings, TimeProvider time,
        AwsRemediatorOptions? options = null)
    {
        var access = new AwsAccess(api);
        return
        [
            new BlockPublicAccess(access),
            new CloseAccessBoundary(access),
            new RequireEncryptedTransport(access, settings),
            new EnableRecovery(access),
            new RecordObjectAccess(access, options?.LogBucket),
            new RemovePublicInvocation(access),
            new RemoveAdministratorRights(access, options?.PermissionsBoundary, options?.Own ?? OwnResources.None),
            new RequireMetadataTokens(access),
            new CloseAdminPorts(access, settings),
            new ClosePublicDatabase(access),
            new RestrictKeyAccess(access, settings),
            new EnableKeyRotation(access),
            new KeepKeyMaterial(access),
            new QuarantineLocalUser(access),
            new DisableStaleCredential(access, settings, time),
            new PinFederatedTrust(access, settings),
            new RemoveForeignTrust(access, settings),
            new NarrowGrant(access),
            new StopNotebook(access),
            new CloseWorkbenchDomain(access),
            new DisableModelKeys(access),
            new RestoreAuditTrail(access),
            new RequireSecondFactor(access),
            new CloseGuestAccess(access),
        ];
    }
}

/// <param name="LogBucket">Receives access logs (SG-LOG-003): in the buckets' region, writable for logging.s3.amazonaws.com.</param>
/// <param name="PermissionsBoundary">The ARN of a managed policy for functions whose role is administrator (SG-COMP-003).</param>
/// <param name="Own">What no fix may touch, where it would come to it through another resource; null: nothing.</param>
public sealed record AwsRemediatorOptions(string? LogBucket = null, string? PermissionsBoundary = null, OwnResources? Own = null);
