using System.Text.Json.Nodes;
using ServerlessGuard.Findings;
using ServerlessGuard.Remediation;

namespace ServerlessGuard.Aws.Remediators;

/// <summary>SG-AI-004: a user's static keys for Bedrock are made inactive, never deleted.</summary>
public sealed class DisableModelKeys(AwsAccess access) : AwsRemediator(access)
{
    public override RemediatorDescriptor Descriptor => RemediationCatalog.Aws.DisableModelKeys;

    protected override async Task<JsonObject?> SliceAsync(Finding finding, CancellationToken cancellation)
    {
        var listed = await Pages.AllAsync(
            Access,
            finding,
            marker => IamCalls.Of("ListServiceSpecificCredentials",
                [("UserName", Name(finding)), ("ServiceName", "bedrock.amazonaws.com"), .. marker]),
            "ServiceSpecificCredentials",
            cancellation);
        return new JsonObject(listed
            .Where(key => (string?)key.Element("ServiceName") is "bedrock.amazonaws.com"
                && (string?)key.Element("Status") is "Active" or "Inactive")
            .Select(key =>
                KeyValuePair.Create<string, JsonNode?>((string)key.Element("ServiceSpecificCredentialId")!,
                    (string?)key.Element("Status"))));
    }

    protected override Desired Desire(JsonObject live, Finding finding)
    {
        List<string> active = [.. live.Where(key => (string?)key.Value is "Active").Select(key => key.Key)];
        return active.Count == 0
            ? new Desired.Nothing()
            : new Desired.Change(
                new JsonObject(live.Select(key => KeyValuePair.Create<string, JsonNode?>(key.Key, "Inactive"))),
                $"Make the Bedrock API key {string.Join(" and ", active)} of user {Shown(finding)} inactive.",
                $"iam:UpdateServiceSpecificCredential {Shown(finding)} {string.Join(", ", active)} Status=Inactive");
    }

    protected override async Task ChangeAsync(Finding finding, JsonObject from, JsonObject to, CancellationToken cancellation)
    {
        foreach (var (id, status) in to.Where(key => (string?)from[key.Key] != (string?)key.Value))
        {
            await SendAsync(
                finding,
                IamCalls.Of("UpdateServiceSpecificCredential", ("UserName", Name(finding)), ("ServiceSpecificCredentialId", id),
                    ("Status", status!.GetValue<string>())),
                cancellation);
        }
    }
}
