using System.Collections.Immutable;
using ServerlessGuard.Facts;
using ServerlessGuard.Settings;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Rules.Keys;

/// <summary>Nobody outside may use a key or reach a vault.</summary>
public sealed class KeyIsOursAlone : Rule<KeyAccessFacts>
{
    public override FactsKind Kind => FactsKind.KeyAccess;

    public override RuleDescriptor Descriptor { get; } = new()
    {
        Id = "SG-KEY-001",
        Title = "Key or vault is usable by outsiders",
        Severity = Severity.Critical,
        Risk = "Whoever may use the key may read everything it protects.",
        Remediation = Remediations.RestrictKeyAccess,
        SubFindings = ImmutableDictionary.CreateRange(
        [
            KeyValuePair.Create("metadata", "Everyone may read the key's description"),
            KeyValuePair.Create("rbac", "Access is by vault policies, not by role assignments"),
        ]),
    };

    protected override Verdict Evaluate(KeyAccessFacts facts, RuleSettings settings) => facts.OpenToOutsiders.Value switch
    {
        true when facts.NetworkOnly =>
            Verdict.NonCompliant("The vault accepts requests from any network.", facts.OpenToOutsiders.Evidence).At(Severity.High),
        true => Verdict.NonCompliant("Somebody outside can use the key.", facts.OpenToOutsiders.Evidence),
        false => Verdict.Compliant,
        null => facts.OpenToOutsiders.Insufficient,
    };
}
