using ServerlessGuard.Documents;
using ServerlessGuard.Facts;
using ServerlessGuard.Settings;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Rules.Governance;

/// <summary>What is judged more mildly is what the owner of the guard listed, and nothing that a tag asks for.</summary>
public sealed class LenientTagsAreListed : Rule<TagClaimFacts>
{
    private const string When = "A tag of neverTouchTags, a tag that lowers severities (severityOverrides), or on a key approvedDeletionTag, has a value that guard.yaml does not list.";

    private static readonly Verdict NoClaim = Verdict.NotApplicable("no tag asks for leniency");

    private static readonly string[] Notes =
    [
        "The tag has no effect then. With trustAnyTagValue any value counts where none is listed. A resource without such tags is NotApplicable.",
        "The finding's actor is whoever made the change that it was seen in.",
    ];

    public override FactsKind Kind => FactsKind.TagClaims;

    public override RuleDescriptor Descriptor { get; } = new()
    {
        Id = "SG-GOV-003",
        Title = "Tag asks for leniency that nobody listed",
        Severity = Severity.Medium,
        Risk = "Whoever may tag a resource could talk its findings down or keep it from being fixed.",
        Controls =
        [
            "nist-800-53-r5/CM-5", "nist-800-53-r5/AC-6",
            "attack/T1562",
        ],
        Aws = new CloudGuide
        {
            Types = ["any type"],
            Subject = "the resource",
            NonCompliantWhen = When,
            Notes = [.. Notes],
            Fix = "Remove the tag, or list its value in guard.yaml: aws resourcegroupstaggingapi untag-resources --resource-arn-list ARN --tag-keys TAG",
        },
        Azure = new CloudGuide
        {
            Types = ["any type"],
            Subject = "the resource",
            NonCompliantWhen = When,
            Notes = [.. Notes],
            Fix = "Remove the tag, or list its value in guard.yaml: az tag update --resource-id ID --operation Delete --tags TAG=VALUE",
        },
        ExemptWhen = "Never: a value that is meant belongs into guard.yaml.",
    };

    protected override Verdict Evaluate(TagClaimFacts facts, RuleSettings settings)
    {
        if (facts.Claims.IsEmpty)
        {
            return NoClaim;
        }

        Evidence[] unlisted = [.. facts.Claims.Where(claim => !claim.Counts).Select(claim => new Evidence("tags." + claim.Tag, $"{DocText.Shown(claim.Value)} asks {claim.Asks}"))];
        return unlisted.Length == 0 ? Verdict.Compliant : Verdict.NonCompliant("A tag asks for leniency with a value that guard.yaml does not list.", unlisted);
    }
}
