using ServerlessGuard.Facts;
using ServerlessGuard.Settings;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Rules.Storage;

/// <summary>An object store refuses plain HTTP and TLS older than 1.2.</summary>
public sealed class ObjectStoreRefusesPlainTransport : Rule<TransportFacts>
{
    public override FactsKind Kind => FactsKind.Transport;

    public override RuleDescriptor Descriptor { get; } = new()
    {
        Id = "SG-STOR-004",
        Title = "Object store accepts unencrypted transport",
        Severity = Severity.Medium,
        Risk = "Clear-text or legacy TLS lets an on-path party read data and replay signed requests.",
        Remediation = Remediations.RequireEncryptedTransport,
        Controls =
        [
            "aws-fsbp/S3.5",
            "aws-config/S3_BUCKET_SSL_REQUESTS_ONLY",
            "cis-aws-7.0/3.1.1",
            "cis-aws-6.0/3.1.1",
            "cis-aws-5.0/2.1.1",
            "cis-aws-3.0/2.1.1",
            "cis-azure-6.0/9.3.4", "cis-azure-6.0/9.3.6",
            "cis-azure-5.0/9.3.4", "cis-azure-5.0/9.3.6",
            "cis-azure-4.0/10.3.4", "cis-azure-4.0/10.3.7",
            "cis-azure-3.0/4.1", "cis-azure-3.0/4.15",
            "nist-800-53-r5/SC-8", "nist-800-53-r5/SC-13", "nist-800-53-r5/AC-17(2)",
            "mcsb-v1/DP-3",
            "mcsb-v2/DP-3",
            "attack/T1040",
        ],
        Aws = new CloudGuide
        {
            Types =
            [
                "AWS::S3::Bucket",
            ],
            Subject = "the bucket",
            NonCompliantWhen =
                "No Deny for everyone, on s3:* (or *), on the bucket and its objects, whose only condition is aws:SecureTransport false.",
            Notes =
            [
                "One statement or several. Bool and BoolIfExists both do. A Deny on s3:TlsVersion alone does not stop plain HTTP. A Deny that covers only the objects is NonCompliant with severity low.",
                "A bucket without a policy is NonCompliant.",
            ],
            Fix =
                "Add a statement to the bucket policy that denies s3:* to everyone when aws:SecureTransport is false, on arn:aws:s3:::NAME and arn:aws:s3:::NAME/*",
        },
        Azure = new CloudGuide
        {
            Types =
            [
                "Microsoft.Storage/storageAccounts",
            ],
            Subject = "the storage account",
            NonCompliantWhen =
                "supportsHttpsTrafficOnly is false, or minimumTlsVersion is absent or below TLS1_2.",
            Notes =
            [
                "supportsHttpsTrafficOnly absent is true (since API 2019-04-01); minimumTlsVersion absent is TLS1_0. Only the TLS version failing is severity low: the service itself ended TLS 1.0 and 1.1.",
                "Accounts with NFS 3.0 are NotApplicable.",
            ],
            Fix =
                "Require HTTPS and TLS 1.2: az storage account update --ids ID --https-only true --min-tls-version TLS1_2",
        },
        ExemptWhen = "A legacy client inside a private network cannot speak TLS, for a limited time.",
    };

    protected override Verdict Evaluate(TransportFacts facts, RuleSettings settings) => (facts.EncryptedOnly & facts.ModernTlsOnly).Value switch
    {
        true => Verdict.Compliant,
        false when facts.EncryptedOnly.Value is false => Verdict.NonCompliant("Requests may come over plain HTTP.", facts.EncryptedOnly.Evidence)
            .At(facts.IsPartial ? Severity.Low : Descriptor.Severity),
        false => Verdict.NonCompliant("TLS older than 1.2 is not refused.", facts.ModernTlsOnly.Evidence).At(Severity.Low),
        null => (facts.EncryptedOnly & facts.ModernTlsOnly).Insufficient,
    };
}
