using ServerlessGuard.Findings;
using ServerlessGuard.Resources;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Exemptions;

/// <summary>
/// A human decision that a finding is accepted for a while. What is null does not narrow; at least one of rule, resource and tag is given.
/// </summary>
public sealed record Exemption
{
    public required string Id { get; init; }
    public string? RuleId { get; init; }
    public string? ResourceId { get; init; }
    public string? Account { get; init; }

    /// <summary>A tag that the resource carries, as <c>name</c> or <c>name=value</c>.</summary>
    public string? Tag { get; init; }

    /// <summary>The one finding that it is for, whatever the rest of it says; null: all that the rest covers.</summary>
    public string? FindingId { get; init; }

    /// <summary>The worst that was accepted: a finding that is worse is not covered. Null: whatever it is.</summary>
    public Severity? MaxSeverity { get; init; }

    /// <summary>
    /// What the accepted weakness rested on, see <see cref="Weakness.Digest"/>: with other evidence it is not covered. Null: whatever it
    /// is.
    /// </summary>
    public string? Evidence { get; init; }

    public required ExemptionCategory Category { get; init; }
    public required string Reason { get; init; }
    public required string RequestedBy { get; init; }
    public string? ApprovedBy { get; init; }
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>Of one that lies in the table: raised by its owner at every change. 0: from guard.yaml.</summary>
    public long Revision { get; init; }

    /// <summary>When a person ended it before its time.</summary>
    public DateTimeOffset? RevokedAt { get; init; }

    public int Schema { get; init => field = value == 0 ? 1 : value; } = 1;

    public bool Covers(Weakness weakness, ResourceRef resource, Func<string, string?> tag, DateTimeOffset now) =>
        Concerns(weakness.RuleId, resource, tag, now) && Outgrown(weakness) is null;

    /// <summary>How the weakness is no longer the one that was accepted, for a person; null: it is.</summary>
    public string? Outgrown(Weakness weakness) =>
        weakness.Severity > MaxSeverity ? $"it was accepted as {Word(MaxSeverity.Value)}, and is now {Word(weakness.Severity)}"
        : Evidence is not null && weakness.Digest() != Evidence ? "a different state of the resource was accepted"
        : null;

    /// <summary>Live, and about this rule and resource, however bad it is.</summary>
    public bool Concerns(string ruleId, ResourceRef resource, Func<string, string?> tag, DateTimeOffset now) =>
        now < ExpiresAt
        && RevokedAt is null
        && (RuleId is null || ruleId.Equals(RuleId, StringComparison.OrdinalIgnoreCase)
            || ruleId.StartsWith(RuleId + "/", StringComparison.OrdinalIgnoreCase))
        && (ResourceId is null || resource.Key == (resource with { Id = ResourceId }).Key)
        && (FindingId is null || FindingId == Findings.FindingId.Of(ruleId, resource))
        && (Account is null || Account.Equals(resource.Account, StringComparison.OrdinalIgnoreCase))
        && (Tag is null || HasTag(tag));

    private static string Word(Severity severity) => severity.ToString().ToLowerInvariant();

    private bool HasTag(Func<string, string?> tag)
    {
        var cut = Tag!.IndexOf('=', StringComparison.Ordinal);
        return cut < 0 ? tag(Tag) is not null : tag(Tag[..cut]) == Tag[(cut + 1)..];
    }
}

/// <summary>Azure Policy's words.</summary>
public enum ExemptionCategory
{
    /// <summary>The risk is accepted.</summary>
    Waiver = 1,

    /// <summary>Something else takes care of it.</summary>
    Mitigated = 2,
}
