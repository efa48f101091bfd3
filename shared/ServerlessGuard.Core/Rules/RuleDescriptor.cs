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

    /// <summary>The requirements of outside standards that this rule maps to: <c>aws-fsbp/S3.2</c>, <c>mcsb/NS-2</c>.</summary>
    public required ImmutableArray<string> Controls { get; init; }

    /// <summary>The cloud-neutral name of the fix; null when only a person can fix it.</summary>
    public string? Remediation { get; init; }

    public Maturity Maturity { get; init; } = Maturity.Stable;

    /// <summary>Null when the rule does not exist in AWS; <see cref="NotInAws"/> says why.</summary>
    public CloudGuide? Aws { get; init; }

    public CloudGuide? Azure { get; init; }

    public string? NotInAws { get; init; }

    public string? NotInAzure { get; init; }

    /// <summary>When a person may decide to live with it.</summary>
    public required string ExemptWhen { get; init; }

    /// <summary>Titles of the sub-findings, by key.</summary>
    public ImmutableDictionary<string, string> SubFindings { get; init; } = ImmutableDictionary<string, string>.Empty;

    public CloudGuide? Guide(Provider provider) => provider switch
    {
        Provider.Aws => Aws,
        Provider.Azure => Azure,
    };
}
