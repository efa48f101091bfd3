using System.Collections.Immutable;
using ServerlessGuard.Policies;
using ServerlessGuard.Resources;

namespace ServerlessGuard.Facts.Aws;

/// <summary>One trail as the account's verdict and its buckets are joined with it.</summary>
public sealed record TrailFacts(ResourceRef Subject) : NeighbourFacts(Subject), INeighbour
{
    public static Source Source { get; } = new AwsSource("AWS::CloudTrail::Trail") { By = ConfigColumn.Account, In = ConfigPlace.Both };

    /// <summary>What a trail of the whole organisation is looked up by, in every account of the scan.</summary>
    private const string Organization = "every account of the organization";

    public override IEnumerable<string> JoinKeys => IsOrganizationTrail ? [Organization] : Subject.Account is { } account ? [account] : [];

    /// <summary>Records every account of the organisation.</summary>
    public bool IsOrganizationTrail { get; init; }

    /// <summary>The trails that may record an account: its own and the organisation's.</summary>
    public static IEnumerable<TrailFacts> Of(string? account, Neighbours neighbours) =>
        neighbours.Of<TrailFacts>(account).Concat(neighbours.Of<TrailFacts>(Organization));

    /// <summary>Everything that a trail must be, except that it is logging.</summary>
    public required Fact Complete { get; init; }

    /// <summary>IsLogging of GetTrailStatus; no configuration item carries it.</summary>
    public required Fact Logging { get; init; }

    /// <summary>false: the trail has default selectors, which record no data events.</summary>
    public required Fact CustomSelectors { get; init; }

    /// <summary>ARN prefixes of the S3 objects whose reads and writes are both recorded, where the selectors were observed.</summary>
    public ImmutableArray<string>? ObjectArns { get; init; }

    public Fact SelectsBucket(string bucket)
    {
        var path = $"{Subject.Id}: eventSelectors";
        if (ObjectArns is { } arns)
        {
            return arns.Any(arn => Glob.Matches(arn.TrimEnd('*') + "*", bucket + "/"))
                ? Fact.True(path, "data events of the bucket")
                : Fact.False(path, "no data events of the bucket");
        }

        return CustomSelectors.Value is false
            ? Fact.False(path, "default selectors: no data events")
            : Fact.Unknown(path, "the trail has event selectors of its own, which the item does not carry (get-event-selectors)");
    }
}
