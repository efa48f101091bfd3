using ServerlessGuard.Azure.Arm;
using ServerlessGuard.Engine;
using ServerlessGuard.Remediation;

namespace ServerlessGuard.Azure.Remediators;

/// <summary>The list of what this host can fix.</summary>
public static class AzureRemediators
{
    /// <param name="settings">The team's: what is a stranger, an administration port, whether policy tasks do the fixing.</param>
    /// <param name="options">What only the deployment knows.</param>
    public static IReadOnlyList<Remediator> All(IArm arm, GuardSettings settings, AzureRemediatorOptions options)
    {
        IReadOnlyList<Remediator> own =
        [
            new BlockPublicAccess(arm),
            new CloseAccessBoundary(arm),
            new RequireEncryptedTransport(arm),
            new DisableSharedKey(arm, options),
            new CloseStorageNetwork(arm, options),
            new ForbidForeignReplication(arm, settings),
            new EnableRecovery(arm),
            new RemovePublicInvocation(arm, options),
            new RemoveAdministratorRights(arm, options),
            new CloseAdminPorts(arm, settings),
            new ClosePublicDatabase(arm),
            new RestrictKeyAccess(arm, settings),
            new KeepKeyMaterial(arm),
            new QuarantineLocalUser(arm),
            new PinFederatedTrust(arm),
            new RemoveForeignTrust(arm),
            new CloseWorkbench(arm),
            new CloseModelEndpoint(arm),
            new DisableModelKeys(arm),
            new EncryptDatabase(arm),
            new RestoreAuditTrail(arm, options.LogWorkspace),
            new RecordObjectAccess(arm, options.LogWorkspace),
        ];
        return settings.Remediation.AzurePolicyTasks ? [.. own.Select(remediator => new PolicyTask(arm, remediator))] : own;
    }
}
