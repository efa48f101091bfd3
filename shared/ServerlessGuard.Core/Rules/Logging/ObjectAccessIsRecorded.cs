using ServerlessGuard.Facts;
using ServerlessGuard.Settings;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Rules.Logging;

/// <summary>Reads and writes of objects are recorded.</summary>
public sealed class ObjectAccessIsRecorded : Rule<ObjectAccessLogFacts>
{
    public override FactsKind Kind => FactsKind.ObjectAccessLog;

    public override RuleDescriptor Descriptor { get; } = new()
    {
        Id = "SG-LOG-003",
        Title = "Object access is not recorded",
        Severity = Severity.Medium,
        Risk = "Without access records a leak cannot be sized.",
        Remediation = Remediations.RecordObjectAccess,
        Controls =
        [
            "aws-fsbp/S3.9",
            "aws-config/S3_BUCKET_LOGGING_ENABLED", "aws-config/CLOUDTRAIL_S3_DATAEVENTS_ENABLED",
            "cis-aws-7.0/4.8", "cis-aws-7.0/4.9",
            "cis-aws-6.0/4.8", "cis-aws-6.0/4.9",
            "cis-aws-5.0/3.8", "cis-aws-5.0/3.9",
            "cis-aws-3.0/3.8", "cis-aws-3.0/3.9",
            "cis-azure-6.0/6.1.1.1", "cis-azure-6.0/6.1.1.7", "cis-azure-6.0/6.1.1.8", "cis-azure-6.0/6.1.4",
            "cis-azure-5.0/6.1.1.1", "cis-azure-5.0/6.1.1.8", "cis-azure-5.0/6.1.1.9", "cis-azure-5.0/6.1.4",
            "cis-azure-4.0/7.1.1.1",
            "cis-azure-3.0/6.1.1",
            "nist-800-53-r5/AU-2", "nist-800-53-r5/AU-12", "nist-800-53-r5/AU-3",
            "attack/T1562.008",
        ],
        Aws = new CloudGuide
        {
            Types =
            [
                "AWS::S3::Bucket",
                "AWS::CloudTrail::Trail",
            ],
            Subject = "the bucket",
            NonCompliantWhen =
                "The bucket has no access log and every trail of the scan is known to select no data events of it.",
            Notes =
            [
                "Buckets that logs are delivered to are NotApplicable. No trail in the scan, or a trail with selectors of its own that are not in it: InsufficientData.",
            ],
            Fix =
                "Send access logs to a log bucket of the same region and account, whose policy lets logging.s3.amazonaws.com put objects: aws s3api put-bucket-logging --bucket NAME --bucket-logging-status '{\"LoggingEnabled\":{\"TargetBucket\":\"LOGS\",\"TargetPrefix\":\"NAME/\"}}'",
        },
        Azure = new CloudGuide
        {
            Types =
            [
                "Microsoft.Storage/storageAccounts",
                "Microsoft.Insights/diagnosticSettings",
            ],
            Subject = "the storage account",
            NonCompliantWhen =
                "The diagnostic settings of blobServices/default together do not send StorageRead, StorageWrite and StorageDelete (or the group audit or allLogs) somewhere.",
            Notes =
            [
                "Settings of the account itself hold metrics only. No setting of the blob service in the scan: InsufficientData.",
            ],
            Fix =
                "Add a setting on blobServices/default: az monitor diagnostic-settings create --name serverlessguard --resource ID/blobServices/default --workspace ID --logs '[{\"categoryGroup\":\"audit\",\"enabled\":true}]'",
        },
        ExemptWhen = "The store holds public content or temporary data.",
    };

    protected override Verdict Evaluate(ObjectAccessLogFacts facts, RuleSettings settings) =>
        facts.Recorded.Requires("A leak could not be sized.");
}
