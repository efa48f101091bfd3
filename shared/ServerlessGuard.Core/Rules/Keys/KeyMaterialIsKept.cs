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
        SubFindings = ImmutableDictionary.CreateRange(
        [
            KeyValuePair.Create("soft-delete", "A deleted vault is gone at once"),
        ]),
    };

    protected override Verdict Evaluate(KeyDestructionFacts facts, RuleSettings settings) => facts.Protected.Value switch
    {
        true => Verdict.Compliant,
        false when facts.Scheduled =>
            Verdict.NonCompliant("The key is about to be destroyed, and with it all that it encrypts.", facts.Protected.Evidence),
        false => Verdict.NonCompliant("A deleted vault can be purged for good.", facts.Protected.Evidence)
            .At(facts.IsGoneAtOnce ? Severity.High : Severity.Medium),
        null => facts.Protected.Insufficient,
    };
}
