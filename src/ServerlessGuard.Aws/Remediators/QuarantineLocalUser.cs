using System.Text.Json.Nodes;
using ServerlessGuard.Findings;
using ServerlessGuard.Remediation;

namespace ServerlessGuard.Aws.Remediators;

/// <summary>SG-ID-001: an inline policy that denies everything. The password stays: deleted, it could never be given back.</summary>
public sealed class QuarantineLocalUser(AwsAccess access) : UserDenial(access, QuarantineLocalUser.PolicyName, "quarantine")
{
    public const string PolicyName = "SG-Quarantine";

    protected override JsonObject Denial => new()
    {
        ["Version"] = "2012-10-17",
        ["Statement"] = new JsonArray(new JsonObject { ["Sid"] = "Quarantine", ["Effect"] = "Deny", ["Action"] = "*", ["Resource"] = "*" }),
    };

    public override RemediatorDescriptor Descriptor => RemediationCatalog.Aws.QuarantineLocalUser;

    protected override string Says(Finding finding) =>
        $"Deny everything to user {Shown(finding)} with the inline policy {PolicyName}; password and keys stay as they are.";
}
