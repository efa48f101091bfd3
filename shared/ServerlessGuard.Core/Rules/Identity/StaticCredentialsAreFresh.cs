using ServerlessGuard.Facts;
using ServerlessGuard.Settings;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Rules.Identity;

/// <summary>Long-lived credentials are young and in use.</summary>
public sealed class StaticCredentialsAreFresh : Rule<StaticCredentialFacts>
{
    public override FactsKind Kind => FactsKind.StaticCredential;

    public override RuleDescriptor Descriptor { get; } = new()
    {
        Id = "SG-ID-002",
        Title = "Static credential is old or unused",
        Severity = Severity.High,
        Risk = "Keys nobody uses are the ones nobody misses when they are stolen.",
        Remediation = Remediations.DisableStaleCredential,
    };

    protected override Verdict Evaluate(StaticCredentialFacts facts, RuleSettings settings) => facts.Stale.Value switch
    {
        true => Verdict.NonCompliant("A long-lived credential is old, unused or too long-lived.", facts.Stale.Evidence).At(facts switch
        {
            { OnlyExpired: true } => Severity.Low,
            { Administrator: true } => Severity.Critical,
            _ => Descriptor.Severity,
        }),
        false => Verdict.Compliant,
        null => facts.Stale.Insufficient,
    };
}
