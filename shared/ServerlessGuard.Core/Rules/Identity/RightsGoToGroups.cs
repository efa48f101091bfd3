using ServerlessGuard.Facts;
using ServerlessGuard.Settings;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Rules.Identity;

/// <summary>People have their rights through groups, or for a limited time.</summary>
public sealed class RightsGoToGroups : Rule<PersonalGrantFacts>
{
    public override FactsKind Kind => FactsKind.PersonalGrant;

    public override RuleDescriptor Descriptor { get; } = new()
    {
        Id = "SG-ID-012",
        Title = "Rights are given to single people instead of groups",
        Severity = Severity.Low,
        Risk = "Direct grants escape reviews and leaver automation.",
    };

    protected override Verdict Evaluate(PersonalGrantFacts facts, RuleSettings settings) => facts.Direct.Value switch
    {
        true => Verdict.NonCompliant("A person holds rights of its own instead of a group's.", facts.Direct.Evidence)
            .At(facts.IsBroad ? Severity.Medium : Descriptor.Severity),
        false => Verdict.Compliant,
        null => facts.Direct.Insufficient,
    };
}
