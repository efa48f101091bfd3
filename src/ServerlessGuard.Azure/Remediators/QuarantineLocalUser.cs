using System.Text.Json.Nodes;
using ServerlessGuard.Azure.Arm;
using ServerlessGuard.Documents;
using ServerlessGuard.Facts.Azure;
using ServerlessGuard.Findings;
using ServerlessGuard.Remediation;
using ServerlessGuard.Resources;

namespace ServerlessGuard.Azure.Remediators;

/// <summary>SG-ID-001: the role assignment of a person outside our directory is deleted, unless it is the scope's only Owner.</summary>
public sealed class QuarantineLocalUser(IArm arm) : RemovedResource(arm)
{
    private const string Owners = "otherOwners";

    public override RemediatorDescriptor Descriptor => RemediationCatalog.Azure.QuarantineLocalUser;

    protected override ReadOnlySpan<string> Written(Finding finding) => RoleAssignments.Written;

    /// <summary>
    /// Another Owner of the subscription remains: true or false, not how many, so that other people's assignments are no drift.
    /// </summary>
    protected override async Task<JsonObject> SeenAsync(Finding finding, JsonObject? properties, CancellationToken cancellation)
    {
        var others = ArmId.Subscription(finding.Resource.Id) is { } subscription
            && await RoleAssignments.ListAsync(Arm, subscription, cancellation).AnyAsync(
                other => other.IsBroad && BuiltInRoles.Guid(other.RoleDefinitionId) is BuiltInRoles.Owner
                    && other.Subject.Key != finding.Resource.Key,
                cancellation);
        return new JsonObject { [Owners] = others };
    }

    protected override Desired Desire(JsonObject live, Finding finding)
    {
        if (live[Properties] is not JsonObject assignment)
        {
            return new Desired.Nothing();
        }

        var role = assignment.Text("roleDefinitionId") ?? string.Empty;
        if (assignment.Text("principalType") is not { } type || !type.Equals("User", StringComparison.OrdinalIgnoreCase))
        {
            return new Desired.Refuse(
                "the assignment is not for a single person: remove the outsider from the group, the others keep their role");
        }

        if (live.Flag(Owners) is not true && BuiltInRoles.Guid(role) is BuiltInRoles.Owner)
        {
            return new Desired.Refuse("this is the only Owner that the subscription has: make somebody else Owner first");
        }

        return new Desired.Change(
            live.With(Properties, null),
            $"Delete the assignment of {BuiltInRoles.Administrator(role) ?? "role " + DocText.Shown(BuiltInRoles.Guid(role))} to user "
                + $"{DocText.Shown(assignment.Text("principalId") ?? "unnamed")}, who is not of our "
                + $"directory.{RoleAssignments.Warning(assignment)}",
            Deletion(finding));
    }
}
