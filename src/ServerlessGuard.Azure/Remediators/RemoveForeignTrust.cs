using System.Text.Json.Nodes;
using ServerlessGuard.Azure.Arm;
using ServerlessGuard.Findings;
using ServerlessGuard.Remediation;

namespace ServerlessGuard.Azure.Remediators;

/// <summary>
/// SG-ID-004: a delegation to another tenant (Lighthouse), or the role of a foreign group. Both lose access at once; both can be put back.
/// </summary>
public sealed class RemoveForeignTrust(IArm arm) : RemovedResource(arm)
{
    public override RemediatorDescriptor Descriptor => RemediationCatalog.Azure.RemoveForeignTrust;

    protected override ReadOnlySpan<string> Written(Finding finding) =>
        IsAssignment(finding) ? RoleAssignments.Written : new[] { "registrationDefinitionId" };

    protected override Desired Desire(JsonObject live, Finding finding)
    {
        if (live[Properties] is not JsonObject trust)
        {
            return new Desired.Nothing();
        }

        if (IsAssignment(finding) && !trust.Is("principalType", "ForeignGroup"))
        {
            return new Desired.Refuse("the role no longer belongs to a foreign group");
        }

        return new Desired.Change(
            live.With(Properties, null),
            IsAssignment(finding)
                ? $"Delete role assignment {Shown(finding)} of a group of another tenant.{RoleAssignments.Warning(trust)}"
                : $"End delegation {Shown(finding)} to another tenant; its people lose access at once.",
            Deletion(finding));
    }
}
