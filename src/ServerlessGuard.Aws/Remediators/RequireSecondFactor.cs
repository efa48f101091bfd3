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
public sealed class RequireSecondFactor(AwsAccess access) : AwsRemediator(access)
{
    public const string PolicyName = "SG-RequireMfa";

    private static JsonObject DenyUntilThen => new()
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

    protected override async Task<JsonObject?> SliceAsync(Finding finding, CancellationToken cancellation)
    {
        // GetUserPolicy says NoSuchEntity for the user as for the policy.
        await SendAsync(finding, IamCalls.Of("GetUser", ("UserName", Name(finding))), cancellation);
        var policy = await Access.FindAsync(finding, IamCalls.Of("GetUserPolicy", ("UserName", Name(finding)), ("PolicyName", PolicyName)),
            cancellation, "NoSuchEntity");
        var text = policy?.Xml().Descendants("PolicyDocument").FirstOrDefault()?.Value;
        return new JsonObject { ["requirement"] = text is null ? null : PolicyDocuments.Parse(text, $"user {Shown(finding)}") };
    }

    protected override Desired Desire(JsonObject live, Finding finding) => JsonNode.DeepEquals(live["requirement"], DenyUntilThen)
        ? new Desired.Nothing()
        : new Desired.Change(
            With(live, "requirement", DenyUntilThen),
            $"Let user {Shown(finding)} do nothing with the password alone but register an MFA device: inline policy {PolicyName}.",
            $"iam:PutUserPolicy {Shown(finding)} {PolicyName}");

    protected override Task ChangeAsync(Finding finding, JsonObject from, JsonObject to, CancellationToken cancellation) => SendAsync(
        finding,
        to["requirement"] is JsonObject policy
            ? IamCalls.Of("PutUserPolicy", ("UserName", Name(finding)), ("PolicyName", PolicyName),
                ("PolicyDocument", policy.ToJsonString()))
            : IamCalls.Of("DeleteUserPolicy", ("UserName", Name(finding)), ("PolicyName", PolicyName)),
        cancellation);
}
