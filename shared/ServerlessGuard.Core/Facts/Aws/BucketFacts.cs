using ServerlessGuard.Resources;

namespace ServerlessGuard.Facts.Aws;

/// <summary>That a bucket is in an account: neither its name nor its ARN says in which.</summary>
public sealed record BucketFacts(ResourceRef Subject, string Bucket) : NeighbourFacts(Subject), INeighbour
{
    public static Source Source { get; } = new AwsSource("AWS::S3::Bucket") { By = ConfigColumn.Arn, In = ConfigPlace.Both };

    public override IEnumerable<string> JoinKeys => [Bucket];
}
