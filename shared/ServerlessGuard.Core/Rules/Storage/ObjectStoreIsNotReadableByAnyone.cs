using System.Collections.Immutable;
using ServerlessGuard.Facts;
using ServerlessGuard.Settings;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Rules.Storage;

/// <summary>Nobody who is not known can read or list the objects of a bucket or storage account.</summary>
public sealed class ObjectStoreIsNotReadableByAnyone : Rule<ObjectStoreFacts>
{
    public override FactsKind Kind => FactsKind.ObjectStore;

    public override RuleDescriptor Descriptor { get; } = new()
    {
        Id = "SG-STOR-001",
        Title = "Object store is readable by anyone",
        Severity = Severity.Critical,
        Risk = "Anonymous reads of buckets and containers are the commonest way training data and customer exports leak.",
        Remediation = Remediations.BlockPublicAccess,
        Controls =
        [
            "aws-fsbp/S3.2", "aws-fsbp/S3.8",
            "aws-config/S3_BUCKET_PUBLIC_READ_PROHIBITED", "aws-config/S3_BUCKET_LEVEL_PUBLIC_ACCESS_PROHIBITED",
            "cis-aws-7.0/3.1.4",
            "cis-aws-6.0/3.1.4",
            "cis-aws-5.0/2.1.4",
            "cis-aws-3.0/2.1.4",
            "cis-azure-6.0/9.3.8",
            "cis-azure-5.0/9.3.8",
            "cis-azure-4.0/10.3.9",
            "nist-800-53-r5/AC-3", "nist-800-53-r5/AC-4", "nist-800-53-r5/AC-6", "nist-800-53-r5/SC-7",
            "mcsb-v1/NS-2",
            "mcsb-v2/NS-2",
            "attack/T1530", "attack/T1619",
        ],
        Aws = new CloudGuide
        {
            Types =
            [
                "AWS::S3::Bucket",
                "AWS::S3::AccountPublicAccessBlock",
            ],
            Subject = "the bucket",
            NonCompliantWhen =
                "A public ACL grant (AllUsers or AuthenticatedUsers: Read, FullControl) that no effective ignorePublicAcls neutralises, or a public policy grant of any action matching s3:Get* or s3:List* that no effective restrictPublicBuckets neutralises.",
            Notes =
            [
                "Effective means: the bucket's own flag or the account's, flag by flag. A bucket without PublicAccessBlockConfiguration never had one; an account whose scan holds other account-level items but no block has none.",
                "Everyone is \"*\", {\"AWS\": \"*\"}, an ARN with a wildcard account, or NotPrincipal. Only a fixed value of a confining key (aws:SourceIp, aws:SourceVpce, aws:PrincipalOrgID, aws:SourceAccount …) confines; negated tests, IfExists and ForAllValues do not.",
                "A Deny takes a grant back where it covers the principals, the actions and the resources of it without a condition.",
                "A public grant that a block neutralises is Compliant, with the sub-finding latent.",
                "Object ACLs and access-point policies are not in the item.",
            ],
            Fix =
                "Turn on all four flags of the bucket's public access block: aws s3api put-public-access-block --bucket NAME --public-access-block-configuration BlockPublicAcls=true,IgnorePublicAcls=true,BlockPublicPolicy=true,RestrictPublicBuckets=true",
        },
        Azure = new CloudGuide
        {
            Types =
            [
                "Microsoft.Storage/storageAccounts",
                "Microsoft.Storage/storageAccounts/blobServices/containers",
            ],
            Subject = "the storage account (its containers are evidence)",
            NonCompliantWhen =
                "allowBlobPublicAccess is not false, the account accepts every network, and a container has publicAccess Blob or Container.",
            Notes =
            [
                "allowBlobPublicAccess absent: the containers decide. publicNetworkAccess absent is Enabled; SecuredByPerimeter is not public; networkAcls absent is Allow.",
                "Without any container in the scan: InsufficientData, unless the account is closed anyway.",
            ],
            Fix =
                "Switch off anonymous access for the whole account: az storage account update --ids ID --allow-blob-public-access false",
        },
        ExemptWhen = "The bucket or container is a public website or data set on purpose, and holds nothing else.",
        SubFindings = ImmutableDictionary.CreateRange(
        [
            KeyValuePair.Create("latent", "A public read grant is held back by a block"),
        ]),
    };

    protected override Verdict Evaluate(ObjectStoreFacts facts, RuleSettings settings) => facts.ReadableByAnyone.Value switch
    {
        true => Verdict.NonCompliant("Anyone on the internet can read the objects.", facts.ReadableByAnyone.Evidence),
        false when facts.LatentRead is { } latent => Verdict.Compliant.With(
            new SubFinding("latent", Severity.High, "A public grant is only held back by a block: without it the objects are public.", latent)),
        false => Verdict.Compliant,
        null => facts.ReadableByAnyone.Insufficient,
    };
}
