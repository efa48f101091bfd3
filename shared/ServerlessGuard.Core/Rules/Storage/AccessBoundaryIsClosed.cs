using ServerlessGuard.Facts;
using ServerlessGuard.Settings;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Rules.Storage;

/// <summary>The outer switch keeps every object private whatever is granted below it.</summary>
public sealed class AccessBoundaryIsClosed : Rule<AccessBoundaryFacts>
{
    public override FactsKind Kind => FactsKind.AccessBoundary;

    public override RuleDescriptor Descriptor { get; } = new()
    {
        Id = "SG-STOR-003",
        Title = "Public object access is not blocked at the outer boundary",
        Severity = Severity.Medium,
        Risk = "Without the outer switch one careless grant is enough to publish data.",
        Remediation = Remediations.CloseAccessBoundary,
        Controls =
        [
            "aws-fsbp/S3.1",
            "aws-config/S3_ACCOUNT_LEVEL_PUBLIC_ACCESS_BLOCKS", "aws-config/S3_ACCOUNT_LEVEL_PUBLIC_ACCESS_BLOCKS_PERIODIC",
            "cis-aws-7.0/3.1.4",
            "cis-aws-6.0/3.1.4",
            "cis-aws-5.0/2.1.4",
            "cis-aws-3.0/2.1.4",
            "cis-azure-6.0/9.3.8",
            "cis-azure-5.0/9.3.8",
            "cis-azure-4.0/10.3.9",
            "nist-800-53-r5/AC-3", "nist-800-53-r5/AC-4", "nist-800-53-r5/SC-7",
            "mcsb-v1/NS-2",
            "mcsb-v2/NS-2",
            "attack/T1530",
        ],
        Aws = new CloudGuide
        {
            Types =
            [
                "AWS::S3::AccountPublicAccessBlock",
            ],
            Subject = "the account",
            NonCompliantWhen =
                "Any of the four flags of the account's public access block is not true, or the account has no block.",
            Notes =
            [
                "The item exists only after the setting was made once: its absence shows only where the scan holds other account-level items, or the item was deleted.",
            ],
            Fix =
                "Turn on the account's block after a look at the buckets that are public today: aws s3control put-public-access-block --account-id ACCOUNT --public-access-block-configuration BlockPublicAcls=true,IgnorePublicAcls=true,BlockPublicPolicy=true,RestrictPublicBuckets=true",
        },
        Azure = new CloudGuide
        {
            Types =
            [
                "Microsoft.Storage/storageAccounts",
            ],
            Subject = "the storage account",
            NonCompliantWhen =
                "allowBlobPublicAccess is not exactly false, whatever the containers and the network say.",
            Fix =
                "Switch off anonymous access for the whole account; containers that are public today stop being so at once: az storage account update --ids ID --allow-blob-public-access false",
        },
        ExemptWhen = "The account serves public content by design and nothing else is stored in it.",
    };

    protected override Verdict Evaluate(AccessBoundaryFacts facts, RuleSettings settings) =>
        facts.Blocked.Requires("Nothing stops the next careless grant from publishing data.");
}
