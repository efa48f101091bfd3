using System.Collections.Immutable;
using ServerlessGuard.Facts;
using ServerlessGuard.Settings;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Rules.Identity;

/// <summary>A trust in a token issuer names its own caller.</summary>
public sealed class FederatedTrustIsPinned : Rule<FederatedTrustFacts>
{
    public override FactsKind Kind => FactsKind.FederatedTrust;

    public override RuleDescriptor Descriptor { get; } = new()
    {
        Id = "SG-ID-003",
        Title = "Federated trust does not pin subject and audience",
        Severity = Severity.Critical,
        Risk = "A role that trusts a shared issuer without naming the caller lets any tenant or repository of that issuer walk in: the "
            + "pivot between clouds.",
        Remediation = Remediations.PinFederatedTrust,
        SubFindings = ImmutableDictionary.CreateRange(
        [
            KeyValuePair.Create("broken-subject", "A wildcard in a literal subject matches nothing"),
        ]),
    };

    protected override Verdict Evaluate(FederatedTrustFacts facts, RuleSettings settings) => facts.Pinned.Value switch
    {
        true => Verdict.Compliant,
        false => Verdict.NonCompliant("The trust lets in more callers than the one it is for.", facts.Pinned.Evidence)
            .At(facts.Breadth ?? Descriptor.Severity),
        null => facts.Pinned.Insufficient,
    };
}
