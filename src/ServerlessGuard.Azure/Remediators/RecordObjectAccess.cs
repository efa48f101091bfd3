using System.Text.Json.Nodes;
using ServerlessGuard.Azure.Arm;
using ServerlessGuard.Findings;
using ServerlessGuard.Remediation;

namespace ServerlessGuard.Azure.Remediators;

/// <summary>
/// SG-LOG-003: reads, writes and deletions of blobs are recorded in the configured workspace. The volume costs, so that it waits for a
/// person.
/// </summary>
public sealed class RecordObjectAccess(IArm arm, string? workspace) : OwnDiagnosticSetting(arm, workspace)
{
    public override RemediatorDescriptor Descriptor => RemediationCatalog.Azure.RecordObjectAccess;

    protected override string Target(Finding finding) => finding.Resource.Id + "/blobServices/default";

    protected override JsonArray Logs() => [Log("categoryGroup", "audit")];

    protected override string Sentence(Finding finding) =>
        $"Record who reads, writes and deletes blobs of storage account {Shown(finding)} in the audit workspace (it costs by volume).";
}
