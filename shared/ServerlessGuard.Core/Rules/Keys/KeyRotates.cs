using ServerlessGuard.Facts;
using ServerlessGuard.Settings;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Rules.Keys;

/// <summary>An encryption key is rotated by itself.</summary>
public sealed class KeyRotates : Rule<KeyRotationFacts>
{
    public override FactsKind Kind => FactsKind.KeyRotation;

    public override RuleDescriptor Descriptor { get; } = new()
    {
        Id = "SG-KEY-002",
        Title = "Encryption key is never rotated",
        Severity = Severity.Low,
        Risk = "A leaked key stays useful for ever.",
        Remediation = Remediations.EnableKeyRotation,
        Controls =
        [
            "aws-fsbp/KMS.4",
            "aws-config/CMK_BACKING_KEY_ROTATION_ENABLED",
            "cis-aws-7.0/4.6",
            "cis-aws-6.0/4.6",
            "cis-aws-5.0/3.6",
            "cis-aws-3.0/3.6",
            "cis-azure-6.0/8.3.9",
            "cis-azure-5.0/8.3.9",
            "cis-azure-4.0/9.3.9",
            "cis-azure-3.0/3.3.8",
            "nist-800-53-r5/SC-12", "nist-800-53-r5/SC-12(2)",
            "mcsb-v2/DP-6",
            "attack/T1552",
        ],
        Aws = new CloudGuide
        {
            Types =
            [
                "AWS::KMS::Key",
            ],
            Subject = "the key",
            NonCompliantWhen =
                "KeyRotationStatus is false.",
            Notes =
            [
                "Customer-managed, symmetric, enabled keys of origin AWS_KMS; the others cannot rotate by themselves and are NotApplicable. KeyRotationStatus not delivered: InsufficientData.",
            ],
            Fix =
                "Turn rotation on: aws kms enable-key-rotation --key-id ID",
        },
        Azure = new CloudGuide
        {
            Types =
            [
                "Microsoft.KeyVault/vaults/keys",
            ],
            Subject = "the key",
            NonCompliantWhen =
                "No lifetime action of the rotation policy rotates.",
            Notes =
            [
                "ARM spells the action rotate. rotationPolicy absent in a full GET is NonCompliant.",
            ],
            Fix =
                "Set a rotation policy: az keyvault key rotation-policy update --vault-name VAULT --name KEY --value policy.json",
        },
        ExemptWhen = "The key protects data that is re-encrypted by a process of its own.",
    };

    protected override Verdict Evaluate(KeyRotationFacts facts, RuleSettings settings) =>
        facts.Rotates.Requires("A leaked key stays useful for ever.");
}
