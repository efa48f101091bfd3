using ServerlessGuard.Facts;
using ServerlessGuard.Settings;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Rules.Data;

/// <summary>A database is encrypted at rest.</summary>
public sealed class DatabaseIsEncrypted : Rule<DatabaseEncryptionFacts>
{
    public override FactsKind Kind => FactsKind.DatabaseEncryption;

    public override RuleDescriptor Descriptor { get; } = new()
    {
        Id = "SG-DATA-006",
        Title = "Database storage is unencrypted",
        Severity = Severity.High,
        Risk = "Snapshots and stolen media are readable.",
        Remediation = Remediations.EncryptDatabase,
        Controls =
        [
            "aws-fsbp/RDS.3",
            "aws-config/RDS_STORAGE_ENCRYPTED",
            "cis-aws-7.0/3.2.1",
            "cis-aws-6.0/3.2.1",
            "cis-aws-5.0/2.2.1",
            "cis-aws-3.0/2.3.1",
            "cis-azure-3.0/5.1.5",
            "nist-800-53-r5/SC-28", "nist-800-53-r5/SC-28(1)",
            "mcsb-v1/DP-4",
            "mcsb-v2/DP-4",
            "attack/T1530",
        ],
        Aws = new CloudGuide
        {
            Types =
            [
                "AWS::RDS::DBInstance",
                "AWS::RDS::DBCluster",
            ],
            Subject = "the instance or cluster",
            NonCompliantWhen =
                "storageEncrypted is false.",
            Notes =
            [
                "Members of an Aurora cluster are NotApplicable: the cluster decides. storageEncrypted absent: InsufficientData.",
            ],
            Fix =
                "Restore an encrypted copy of a snapshot and move to it: encryption cannot be switched on in place",
        },
        Azure = new CloudGuide
        {
            Types =
            [
                "Microsoft.Sql/servers/databases/transparentDataEncryption",
            ],
            Subject = "the transparentDataEncryption child",
            NonCompliantWhen =
                "state (older: status) is not Enabled.",
            Notes =
            [
                "master is NotApplicable.",
            ],
            Fix =
                "Switch it on: az sql db tde set --ids ID --status Enabled",
        },
        ExemptWhen = "A database of public data.",
    };

    protected override Verdict Evaluate(DatabaseEncryptionFacts facts, RuleSettings settings) =>
        facts.Encrypted.Requires("Snapshots and stolen media are readable.");
}
