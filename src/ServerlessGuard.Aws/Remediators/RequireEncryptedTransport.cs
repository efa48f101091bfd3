using System.Text;
using System.Text.Json.Nodes;
using ServerlessGuard.Engine;
using ServerlessGuard.Facts;
using ServerlessGuard.Facts.Aws;
using ServerlessGuard.Findings;
using ServerlessGuard.Remediation;

namespace ServerlessGuard.Aws.Remediators;

/// <summary>
/// SG-STOR-004: one more statement in the bucket policy, which refuses plain HTTP. The policy is one document: what is there stays.
/// </summary>
public sealed class RequireEncryptedTransport(AwsAccess access, GuardSettings settings) : AwsRemediator(access)
{
    /// <summary>S3 User Guide, "Bucket policies": 20 KB.</summary>
    private const int LargestPolicy = 20 * 1024;

    private const string Sid = "DenyInsecureTransport";

    public override RemediatorDescriptor Descriptor => RemediationCatalog.Aws.RequireEncryptedTransport;

    protected override async Task<JsonObject?> SliceAsync(Finding finding, CancellationToken cancellation)
    {
        var policy = await Access.FindAsync(finding, S3Calls.Get(finding, "GetBucketPolicy", "policy"), cancellation, "NoSuchBucketPolicy");
        return new JsonObject
            { ["policy"] = policy is null
                ? null
                : PolicyDocuments.Parse(Encoding.UTF8.GetString(policy.Body.Span), $"bucket {Shown(finding)}") };
    }

    protected override Desired Desire(JsonObject live, Finding finding)
    {
        if (Refuses(live["policy"], finding))
        {
            return new Desired.Nothing();
        }

        var policy = live["policy"]?.DeepClone().AsObject()
            ?? new JsonObject { ["Version"] = "2012-10-17", ["Statement"] = new JsonArray() };
        var statements = PolicyDocuments.Statements(policy);
        var taken = PolicyDocuments.Policy(policy).Statements.Select(statement => statement.Sid).ToHashSet(StringComparer.Ordinal);
        var sid = Enumerable.Range(1, 1000).Select(number => number == 1 ? Sid : Sid + number).First(free => !taken.Contains(free));
        var arn = $"arn:{Partition(finding)}:s3:::{S3Calls.Bucket(finding)}";
        statements.Add((JsonNode)new JsonObject
        {
            ["Sid"] = sid,
            ["Effect"] = "Deny",
            ["Principal"] = "*",
            ["Action"] = "s3:*",
            ["Resource"] = new JsonArray(arn, arn + "/*"),
            ["Condition"] = new JsonObject { ["Bool"] = new JsonObject { ["aws:SecureTransport"] = "false" } },
        });
        if (Encoding.UTF8.GetByteCount(policy.ToJsonString()) > LargestPolicy)
        {
            return new Desired.Refuse("with one more statement the bucket policy would be larger than the 20 KB that S3 allows");
        }

        return Refuses(policy, finding)
            ? new Desired.Change(With(live, "policy", policy),
                $"Refuse plain HTTP to bucket {Shown(finding)} with a statement in its policy.",
                $"s3:PutBucketPolicy {Shown(finding)} + {sid}")
            : new Desired.Refuse("the bucket policy cannot be completed by one statement");
    }

    protected override Task ChangeAsync(Finding finding, JsonObject from, JsonObject to, CancellationToken cancellation) => SendAsync(
        finding,
        to["policy"] is JsonObject policy
            ? S3Calls.Put(finding, "PutBucketPolicy", "policy", policy.ToJsonString())
            : S3Calls.Delete(finding, "DeleteBucketPolicy", "policy"),
        cancellation);

    private bool Refuses(JsonNode? policy, Finding finding) => policy is not null && LiveFacts.Of<TransportFacts>(
        new S3BucketReader(),
        finding,
        [],
        new JsonObject { ["BucketPolicy"] = new JsonObject { ["policyText"] = policy.ToJsonString() } },
        settings)?.EncryptedOnly.Value is true;
}
