using System.Text.Json.Nodes;
using ServerlessGuard.Findings;
using ServerlessGuard.Remediation;

namespace ServerlessGuard.Aws.Remediators;

/// <summary>
/// SG-STOR-001, SG-STOR-002: the bucket's own public access block. It closes both routes, policy and ACL, and keeps the evidence.
/// </summary>
public sealed class BlockPublicAccess(AwsAccess access) : AwsRemediator(access)
{
    private const string Setting = "publicAccessBlock";

    public override RemediatorDescriptor Descriptor => RemediationCatalog.Aws.BlockPublicAccess;

    protected override async Task<JsonObject?> SliceAsync(Finding finding, CancellationToken cancellation)
    {
        var block = await Access.FindAsync(finding, S3Calls.Get(finding, "GetPublicAccessBlock", Setting), cancellation, S3Calls.NoBlock);
        var website = await Access.FindAsync(finding, S3Calls.Get(finding, "GetBucketWebsite", "website"), cancellation,
            "NoSuchWebsiteConfiguration");
        return new JsonObject { ["block"] = block is null ? null : PublicAccessBlock.Read(block.Xml()), ["website"] = website is not null };
    }

    protected override Desired Desire(JsonObject live, Finding finding)
    {
        if (JsonNode.DeepEquals(live["block"], PublicAccessBlock.Closed))
        {
            return new Desired.Nothing();
        }

        return live["website"]!.GetValue<bool>()
            ? new Desired.Refuse("the bucket serves a website: put a CDN in front of it, or accept the finding")
            : new Desired.Change(With(live, "block", PublicAccessBlock.Closed), $"Block all public access to bucket {Shown(finding)}.",
                $"s3:PutPublicAccessBlock {Shown(finding)}");
    }

    protected override Task ChangeAsync(Finding finding, JsonObject from, JsonObject to, CancellationToken cancellation) => SendAsync(
        finding,
        to["block"] is JsonObject block
            ? S3Calls.Put(finding, "PutPublicAccessBlock", Setting, PublicAccessBlock.Write(block, S3Calls.Namespace))
            : S3Calls.Delete(finding, "DeletePublicAccessBlock", Setting),
        cancellation);
}
