using System.Text.Json.Nodes;
using ServerlessGuard.Engine;
using ServerlessGuard.Remediation;
using ServerlessGuard.Tables;

namespace ServerlessGuard.Cli.Permissions;

/// <summary>What the identities in Azure may do, as <c>guard permissions</c> prints it.</summary>
internal static class AzureRoles
{
    /// <summary>
    /// Custom role definitions, as <c>az role definition create</c> takes them; entries that share an identity share its role. With the
    /// remediator's comes the condition to assign it under, and the role of the key that seals.
    /// </summary>
    public static IEnumerable<(string Name, JsonObject Role)> Of(List<GuardRole> roles, FixGrants grants, GuardSettings settings,
        string subscription)
    {
        foreach (var role in roles.Select(role => role is GuardRole.Remediate ? role : GuardRole.Scan).Distinct())
        {
            var actions = AzurePermissions.For(role, grants, settings.DataBearingTypes, settings.Remediation.AzurePolicyTasks);
            yield return role is GuardRole.Remediate
                ? ("remediator",
                    Definition("ServerlessGuard remediator", "Reads and changes what the enabled remediations need.", actions, [],
                        subscription))
                : ("reader", Definition("ServerlessGuard reader", "Reads the configuration of what the rules judge.", actions, [],
                    subscription));
        }

        if (roles.Count > 1)
        {
            yield return (AzureAssignment.SealRole,
                Definition("ServerlessGuard seal", "Seals plans and verifies the seals, with one key.", [], AzureAssignment.SealActions,
                    subscription));
            yield return ("assignments", Assignments());
        }
    }

    private static JsonObject Definition(string name, string description, IEnumerable<string> actions, IEnumerable<string> dataActions,
        string subscription) => new()
    {
        ["Name"] = name,
        ["IsCustom"] = true,
        ["Description"] = description,
        ["Actions"] = new JsonArray([.. actions.Select(action => JsonValue.Create(action))]),
        ["NotActions"] = new JsonArray(),
        ["DataActions"] = new JsonArray([.. dataActions.Select(action => JsonValue.Create(action))]),
        ["NotDataActions"] = new JsonArray(),
        ["AssignableScopes"] = new JsonArray($"/subscriptions/{subscription}"),
    };

    /// <summary>By identity: what it holds where, and for the remediator under which condition.</summary>
    private static JsonObject Assignments()
    {
        var identities = new JsonObject(AzureAssignment.All.GroupBy(one => one.Identity, StringComparer.Ordinal)
            .Select(identity => KeyValuePair.Create<string, JsonNode?>(
            identity.Key,
            new JsonObject(identity.Select(one => KeyValuePair.Create<string, JsonNode?>(one.Scope, one.Role))))));
        identities["remediator"]!["condition"] = AzureConditions.RoleAssignments;
        return identities;
    }
}
