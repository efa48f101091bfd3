using ServerlessGuard.Documents;
using ServerlessGuard.Resources;

namespace ServerlessGuard.Ingestion;

/// <summary>
/// Microsoft Graph v1.0 applications, service principals, federated credentials, users, groups, domains, and what governs sign-in. An
/// object names its kind in <c>@odata.type</c>, its list in <c>@odata.context</c>; without either, its own properties tell.
/// </summary>
internal static class GraphReader
{
    public static Reading? Read(Doc record, Envelope envelope)
    {
        if (record["id"].NonEmpty is not { } id || Kind(record, envelope) is not { } type)
        {
            return null;
        }

        return new Reading.Found(new Resource
        {
            Ref = new ResourceRef
            {
                Provider = Provider.Azure,
                NativeType = type,
                Id = $"/{type.Split('/')[1]}/{id}",
                Account = envelope.Account,
                Region = "global",
                Name = record["displayName"].NonEmpty ?? record["userPrincipalName"].NonEmpty ?? id,
            },
            Document = record,
            Configuration = record,
        });
    }

    private static string? Kind(Doc record, Envelope envelope)
    {
        var stated = record["@odata.type"].Text ?? envelope.GraphContext ?? record["@odata.context"].Text;
        if (stated is not null)
        {
            return stated switch
            {
                _ when Says(stated, "conditionalAccessPolicy")
                    || stated.Contains("conditionalAccess/policies", StringComparison.OrdinalIgnoreCase) => GraphTypes.ConditionalAccess,
                _ when stated.Contains("identitySecurityDefaultsEnforcementPolicy", StringComparison.OrdinalIgnoreCase) =>
                    GraphTypes.SecurityDefaults,
                _ when Says(stated, "directoryRole") => GraphTypes.DirectoryRole,
                _ when Says(stated, "domain") => GraphTypes.Domain,
                _ when Says(stated, "federatedIdentityCredential")
                    || stated.Contains("federatedIdentityCredentials", StringComparison.OrdinalIgnoreCase) =>
                    GraphTypes.FederatedCredential,
                _ when stated.Contains("servicePrincipalSignInActivit", StringComparison.OrdinalIgnoreCase) => GraphTypes.SignInActivity,
                _ when Says(stated, "servicePrincipal") => GraphTypes.ServicePrincipal,
                _ when Says(stated, "application") => GraphTypes.Application,
                _ when Says(stated, "user") => GraphTypes.User,
                _ when Says(stated, "group") => GraphTypes.Group,
                _ => null,
            };
        }

        return record switch
        {
            _ when record["grantControls"].Exists && record["conditions"].IsObject => GraphTypes.ConditionalAccess,
            _ when record["isEnabled"].Exists && record["id"].Is("00000000-0000-0000-0000-000000000005") => GraphTypes.SecurityDefaults,
            _ when record["roleTemplateId"].Exists => GraphTypes.DirectoryRole,
            _ when record["authenticationType"].Exists && record["isVerified"].Exists => GraphTypes.Domain,
            _ when record["issuer"].Exists && record["audiences"].Exists => GraphTypes.FederatedCredential,
            _ when record["lastSignInActivity"].Exists && record["appId"].Exists => GraphTypes.SignInActivity,
            _ when record["servicePrincipalType"].Exists => GraphTypes.ServicePrincipal,
            _ when record["appId"].Exists => GraphTypes.Application,
            _ when record["userPrincipalName"].Exists || record["userType"].Exists => GraphTypes.User,
            _ when record["securityEnabled"].Exists || record["groupTypes"].Exists || record["mailEnabled"].Exists => GraphTypes.Group,
            _ => null,
        };
    }

    private static bool Says(string stated, string kind) =>
        stated.EndsWith("graph." + kind, StringComparison.OrdinalIgnoreCase)
        || stated.Contains("$metadata#" + kind, StringComparison.OrdinalIgnoreCase);
}
