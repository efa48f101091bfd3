using ServerlessGuard.Facts;
using ServerlessGuard.Settings;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Rules.Storage;

/// <summary>Deleted or encrypted objects can be brought back.</summary>
public sealed class ObjectStoreIsRecoverable : Rule<RecoveryFacts>
{
    public override FactsKind Kind => FactsKind.Recovery;

    public override RuleDescriptor Descriptor { get; } = new()
    {
        Id = "SG-STOR-008",
        Title = "Object store cannot be recovered after deletion or encryption",
        Severity = Severity.Medium,
        Risk = "Ransom and mistakes are final without versions or soft delete.",
        Remediation = Remediations.EnableRecovery,
        Controls =
        [
            "aws-fsbp/S3.14",
            "aws-config/S3_BUCKET_VERSIONING_ENABLED",
            "cis-azure-6.0/9.2.1", "cis-azure-6.0/9.2.2", "cis-azure-6.0/9.2.3",
            "cis-azure-5.0/9.2.1", "cis-azure-5.0/9.2.2", "cis-azure-5.0/9.2.3",
            "cis-azure-4.0/10.2.1", "cis-azure-4.0/10.2.2", "cis-azure-4.0/10.3.6",
            "cis-azure-3.0/4.10",
            "nist-800-53-r5/CP-9", "nist-800-53-r5/CP-10", "nist-800-53-r5/SI-12",
            "attack/T1485", "attack/T1486", "attack/T1490",
        ],
        Aws = new CloudGuide
        {
            Types =
            [
                "AWS::S3::Bucket",
            ],
            Subject = "the bucket",
            NonCompliantWhen =
                "Versioning is Off or Suspended.",
            Notes =
            [
                "Config always writes BucketVersioningConfiguration.status: without it, InsufficientData. Object Lock changes nothing.",
            ],
            Fix =
                "Turn on versioning: aws s3api put-bucket-versioning --bucket NAME --versioning-configuration Status=Enabled",
        },
        Azure = new CloudGuide
        {
            Types =
            [
                "Microsoft.Storage/storageAccounts/blobServices",
                "Microsoft.Storage/storageAccounts",
            ],
            Subject = "blobServices/default of the storage account",
            NonCompliantWhen =
                "Soft delete of blobs or of containers is not on.",
            Notes =
            [
                "A policy that is absent in the child's GET is off; days beside enabled: false means nothing. The account's own GET does not show the child.",
            ],
            Fix =
                "Turn on both: az storage account blob-service-properties update --account-name NAME --enable-delete-retention true --delete-retention-days 7 --enable-container-delete-retention true --container-delete-retention-days 7",
        },
        ExemptWhen = "The store holds temporary data or logs that are copied elsewhere.",
    };

    protected override Verdict Evaluate(RecoveryFacts facts, RuleSettings settings) =>
        facts.Recoverable.Requires("What is deleted or overwritten is gone.");
}
