using System.Text.Json.Nodes;
using System.Xml.Linq;
using ServerlessGuard.Documents;
using ServerlessGuard.Findings;
using ServerlessGuard.Remediation;

namespace ServerlessGuard.Aws.Remediators;

/// <summary>SG-LOG-003: the server access log of a bucket, into the account's log bucket.</summary>
/// <param name="logBucket">A bucket of the same region that lets logging.s3.amazonaws.com write; null: nobody named one, and none is
/// guessed.</param>
public sealed class RecordObjectAccess(AwsAccess access, string? logBucket) : AwsRemediator(access)
{
    private static readonly XNamespace Ns = S3Calls.Namespace;

    public override RemediatorDescriptor Descriptor => RemediationCatalog.Aws.RecordObjectAccess;

    protected override async Task<JsonObject?> SliceAsync(Finding finding, CancellationToken cancellation)
    {
        var logging = (await Access.XmlAsync(finding, S3Calls.Get(finding, "GetBucketLogging", "logging"), cancellation))
            .Element("LoggingEnabled");
        return new JsonObject
        {
            ["target"] = logging is null
                ? null
                : new JsonObject
                    { ["bucket"] = (string?)logging.Element("TargetBucket"),
                        ["prefix"] = (string?)logging.Element("TargetPrefix") ?? string.Empty },
        };
    }

    protected override Desired Desire(JsonObject live, Finding finding) => live["target"] switch
    {
        not null => new Desired.Nothing(),
        null when logBucket is null => new Desired.Refuse("no log bucket is configured, and none is guessed"),
        null when logBucket == S3Calls.Bucket(finding) => new Desired.Refuse("it is the log bucket itself: logging it would log the logs"),
        null => new Desired.Change(
            With(live, "target", new JsonObject { ["bucket"] = logBucket, ["prefix"] = S3Calls.Bucket(finding) + "/" }),
            $"Record who reads and writes bucket {Shown(finding)} into bucket {DocText.Shown(logBucket)} (storage costs).",
            $"s3:PutBucketLogging {Shown(finding)} TargetBucket={DocText.Shown(logBucket)}"),
    };

    protected override Task ChangeAsync(Finding finding, JsonObject from, JsonObject to, CancellationToken cancellation) => SendAsync(
        finding,
        S3Calls.Put(finding, "PutBucketLogging", "logging", new XElement(Ns + "BucketLoggingStatus", to["target"] is JsonObject target
            ? new XElement(
                Ns + "LoggingEnabled",
                new XElement(Ns + "TargetBucket", target["bucket"]!.GetValue<string>()),
                new XElement(Ns + "TargetPrefix", target["prefix"]!.GetValue<string>()))
            : null)),
        cancellation);
}
