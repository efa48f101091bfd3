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
        Risk = "A leaked key stays useful forever.",
        Remediation = Remediations.EnableKeyRotation,
    };

    protected override Verdict Evaluate(KeyRotationFacts facts, RuleSettings settings) =>
        facts.Rotates.Requires("A leaked key stays useful forever.");
}
