using System.Collections.Immutable;
using ServerlessGuard.Resources;
using ServerlessGuard.Rules;

namespace ServerlessGuard.Remediation;

public static partial class RemediationCatalog
{
    /// <summary>Permissions are Azure RBAC actions.</summary>
    public static class Azure
    {
        public static RemediatorDescriptor BlockPublicAccess { get; } = new()
        {
            Remediation = Remediations.BlockPublicAccess,
            Provider = Provider.Azure,
            NativeTypes = ["Microsoft.Storage/storageAccounts"],
            Permissions = ["Microsoft.Storage/storageAccounts/read", "Microsoft.Storage/storageAccounts/write"],
            Risk = Risk.None,
        };

        public static ImmutableArray<RemediatorDescriptor> All { get; } = [BlockPublicAccess];
    }
}
