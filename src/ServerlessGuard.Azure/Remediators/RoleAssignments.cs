using System.Runtime.CompilerServices;
using ServerlessGuard.Azure.Arm;
using ServerlessGuard.Documents;
using ServerlessGuard.Facts.Azure;
using ServerlessGuard.Resources;

namespace ServerlessGuard.Azure.Remediators;

/// <summary>Role assignments as remediators read and restore them.</summary>
/// <remarks>Source: REST API specification of Microsoft.Authorization 2022-04-01. With principalType an assignment can be put back before the directory has caught up.</remarks>
internal static class RoleAssignments
{
    public const string Type = "Microsoft.Authorization/roleAssignments";

    public static ReadOnlySpan<string> Written =>
        new[] { "roleDefinitionId", "principalId", "principalType", "description", "condition", "conditionVersion", "delegatedManagedIdentityResourceId" };

    /// <summary>Every assignment that has effect in the subscription: its own, those below it and those that it inherits.</summary>
    public static async IAsyncEnumerable<RoleAssignmentFacts> ListAsync(IArm arm, string subscription, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await foreach (var item in arm.ListAsync($"/subscriptions/{subscription}/providers/{Type}", ArmApiVersions.RoleAssignments, cancellation))
        {
            var assignment = new Doc(item);
            var properties = assignment["properties"];
            if (assignment["id"].NonEmpty is { } id && properties["principalId"].NonEmpty is { } principal && properties["roleDefinitionId"].NonEmpty is { } role)
            {
                var resource = new ResourceRef { Provider = Provider.Azure, NativeType = Type, Id = id, Account = subscription };
                yield return new RoleAssignmentFacts(resource, principal.ToLowerInvariant(), role, properties["scope"].NonEmpty ?? ArmId.Parent(id) ?? "/")
                {
                    IsConditional = properties["condition"].NonEmpty is not null,
                };
            }
        }
    }
}
