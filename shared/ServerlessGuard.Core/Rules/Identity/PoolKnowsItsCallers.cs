using ServerlessGuard.Facts;
using ServerlessGuard.Resources;
using ServerlessGuard.Settings;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Rules.Identity;

/// <summary>An identity pool gives credentials only to callers that signed in.</summary>
public sealed class PoolKnowsItsCallers : Rule<GuestAccessFacts>
{
    public override FactsKind Kind => FactsKind.GuestAccess;

    public override RuleDescriptor Descriptor { get; } = new()
    {
        Id = "SG-ID-013",
        Title = "Identity pool hands out credentials to anonymous callers",
        Severity = Severity.High,
        Risk = "Guest credentials of a mobile pool often reach storage or models.",
        Remediation = Remediations.CloseGuestAccess,
        Clouds = [Provider.Aws],
    };

    protected override Verdict Evaluate(GuestAccessFacts facts, RuleSettings settings) => facts.ServesGuests.Value switch
    {
        true when facts.Reach is { } reach =>
            Verdict.NonCompliant("Anyone gets credentials that reach objects or models.", facts.ServesGuests.Evidence, reach.Evidence)
                .At(Severity.Critical),
        true => Verdict.NonCompliant("Anyone gets credentials of this account.", facts.ServesGuests.Evidence),
        false => Verdict.Compliant,
        null => facts.ServesGuests.Insufficient,
    };
}
