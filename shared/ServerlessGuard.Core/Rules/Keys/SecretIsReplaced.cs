using ServerlessGuard.Facts;
using ServerlessGuard.Settings;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Rules.Keys;

/// <summary>A stored secret is replaced in time.</summary>
public sealed class SecretIsReplaced : Rule<SecretRotationFacts>
{
    public override FactsKind Kind => FactsKind.SecretRotation;

    public override RuleDescriptor Descriptor { get; } = new()
    {
        Id = "SG-KEY-004",
        Title = "Stored secret never expires or rotates",
        Severity = Severity.Medium,
        Risk = "Stale secrets are shadow access that no leaver process removes.",
    };

    protected override Verdict Evaluate(SecretRotationFacts facts, RuleSettings settings) =>
        facts.Replaced.Requires("Whoever once read the secret can use it for good.");
}
