using System.Text.Json.Nodes;
using ServerlessGuard.Findings;
using ServerlessGuard.Remediation;

namespace ServerlessGuard.Aws.Remediators;

/// <summary>A user gets an inline policy that denies; undo takes it away or puts back what was there under its name.</summary>
/// <param name="policyName">Of the inline policy.</param>
/// <param name="member">Of the slice that holds it: plans of earlier versions name it so.</param>
public abstract class UserDenial(AwsAccess access, string policyName, string member) : AwsRemediator(access)
{
    /// <summary>The policy, made anew at each call.</summary>
    protected abstract JsonObject Denial { get; }

    /// <summary>What the policy does to the user, in one sentence.</summary>
    protected abstract string Says(Finding finding);

    protected override async Task<JsonObject?> SliceAsync(Finding finding, CancellationToken cancellation)
    {
        // GetUserPolicy says NoSuchEntity for the user as for the policy.
        await SendAsync(finding, IamCalls.Of("GetUser", ("UserName", Name(finding))), cancellation);
        var policy = await Access.FindAsync(finding, IamCalls.Of("GetUserPolicy", ("UserName", Name(finding)), ("PolicyName", policyName)),
            cancellation, "NoSuchEntity");
        var text = policy?.Xml().Descendants("PolicyDocument").FirstOrDefault()?.Value;
        return new JsonObject { [member] = text is null ? null : PolicyDocuments.Parse(text, $"user {Shown(finding)}") };
    }

    protected override Desired Desire(JsonObject live, Finding finding) => JsonNode.DeepEquals(live[member], Denial)
        ? new Desired.Nothing()
        : new Desired.Change(With(live, member, Denial), Says(finding), $"iam:PutUserPolicy {Shown(finding)} {policyName}");

    protected override Task ChangeAsync(Finding finding, JsonObject from, JsonObject to, CancellationToken cancellation) => SendAsync(
        finding,
        to[member] is JsonObject policy
            ? IamCalls.Of("PutUserPolicy", ("UserName", Name(finding)), ("PolicyName", policyName),
                ("PolicyDocument", policy.ToJsonString()))
            : IamCalls.Of("DeleteUserPolicy", ("UserName", Name(finding)), ("PolicyName", policyName)),
        cancellation);
}
