using System.Text.Json.Nodes;
using ServerlessGuard.Findings;
using ServerlessGuard.Remediation;

namespace ServerlessGuard.Aws.Remediators;

/// <summary>SG-ID-001: an inline policy that denies everything. The password stays: deleted, it could never be given back.</summary>
public sealed class QuarantineLocalUser(AwsAccess access) : AwsRemediator(access)
{
    public const string PolicyName = "SG-Quarantine";

    private static JsonObject DenyAll => new()
    {
        ["Version"] = "2012-10-17",
        ["Statement"] = new JsonArray(new JsonObject { ["Sid"] = "Quarantine", ["Effect"] = "Deny", ["Action"] = "*", ["Resource"] = "*" }),
    };

    public override RemediatorDescriptor Descriptor => RemediationCatalog.Aws.QuarantineLocalUser;

    protected override async Task<JsonObject?> SliceAsync(Finding finding, CancellationToken cancellation)
    {
        // GetUserPolicy says NoSuchEntity for the user as for the policy.
        await SendAsync(finding, IamCalls.Of("GetUser", ("UserName", Name(finding))), cancellation);
        var policy = await Access.FindAsync(finding, IamCalls.Of("GetUserPolicy", ("UserName", Name(finding)), ("PolicyName", PolicyName)),
            cancellation, "NoSuchEntity");
        var text = policy?.Xml().Descendants("PolicyDocument").FirstOrDefault()?.Value;
        return new JsonObject { ["quarantine"] = text is null ? null : PolicyDocuments.Parse(text, $"user {Shown(finding)}") };
    }

    protected override Desired Desire(JsonObject live, Finding finding) => JsonNode.DeepEquals(live["quarantine"], DenyAll)
        ? new Desired.Nothing()
        : new Desired.Change(
            With(live, "quarantine", DenyAll),
            $"Deny everything to user {Shown(finding)} with the inline policy {PolicyName}; password and keys stay as they are.",
            $"iam:PutUserPolicy {Shown(finding)} {PolicyName}");

    protected override Task ChangeAsync(Finding finding, JsonObject from, JsonObject to, CancellationToken cancellation) => SendAsync(
        finding,
        to["quarantine"] is JsonObject policy
            ? IamCalls.Of("PutUserPolicy", ("UserName", Name(finding)), ("PolicyName", PolicyName),
                ("PolicyDocument", policy.ToJsonString()))
            : IamCalls.Of("DeleteUserPolicy", ("UserName", Name(finding)), ("PolicyName", PolicyName)),
        cancellation);
}
