using System.Collections.Immutable;
using ServerlessGuard.Resources;

namespace ServerlessGuard.Rules;

/// <summary>A rule in words, for its page and the reader of a finding. Nothing is judged by it.</summary>
public sealed record RuleGuide
{
    /// <summary>Null when the rule does not exist in AWS; <see cref="NotInAws"/> says why.</summary>
    public CloudGuide? Aws { get; init; }

    public CloudGuide? Azure { get; init; }

    public string? NotInAws { get; init; }

    public string? NotInAzure { get; init; }

    /// <summary>When a person may decide to live with it.</summary>
    public required string ExemptWhen { get; init; }

    /// <summary>The requirements of outside standards that the rule maps to: <c>aws-fsbp/S3.2</c>, <c>mcsb-v2/NS-2</c>.</summary>
    public required ImmutableArray<string> Controls { get; init; }

    public CloudGuide? In(Provider provider) => provider switch
    {
        Provider.Aws => Aws,
        Provider.Azure => Azure,
    };
}
