using System.Collections.Immutable;
using ServerlessGuard.Resources;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Rules;

/// <summary>Everything about a rule but its logic.</summary>
public sealed record RuleDescriptor
{
    /// <summary>Permanent, never reused: <c>SG-STOR-001</c>.</summary>
    public required string Id { get; init; }

    /// <summary>At most 80 characters, no full stop.</summary>
    public required string Title { get; init; }

    public required Severity Severity { get; init; }

    /// <summary>Why it matters: one sentence, at most 200 characters.</summary>
    public required string Risk { get; init; }

    /// <summary>The cloud-neutral name of the fix; null when only a person can fix it.</summary>
    public string? Remediation { get; init; }

    public Maturity Maturity { get; init; } = Maturity.Stable;

    /// <summary>Where there is such a thing; where not, the rule's guide says why.</summary>
    public ImmutableArray<Provider> Clouds { get; init; } = [Provider.Aws, Provider.Azure];

    /// <summary>Titles of the sub-findings, by key.</summary>
    public ImmutableDictionary<string, string> SubFindings { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>
    /// A rule's own, where somebody wrote it with the rule. Null for a built-in one: its guide lies in docs/rules, and no host carries it.
    /// </summary>
    public RuleGuide? Guide { get; init; }

    public bool IsIn(Provider provider) => Clouds.Contains(provider);
}
