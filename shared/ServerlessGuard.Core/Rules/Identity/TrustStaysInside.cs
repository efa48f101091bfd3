using System.Collections.Immutable;
using ServerlessGuard.Facts;
using ServerlessGuard.Settings;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Rules.Identity;

/// <summary>No role or subscription is open to an account or tenant that is not ours.</summary>
public sealed class TrustStaysInside : Rule<ForeignTrustFacts>
{
    public override FactsKind Kind => FactsKind.ForeignTrust;

    public override RuleDescriptor Descriptor { get; } = new()
    {
        Id = "SG-ID-004",
        Title = "Role or subscription is open to a foreign account or tenant",
        Severity = Severity.Critical,
        Risk = "Cross-account and cross-tenant trust is shadow access that no directory shows.",
        Remediation = Remediations.RemoveForeignTrust,
        SubFindings = ImmutableDictionary.CreateRange(
        [
            KeyValuePair.Create("deleted-principal", "A deleted principal is still trusted"),
        ]),
    };

    protected override Verdict Evaluate(ForeignTrustFacts facts, RuleSettings settings) => facts.OpenToForeigners.Value switch
    {
        true => Verdict.NonCompliant("Somebody outside can assume this role.", facts.OpenToForeigners.Evidence)
            .At(facts.Known ? Severity.High : Descriptor.Severity),
        false => Verdict.Compliant,
        null => facts.OpenToForeigners.Insufficient,
    };
}
