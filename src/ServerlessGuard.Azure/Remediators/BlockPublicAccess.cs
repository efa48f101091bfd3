using System.Text.Json.Nodes;
using ServerlessGuard.Azure.Arm;
using ServerlessGuard.Findings;
using ServerlessGuard.Remediation;

namespace ServerlessGuard.Azure.Remediators;

/// <summary>
/// SG-STOR-001: the account's own switch. The containers keep their values, so that undo restores exactly what was exposed. Absent is
/// written back as true: null cannot be restored, and true is what it meant.
/// </summary>
public sealed class BlockPublicAccess(IArm arm) : ArmPatch(arm)
{
    internal const string Setting = "allowBlobPublicAccess";

    public override RemediatorDescriptor Descriptor => RemediationCatalog.Azure.BlockPublicAccess;

    protected override JsonObject Slice(JsonObject resource, JsonObject properties) =>
        new() { [Setting] = properties.Flag(Setting) ?? true };

    protected override Desired Desire(JsonObject live, Finding finding)
    {
        var to = live.With(Setting, false);
        return live.Flag(Setting) is false
            ? new Desired.Nothing()
            : new Desired.Change(to, $"Switch off anonymous access to every container of storage account {Shown(finding)}.",
                Call(finding, live, to));
    }
}
