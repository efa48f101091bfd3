using System.Collections.Immutable;
using ServerlessGuard.Facts;
using ServerlessGuard.Settings;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Rules.Storage;

/// <summary>Nobody who is not known can write or delete the objects of a bucket.</summary>
public sealed class ObjectStoreIsNotWritableByAnyone : Rule<ObjectStoreFacts>
{
    public override FactsKind Kind => FactsKind.ObjectStore;

    public override RuleDescriptor Descriptor { get; } = new()
    {
        Id = "SG-STOR-002",
        Title = "Object store is writable by anyone",
        Severity = Severity.Critical,
        Risk = "Anonymous write lets an outsider plant payloads or poison training sets.",
        Remediation = Remediations.BlockPublicAccess,
        Controls =
        [
            "aws-fsbp/S3.3",
            "aws-config/S3_BUCKET_PUBLIC_WRITE_PROHIBITED",
            "cis-aws-7.0/2.21",
            "nist-800-53-r5/AC-3", "nist-800-53-r5/AC-6", "nist-800-53-r5/SI-7",
            "attack/T1530", "attack/T1485", "attack/T1486",
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
                "A public ACL grant (Write, WriteAcp, FullControl) or a public policy grant of any action matching s3:Put*, s3:Delete*, s3:Restore*, s3:Abort* or s3:Replicate*, which no effective block neutralises.",
            Notes =
            [
                "Public and effective as in SG-STOR-001. NotAction in an Allow grants everything else.",
            ],
            Fix =
                "Turn on all four flags of the bucket's public access block: aws s3api put-public-access-block --bucket NAME --public-access-block-configuration BlockPublicAcls=true,IgnorePublicAcls=true,BlockPublicPolicy=true,RestrictPublicBuckets=true",
        },
        NotInAzure = "Azure Blob has no anonymous write; a writable shared access signature is SG-STOR-005.",
        ExemptWhen = "Never: no anonymous writer is legitimate; give the uploader presigned URLs.",
        SubFindings = ImmutableDictionary.CreateRange(
        [
            KeyValuePair.Create("latent", "A public write grant is held back by a block"),
        ]),
    };

    protected override Verdict Evaluate(ObjectStoreFacts facts, RuleSettings settings) => facts.WritableByAnyone.Value switch
    {
        true => Verdict.NonCompliant("Anyone on the internet can write or delete objects.", facts.WritableByAnyone.Evidence),
        false when facts.LatentWrite is { } latent => Verdict.Compliant.With(
            new SubFinding("latent", Severity.High, "A public grant is only held back by a block: without it anyone can write.", latent)),
        false => Verdict.Compliant,
        null => facts.WritableByAnyone.Insufficient,
    };
}
