using ServerlessGuard.Facts;
using ServerlessGuard.Settings;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Rules.Identity;

/// <summary>No policy or role definition allows everything.</summary>
public sealed class PolicyGrantsNotEverything : Rule<GrantFacts>
{
    public override FactsKind Kind => FactsKind.Grant;

    public override RuleDescriptor Descriptor { get; } = new()
    {
        Id = "SG-ID-005",
        Title = "Policy or role definition grants everything",
        Severity = Severity.High,
        Risk = "Least privilege fails at the root when one document allows all actions.",
        Remediation = Remediations.NarrowGrant,
    };

    protected override Verdict Evaluate(GrantFacts facts, RuleSettings settings) => facts.GrantsEverything.Value switch
    {
        true => Verdict.NonCompliant("Whoever holds it may do everything.", facts.GrantsEverything.Evidence)
            .At(facts.Lowered ?? Descriptor.Severity),
        false => Verdict.Compliant,
        null => facts.GrantsEverything.Insufficient,
    };
}
