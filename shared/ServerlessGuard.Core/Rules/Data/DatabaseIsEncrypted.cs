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
    };

    protected override Verdict Evaluate(DatabaseEncryptionFacts facts, RuleSettings settings) =>
        facts.Encrypted.Requires("Snapshots and stolen media are readable.");
}
