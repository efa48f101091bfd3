using ServerlessGuard.Facts;
using ServerlessGuard.Settings;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Rules.Identity;

/// <summary>Only approved identity providers say who a caller is.</summary>
public sealed class IdentityProvidersAreApproved : Rule<IdentityProviderFacts>
{
    public override FactsKind Kind => FactsKind.IdentityProvider;

    public override RuleDescriptor Descriptor { get; } = new()
    {
        Id = "SG-ID-009",
        Title = "Unapproved identity provider is registered",
        Severity = Severity.High,
        Risk = "Registering a second issuer is how an intruder builds a lasting back door into federation.",
    };

    protected override Verdict Evaluate(IdentityProviderFacts facts, RuleSettings settings)
    {
        var registered = facts.Unapproved | facts.LeftOver;
        return registered.Value switch
        {
            true when facts.Unapproved.Value is true =>
                Verdict.NonCompliant("An identity provider that nobody approved may say who a caller is.", registered.Evidence)
                    .At(facts.IsTrustedByAdministrator ? Severity.Critical : Descriptor.Severity),
            true => Verdict.NonCompliant("No role trusts the provider any more: it waits for whoever writes the next trust.",
                registered.Evidence),
            false => Verdict.Compliant,
            null => registered.Insufficient,
        };
    }
}
