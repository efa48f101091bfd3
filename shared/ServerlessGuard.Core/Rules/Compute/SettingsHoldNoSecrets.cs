using ServerlessGuard.Facts;
using ServerlessGuard.Settings;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Rules.Compute;

/// <summary>The settings of a function hold references to secrets, not secrets.</summary>
public sealed class SettingsHoldNoSecrets : Rule<SettingsSecretsFacts>
{
    public override FactsKind Kind => FactsKind.SettingsSecrets;

    public override RuleDescriptor Descriptor { get; } = new()
    {
        Id = "SG-COMP-004",
        Title = "Secrets sit in function settings as clear text",
        Severity = Severity.High,
        Risk = "Environment variables are the first thing an attacker in a function reads, and keys to the other cloud are the way across.",
    };

    protected override Verdict Evaluate(SettingsSecretsFacts facts, RuleSettings settings) => facts.HoldsSecret.Value switch
    {
        true => Verdict.NonCompliant("The settings contain a secret in clear text.", facts.HoldsSecret.Evidence)
            .At(facts switch
            {
                { OfOtherCloud: true } => Severity.Critical,
                { OnlyPlatformSetting: true } => Severity.Medium,
                _ => Descriptor.Severity,
            }),
        false => Verdict.Compliant,
        null => facts.HoldsSecret.Insufficient,
    };
}
