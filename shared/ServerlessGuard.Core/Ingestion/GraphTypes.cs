namespace ServerlessGuard.Ingestion;

/// <summary>Our native types for Microsoft Graph objects, which have none of ARM's.</summary>
public static class GraphTypes
{
    public const string Application = "Microsoft.Graph/applications";
    public const string ServicePrincipal = "Microsoft.Graph/servicePrincipals";
    public const string SignInActivity = "Microsoft.Graph/servicePrincipalSignInActivities";
    public const string User = "Microsoft.Graph/users";
    public const string FederatedCredential = "Microsoft.Graph/federatedIdentityCredentials";
    public const string ConditionalAccess = "Microsoft.Graph/conditionalAccessPolicies";
    public const string SecurityDefaults = "Microsoft.Graph/identitySecurityDefaultsEnforcementPolicies";
    public const string Domain = "Microsoft.Graph/domains";
    public const string DirectoryRole = "Microsoft.Graph/directoryRoles";
    public const string Group = "Microsoft.Graph/groups";
}
