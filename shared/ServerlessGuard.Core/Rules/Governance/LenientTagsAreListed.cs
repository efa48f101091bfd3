using ServerlessGuard.Documents;
using ServerlessGuard.Facts;
using ServerlessGuard.Settings;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Rules.Governance;

/// <summary>What is judged more mildly is what the owner of the guard listed, and nothing that a tag asks for.</summary>
public sealed class LenientTagsAreListed : Rule<TagClaimFacts>
{
    private static readonly Verdict NoClaim = Verdict.NotApplicable("no tag asks for leniency");

    public override FactsKind Kind => FactsKind.TagClaims;

    public override RuleDescriptor Descriptor { get; } = new()
    {
        Id = "SG-GOV-003",
        Title = "Tag asks for leniency that nobody listed",
        Severity = Severity.Medium,
        Risk = "Whoever may tag a resource could talk its findings down or keep it from being fixed.",
    };

    protected override Verdict Evaluate(TagClaimFacts facts, RuleSettings settings)
    {
        if (facts.Claims.IsEmpty)
        {
            return NoClaim;
        }

        Evidence[] unlisted = [.. facts.Claims.Where(claim => !claim.Counts)
            .Select(claim => new Evidence("tags." + claim.Tag, $"{DocText.Shown(claim.Value)} asks {claim.Asks}"))];
        return unlisted.Length == 0
            ? Verdict.Compliant
            : Verdict.NonCompliant("A tag asks for leniency with a value that guard.yaml does not list.", unlisted);
    }
}
