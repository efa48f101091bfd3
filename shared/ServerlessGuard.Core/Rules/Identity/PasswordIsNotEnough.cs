using ServerlessGuard.Facts;
using ServerlessGuard.Settings;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Rules.Identity;

/// <summary>Nobody reaches a management plane with a password alone.</summary>
public sealed class PasswordIsNotEnough : Rule<SecondFactorFacts>
{
    public override FactsKind Kind => FactsKind.SecondFactor;

    public override RuleDescriptor Descriptor { get; } = new()
    {
        Id = "SG-ID-008",
        Title = "Human access is possible without a second factor or conditional access",
        Severity = Severity.High,
        Risk = "One phished password opens the console.",
        Remediation = Remediations.RequireSecondFactor,
    };

    protected override Verdict Evaluate(SecondFactorFacts facts, RuleSettings settings) =>
        facts.PasswordIsEnough.Forbids("A password alone is enough to sign in.");
}
