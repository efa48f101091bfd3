using System.Collections.Immutable;
using ServerlessGuard.Facts;
using ServerlessGuard.Settings;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Rules.Keys;

/// <summary>Key material cannot be destroyed by one call.</summary>
public sealed class KeyMaterialIsKept : Rule<KeyDestructionFacts>
{
    public override FactsKind Kind => FactsKind.KeyDestruction;

    public override RuleDescriptor Descriptor { get; } = new()
    {
        Id = "SG-KEY-003",
        Title = "Key material can be destroyed for good",
        Severity = Severity.High,
        Risk = "Deleting the key is the cheapest ransom attack.",
        Remediation = Remediations.KeepKeyMaterial,
        Controls =
        [
            "aws-fsbp/KMS.3",
            "aws-config/KMS_CMK_NOT_SCHEDULED_FOR_DELETION",
            "cis-azure-6.0/8.3.5",
            "cis-azure-5.0/8.3.5",
            "cis-azure-4.0/9.3.5",
            "cis-azure-3.0/3.3.5",
            "nist-800-53-r5/SC-12", "nist-800-53-r5/CP-9",
            "mcsb-v1/DP-8",
            "mcsb-v2/DP-8",
            "attack/T1485",
        ],
        Aws = new CloudGuide
        {
            Types =
            [
                "AWS::KMS::Key",
            ],
            Subject = "the key",
            NonCompliantWhen =
                "keyState is PendingDeletion or PendingReplicaDeletion, without the tag approvedDeletionTag with a value that guard.yaml lists.",
            Notes =
            [
                "AWS managed keys are NotApplicable. A scheduled deletion whose tags were not delivered: InsufficientData.",
            ],
            Fix =
                "Cancel the deletion and enable the key: aws kms cancel-key-deletion --key-id ID; aws kms enable-key --key-id ID",
        },
        Azure = new CloudGuide
        {
            Types =
            [
                "Microsoft.KeyVault/vaults",
            ],
            Subject = "the vault",
            NonCompliantWhen =
                "enablePurgeProtection is not true (severity medium; high where soft delete is off as well).",
            Notes =
            [
                "Absent is off. Soft delete switched off is a sub-finding.",
            ],
            Fix =
                "Turn on purge protection, which can never be undone: az keyvault update --name NAME --enable-purge-protection true",
        },
        ExemptWhen = "A deletion that was approved: list a value of approvedDeletionTag, and tag the key with it.",
        SubFindings = ImmutableDictionary.CreateRange(
        [
            KeyValuePair.Create("soft-delete", "A deleted vault is gone at once"),
        ]),
    };

    protected override Verdict Evaluate(KeyDestructionFacts facts, RuleSettings settings) => facts.Protected.Value switch
    {
        true => Verdict.Compliant,
        false when facts.Scheduled => Verdict.NonCompliant("The key is about to be destroyed, and with it all that it encrypts.", facts.Protected.Evidence),
        false => Verdict.NonCompliant("A deleted vault can be purged for good.", facts.Protected.Evidence).At(facts.IsGoneAtOnce ? Severity.High : Severity.Medium),
        null => facts.Protected.Insufficient,
    };
}
