using System.Text.Json.Nodes;
using ServerlessGuard.Aws.Api;
using ServerlessGuard.Findings;
using ServerlessGuard.Remediation;

namespace ServerlessGuard.Aws.Remediators;

/// <summary>A role's trust policy as a slice.</summary>
internal static class RoleTrust
{
    public static async Task<JsonObject> ReadAsync(AwsAccess access, Finding finding, string role, CancellationToken cancellation)
    {
        var answer = await access.XmlAsync(finding, IamCalls.Of("GetRole", ("RoleName", role)), cancellation);
        return PolicyDocuments.Parse(
            answer.Descendants("AssumeRolePolicyDocument").FirstOrDefault()?.Value
                ?? throw new CloudCallException("UnreadableAnswer", "iam GetRole: no trust policy in the answer", isTransient: true),
            $"role {role}");
    }

    public static AwsRequest Write(string role, JsonNode trust) =>
        IamCalls.Of("UpdateAssumeRolePolicy", ("RoleName", role), ("PolicyDocument", trust.ToJsonString()));
}
