using System.Collections.Immutable;
using ServerlessGuard.Facts;
using ServerlessGuard.Settings;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Rules.Storage;

/// <summary>A storage account accepts the identity provider's tokens only, not its own keys.</summary>
public sealed class StorageRefusesSharedKeys : Rule<SharedKeyFacts>
{
    public override FactsKind Kind => FactsKind.SharedKey;

    public override RuleDescriptor Descriptor { get; } = new()
    {
        Id = "SG-STOR-005",
        Title = "Data plane accepts shared keys outside the identity provider",
        Severity = Severity.High,
        Risk = "Account keys and SAS bypass Entra, conditional access and sign-in logs, so a leaked key is invisible shadow access.",
        Remediation = Remediations.DisableSharedKey,
        Controls =
        [
            "cis-azure-6.0/9.3.1.2", "cis-azure-6.0/9.3.1.3",
            "cis-azure-5.0/9.3.1.2", "cis-azure-5.0/9.3.1.3",
            "cis-azure-4.0/10.3.1.2", "cis-azure-4.0/10.3.1.3",
            "cis-azure-3.0/4.4",
            "nist-800-53-r5/IA-2", "nist-800-53-r5/IA-5", "nist-800-53-r5/AC-3",
            "mcsb-v1/IM-1",
            "mcsb-v2/DP-6", "mcsb-v2/IM-1",
            "attack/T1552", "attack/T1528", "attack/T1078",
        ],
        NotInAws = "S3 has no account key; long-lived IAM access keys are SG-ID-002.",
        Azure = new CloudGuide
        {
            Types =
            [
                "Microsoft.Storage/storageAccounts",
            ],
            Subject = "the storage account",
            NonCompliantWhen =
                "allowSharedKeyAccess is not false.",
            Notes =
            [
                "allowSharedKeyAccess absent is true. Key age, a missing SAS policy and SFTP local users are sub-findings.",
            ],
            Fix =
                "Move clients to Entra tokens, then: az storage account update --ids ID --allow-shared-key-access false",
        },
        ExemptWhen = "A service that can only use the account key (for instance the content share of an older function plan) depends on it.",
        SubFindings = ImmutableDictionary.CreateRange(
        [
            KeyValuePair.Create("old-key", "An account key is old"),
            KeyValuePair.Create("no-sas-policy", "Shared access signatures have no limit"),
            KeyValuePair.Create("sftp-local-users", "SFTP local users sign in past the identity provider"),
        ]),
    };

    protected override Verdict Evaluate(SharedKeyFacts facts, RuleSettings settings) =>
        facts.SharedKeyAllowed.Forbids("Account keys and the signatures made from them open the data without an identity.");
}
