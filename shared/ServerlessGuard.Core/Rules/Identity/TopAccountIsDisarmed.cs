using ServerlessGuard.Facts;
using ServerlessGuard.Settings;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Rules.Identity;

/// <summary>Rights above everything are not ready for use.</summary>
public sealed class TopAccountIsDisarmed : Rule<TopAccessFacts>
{
    public override FactsKind Kind => FactsKind.TopAccess;

    public override RuleDescriptor Descriptor { get; } = new()
    {
        Id = "SG-ID-007",
        Title = "The top-level account of the cloud is armed",
        Severity = Severity.Critical,
        Risk = "Root and root-scope rights override every other control.",
    };

    protected override Verdict Evaluate(TopAccessFacts facts, RuleSettings settings) =>
        facts.Armed.Forbids("Rights that override every control lie ready for whoever gets hold of them.");
}
