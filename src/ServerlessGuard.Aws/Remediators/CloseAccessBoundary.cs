using System.Text;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using ServerlessGuard.Aws.Api;
using ServerlessGuard.Findings;
using ServerlessGuard.Remediation;

namespace ServerlessGuard.Aws.Remediators;

/// <summary>SG-STOR-003: the account's public access block. It reaches every bucket of the account, so somebody may lose access.</summary>
public sealed class CloseAccessBoundary(AwsAccess access) : AwsRemediator(access)
{
    private static readonly XNamespace Namespace = "http://awss3control.amazonaws.com/doc/2018-08-20/";

    public override RemediatorDescriptor Descriptor => RemediationCatalog.Aws.CloseAccessBoundary;

    protected override async Task<JsonObject?> SliceAsync(Finding finding, CancellationToken cancellation)
    {
        var block = await Access.FindAsync(finding, Request(finding, "GetPublicAccessBlock", HttpMethod.Get, default), cancellation,
            S3Calls.NoBlock);
        return new JsonObject { ["block"] = block is null ? null : PublicAccessBlock.Read(block.Xml()) };
    }

    protected override Desired Desire(JsonObject live, Finding finding) => JsonNode.DeepEquals(live["block"], PublicAccessBlock.Closed)
        ? new Desired.Nothing()
        : new Desired.Change(
            With(live, "block", PublicAccessBlock.Closed),
            $"Block all public access to every bucket of account {Shown(finding)}, including buckets that are public on purpose.",
            $"s3control:PutPublicAccessBlock {Shown(finding)}");

    protected override Task ChangeAsync(Finding finding, JsonObject from, JsonObject to, CancellationToken cancellation) => SendAsync(
        finding,
        to["block"] is JsonObject block
            ? Request(finding, "PutPublicAccessBlock", HttpMethod.Put,
                Encoding.UTF8.GetBytes(PublicAccessBlock.Write(block, Namespace).ToString(SaveOptions.DisableFormatting)))
            : Request(finding, "DeletePublicAccessBlock", HttpMethod.Delete, default),
        cancellation);

    private static AwsRequest Request(Finding finding, string operation, HttpMethod method, ReadOnlyMemory<byte> body)
    {
        var account = finding.Resource.Account ?? finding.Resource.Id;
        return AwsRequest.Rest(AwsRegion.Home, "s3-control", operation, method, "/v20180820/configuration/publicAccessBlock", body) with
        {
            HostLabel = account,
            Headers = [new("x-amz-account-id", account)],
        };
    }
}
