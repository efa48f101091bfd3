using Azure.Core;
using Azure.Identity;

namespace ServerlessGuard.Azure.Arm;

/// <summary>
/// Two identities, so that what parses events holds no token that can change anything. Both are user-assigned; AZURE_AUTHORITY_HOST is read
/// by Azure.Identity itself.
/// </summary>
public static class ArmCredentials
{
    /// <summary>The identity of GUARD_READER_CLIENT_ID, or the app's own.</summary>
    public static TokenCredential Reader(string? clientId) => Identity(clientId);

    /// <summary>The identity of GUARD_REMEDIATOR_CLIENT_ID; null where there is none: then nothing can be fixed from here.</summary>
    public static TokenCredential? Remediator(string? clientId) => clientId is { Length: > 0 } ? Identity(clientId) : null;

    private static ManagedIdentityCredential Identity(string? clientId) => new(
        clientId is { Length: > 0 } ? ManagedIdentityId.FromUserAssignedClientId(clientId) : ManagedIdentityId.SystemAssigned);
}
