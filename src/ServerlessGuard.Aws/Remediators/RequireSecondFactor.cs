using System.Text.Json.Nodes;
using ServerlessGuard.Findings;
using ServerlessGuard.Remediation;

namespace ServerlessGuard.Aws.Remediators;

/// <summary>
/// SG-ID-008: an inline policy that denies whoever signed in with the password alone everything but to register a second factor. Access
/// keys go on as they are, since a request signed by one says nothing of a second factor.
/// </summary>
/// <remarks>
/// Source: IAM User Guide, "AWS: Allows MFA-authenticated IAM users to manage their own credentials": what is left out of the denial.
/// </remarks>
public sealed class RequireSecondFactor(AwsAccess access) : UserDenial(access, RequireSecondFactor.PolicyName, "requirement")
{
    public const string PolicyName = "SG-RequireMfa";

    protected override JsonObject Denial => new()
    {
        ["Version"] = "2012-10-17",
        ["Statement"] = new JsonArray(new JsonObject
        {
            ["Sid"] = "RequireMfa",
            ["Effect"] = "Deny",
            ["NotAction"] = new JsonArray(
                "iam:CreateVirtualMFADevice", "iam:EnableMFADevice", "iam:GetMFADevice", "iam:GetUser", "iam:ListMFADevices",
                "iam:ListVirtualMFADevices", "iam:ResyncMFADevice", "sts:GetSessionToken"),
            ["Resource"] = "*",
            ["Condition"] = new JsonObject { ["Bool"] = new JsonObject { ["aws:MultiFactorAuthPresent"] = "false" } },
        }),
    };

    public override RemediatorDescriptor Descriptor => RemediationCatalog.Aws.RequireSecondFactor;

    protected override string Says(Finding finding) =>
        $"Let user {Shown(finding)} do nothing with the password alone but register an MFA device: inline policy {PolicyName}.";
}
