using System.Text.Json.Nodes;
using ServerlessGuard.Azure.Arm;
using ServerlessGuard.Findings;
using ServerlessGuard.Remediation;

namespace ServerlessGuard.Azure.Remediators;

/// <summary>
/// SG-STOR-005: account keys, and what is signed with them, stop working at once. <c>sasPolicy</c> is left alone: without keys it decides
/// nothing, and once set it cannot be taken away again.
/// </summary>
public sealed class DisableSharedKey(IArm arm, AzureRemediatorOptions options) : ArmPatch(arm)
{
    private const string Setting = "allowSharedKeyAccess";
    private const string Kind = "kind";

    public override RemediatorDescriptor Descriptor => RemediationCatalog.Azure.DisableSharedKey;

    /// <summary>Absent is equivalent to true.</summary>
    protected override JsonObject Slice(JsonObject resource, JsonObject properties) =>
        new() { [Setting] = properties.Flag(Setting) ?? true, [Kind] = resource.Text(Kind) };

    protected override Desired Desire(JsonObject live, Finding finding)
    {
        if (live.Flag(Setting) is false)
        {
            return new Desired.Nothing();
        }

        if (options.IsOwnStorage(finding.Resource.Id))
        {
            return new Desired.Refuse("this is our own storage account: infra/azure decides about its keys");
        }

        var to = live.With(Setting, false);
        return new Desired.Change(to,
            $"Refuse account keys and SAS at storage account {Shown(finding)}; clients need Entra tokens from then on.",
            Call(finding, live, to));
    }
}
