using System.Collections.Immutable;
using ServerlessGuard.Facts;
using ServerlessGuard.Facts.Azure;
using ServerlessGuard.Remediation;
using ServerlessGuard.Resources;
using ServerlessGuard.Tables;

namespace ServerlessGuard.Cli.Permissions;

/// <summary>
/// The least that each Azure identity needs: RBAC actions for a custom role, from the readers' types and the enabled remediations.
/// </summary>
/// <remarks>
/// Azure has two identities: one reads (scan, sweep, outbox, federation, chatops), one writes (remediate). What they may do in the
/// product's own storage are built-in data roles on that account, in the template.
/// </remarks>
public static class AzurePermissions
{
    /// <summary>Lists of settings, which hold secrets: only where a team says so, for SG-COMP-004.</summary>
    public static ImmutableArray<string> SettingsReads { get; } =
    [
        .. FactReaders.All.Where(reader => reader.Routes.Any(route => route is AzureRoute.WithParent { IsPosted: true }))
            .Select(reader => reader.NativeType + "/list/action").Order(StringComparer.Ordinal),
    ];

    /// <summary>Beside the types: the sweep's query, and what tells which subscriptions and resources there are.</summary>
    private static readonly ImmutableArray<string> AlwaysReads =
    [
        "Microsoft.Authorization/policyAssignments/read",
        "Microsoft.PolicyInsights/policyStates/queryResults/action",
        "Microsoft.ResourceGraph/resources/read",
        "Microsoft.Resources/subscriptions/resourceGroups/read",
        "Microsoft.Resources/subscriptions/resources/read",
    ];

    /// <param name="role">An entry; all but <see cref="GuardRole.Remediate"/> share one identity.</param>
    /// <param name="grants">How far fixes may reach.</param>
    /// <param name="dataTypes">Native types that SG-DATA-001 judges, of either cloud.</param>
    /// <param name="policyTasks">A remediation task of an assigned policy may do the fix.</param>
    /// <returns>RBAC actions, sorted, each once.</returns>
    public static ImmutableArray<string> For(GuardRole role, FixGrants grants, IEnumerable<string> dataTypes, bool policyTasks = false) =>
        role switch
    {
        GuardRole.Remediate =>
        [
            .. grants.Reaches.SelectMany(entry => FixGrants.Actions(Provider.Azure, entry.Key, entry.Value))
                .Concat(policyTasks && grants.Reaches.Values.Any(reach => reach >= FixReach.Fix)
                    ? RemediationCatalog.Azure.PolicyTaskPermissions
                    : [])
                .Distinct(StringComparer.OrdinalIgnoreCase).Order(StringComparer.OrdinalIgnoreCase),
        ],
        GuardRole.Scan or GuardRole.Sweep or GuardRole.Outbox or GuardRole.Federation or GuardRole.Chatops =>
        [
            .. FactReaders.All.Select(reader => reader.NativeType).Concat(dataTypes).Where(IsArmType).Select(type => type + "/read")
                .Concat(AlwaysReads)
                .Distinct(StringComparer.OrdinalIgnoreCase).Order(StringComparer.OrdinalIgnoreCase),
        ],
    };

    /// <summary>Microsoft Graph has permissions of another kind; AWS has types of another shape.</summary>
    private static bool IsArmType(string type) =>
        type.StartsWith("Microsoft.", StringComparison.OrdinalIgnoreCase)
            && !type.StartsWith("Microsoft.Graph/", StringComparison.OrdinalIgnoreCase);
}
