using System.Collections.Immutable;
using ServerlessGuard.Facts.Azure;

namespace ServerlessGuard.Remediation;

/// <summary>
/// The condition under which the remediator holds its role: an undo may assign roles again, but none that governs access, none of the
/// product's own, and nothing to the product's own identities; and it may take nothing from them.
/// </summary>
/// <remarks>
/// Azure has conditions on role assignments and on data only. What the remediator may do to federated credentials and delegations cannot be
/// confined to resources: that the product's own are spared is up to the code. Source:
/// https://learn.microsoft.com/azure/role-based-access-control/conditions-authorization-actions-attributes
/// </remarks>
public static class AzureConditions
{
    /// <summary>Stands in the variables of the templates for ids that only the deployment knows, separated by commas.</summary>
    public const string OwnPrincipals = "OWN-PRINCIPALS";

    /// <inheritdoc cref="OwnPrincipals"/>
    public const string OwnRoles = "OWN-ROLES";

    private const string Assignments = "Microsoft.Authorization/roleAssignments";

    /// <summary>
    /// Owner, User Access Administrator, Role Based Access Control Administrator: whoever has one of them can have everything.
    /// </summary>
    public static ImmutableArray<string> NeverAssigned
        { get; } = [BuiltInRoles.Owner, BuiltInRoles.UserAccessAdministrator, BuiltInRoles.RbacAdministrator];

    /// <summary>Those whose assignments the fixes delete, so those that an undo assigns to again.</summary>
    public static ImmutableArray<string> PrincipalTypes { get; } = ["ForeignGroup", "ServicePrincipal", "User"];

    /// <summary>Version 2.0.</summary>
    public static string RoleAssignments { get; } =
        $"((!(ActionMatches{{'{Assignments}/write'}})) OR ("
        + $"@Request[{Assignments}:RoleDefinitionId] ForAnyOfAllValues:GuidNotEquals {{{string.Join(", ", NeverAssigned)}, {OwnRoles}}}"
        + $" AND @Request[{Assignments}:PrincipalId] ForAnyOfAllValues:GuidNotEquals {{{OwnPrincipals}}}"
        + $" AND @Request[{Assignments}:PrincipalType] ForAnyOfAnyValues:StringEqualsIgnoreCase "
        + $"{{{string.Join(", ", PrincipalTypes.Select(type => $"'{type}'"))}}}"
        + $")) AND ((!(ActionMatches{{'{Assignments}/delete'}})) OR ("
        + $"@Resource[{Assignments}:RoleDefinitionId] ForAnyOfAllValues:GuidNotEquals {{{OwnRoles}}}"
        + $" AND @Resource[{Assignments}:PrincipalId] ForAnyOfAllValues:GuidNotEquals {{{OwnPrincipals}}}))";
}
