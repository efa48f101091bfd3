using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using ServerlessGuard.Azure.Arm;
using ServerlessGuard.Documents;
using ServerlessGuard.Facts.Azure;
using ServerlessGuard.Remediation;
using ServerlessGuard.Resources;

namespace ServerlessGuard.Azure.Remediators;

/// <summary>Role assignments as remediators read and restore them.</summary>
/// <remarks>Source: REST API specification of Microsoft.Authorization 2022-04-01. With principalType an assignment can be put back before
/// the directory has caught up.</remarks>
internal static class RoleAssignments
{
    public const string Type = "Microsoft.Authorization/roleAssignments";

    public static ReadOnlySpan<string> Written =>
        new[] { "roleDefinitionId", "principalId", "principalType", "description", "condition", "conditionVersion",
            "delegatedManagedIdentityResourceId" };

    /// <summary>
    /// Undo never gives back what governs access itself: whoever could make it do so would own the subscription. The condition of the
    /// remediator's role says the same.
    /// </summary>
    public static bool IsNeverGivenBack(JsonObject properties) =>
        properties.Text("roleDefinitionId") is not { } role
            || AzureConditions.NeverAssigned.Contains(BuiltInRoles.Guid(role), StringComparer.Ordinal);

    /// <summary>For a plan's sentence; empty where undo gives everything back.</summary>
    public static string Warning(params IEnumerable<JsonObject> removed) =>
        removed.Any(IsNeverGivenBack) ? " Undo does not restore it: a person has to." : string.Empty;

    /// <summary>The body that assigns again. A <see cref="CloudCallException"/>, not transient, for what is never given back.</summary>
    public static JsonObject Body(JsonObject properties)
    {
        var role = BuiltInRoles.Guid(properties.Text("roleDefinitionId") ?? string.Empty);
        if (IsNeverGivenBack(properties))
        {
            throw new CloudCallException("RoleNeverAssigned",
                $"the role {BuiltInRoles.Administrator(role) ?? "without a name"} is never assigned by an undo: a person has to assign it",
                isTransient: false);
        }

        return AzureConditions.PrincipalTypes.Contains(properties.Text("principalType") ?? string.Empty, StringComparer.OrdinalIgnoreCase)
            ? new JsonObject { ["properties"] = properties.DeepClone() }
            : throw new CloudCallException("PrincipalNeverAssigned",
                "an undo assigns roles to users, service principals and foreign groups only: a person has to assign it",
                isTransient: false);
    }

    /// <summary>Every assignment that has effect in the subscription: its own, those below it and those that it inherits.</summary>
    public static async IAsyncEnumerable<RoleAssignmentFacts> ListAsync(IArm arm, string subscription,
        [EnumeratorCancellation] CancellationToken cancellation)
    {
        await foreach (
            var item in arm.ListAsync($"/subscriptions/{subscription}/providers/{Type}", ArmApiVersions.RoleAssignments, cancellation))
        {
            var assignment = new Doc(item);
            var properties = assignment["properties"];
            if (assignment["id"].NonEmpty is { } id && properties["principalId"].NonEmpty is { } principal
                && properties["roleDefinitionId"].NonEmpty is { } role)
            {
                var resource = new ResourceRef { Provider = Provider.Azure, NativeType = Type, Id = id, Account = subscription };
                yield return new RoleAssignmentFacts(resource, principal.ToLowerInvariant(), role,
                    properties["scope"].NonEmpty ?? ArmId.Parent(id) ?? "/")
                {
                    IsConditional = properties["condition"].NonEmpty is not null,
                };
            }
        }
    }
}
