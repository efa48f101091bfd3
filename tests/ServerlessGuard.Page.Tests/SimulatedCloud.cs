using System.Text.Json.Nodes;
using ServerlessGuard.Findings;
using ServerlessGuard.Remediation;
using ServerlessGuard.Resources;
using ServerlessGuard.Rules;

namespace ServerlessGuard.Page.Tests;

/// <summary>One simulated bucket's public access block: enough for plans, fixes and their undoing to be real rows.</summary>
internal sealed class SimulatedCloud : Remediator
{
    public override RemediatorDescriptor Descriptor { get; } = new()
    {
        Remediation = Remediations.BlockPublicAccess,
        Provider = Provider.Aws,
        NativeTypes = ["AWS::S3::Bucket"],
        Permissions = ["s3:GetBucketPublicAccessBlock", "s3:PutBucketPublicAccessBlock"],
        Risk = Risk.None,
    };

    public JsonNode State { get; set; } = Block(false);

    public static JsonNode Block(bool on) => new JsonObject { ["BlockPublicAcls"] = true, ["BlockPublicPolicy"] = on, ["IgnorePublicAcls"] = true, ["RestrictPublicBuckets"] = on };

    public override Task<JsonNode?> ReadAsync(Finding finding, CancellationToken cancellation) => Task.FromResult<JsonNode?>(State.DeepClone());

    public override Desired Desire(JsonNode live, Finding finding) =>
        new Desired.Change(Block(true), $"Block public access to the bucket {finding.Resource.Name}.", "s3:PutBucketPublicAccessBlock");

    public override Task WriteAsync(Finding finding, JsonNode from, JsonNode to, CancellationToken cancellation)
    {
        State = to.DeepClone();
        return Task.CompletedTask;
    }
}
