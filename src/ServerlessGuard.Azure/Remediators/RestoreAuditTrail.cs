using System.Text.Json.Nodes;
using ServerlessGuard.Azure.Arm;
using ServerlessGuard.Findings;
using ServerlessGuard.Remediation;

namespace ServerlessGuard.Azure.Remediators;

/// <summary>SG-LOG-001: the subscription's activity log goes to the configured workspace.</summary>
public sealed class RestoreAuditTrail(IArm arm, string? workspace) : OwnDiagnosticSetting(arm, workspace)
{
    public override RemediatorDescriptor Descriptor => RemediationCatalog.Azure.RestoreAuditTrail;

    protected override string Target(Finding finding) => finding.Resource.Id;

    protected override JsonArray Logs() =>
        [Log("category", "Administrative"), Log("category", "Security"), Log("category", "Policy"), Log("category", "Alert")];

    protected override string Sentence(Finding finding) =>
        $"Send the activity log of subscription {Shown(finding)} to the audit workspace.";
}
