using System.Collections.Immutable;
using ServerlessGuard.Facts;
using ServerlessGuard.Settings;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Rules.Identity;

/// <summary>People sign in through the corporate identity provider.</summary>
public sealed class PeopleSignInThroughIdentityProvider : Rule<HumanAccessFacts>
{
    public override FactsKind Kind => FactsKind.HumanAccess;

    public override RuleDescriptor Descriptor { get; } = new()
    {
        Id = "SG-ID-001",
        Title = "Human signs in with a cloud-native account outside the identity provider",
        Severity = Severity.High,
        Risk = "Such accounts miss joiner-leaver control, conditional access and the single timeline.",
        Remediation = Remediations.QuarantineLocalUser,
        SubFindings = ImmutableDictionary.CreateRange(
        [
            KeyValuePair.Create("blocked-account", "The role is held by a blocked account"),
        ]),
    };

    protected override Verdict Evaluate(HumanAccessFacts facts, RuleSettings settings) => facts.OutsideIdentityProvider.Value switch
    {
        true => Verdict.NonCompliant("A person signs in with an account that the identity provider cannot revoke.",
            facts.OutsideIdentityProvider.Evidence)
            .At(facts.Administrator ? Severity.Critical : Descriptor.Severity),
        false => Verdict.Compliant,
        null => facts.OutsideIdentityProvider.Insufficient,
    };
}
