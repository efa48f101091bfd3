using ServerlessGuard.Resources;

namespace ServerlessGuard.Facts.Aws;

/// <summary>A bucket that logs are delivered to: of another bucket's access, or of a trail.</summary>
public sealed record LogTargetFacts(ResourceRef Subject, string Bucket) : NeighbourFacts(Subject), INeighbour
{
    public static Source Source { get; } = new AwsSource("AWS::S3::Bucket")
    {
        By = ConfigColumn.Field,
        Field = "supplementaryConfiguration.BucketLoggingConfiguration.destinationBucketName",
    };

    public override IEnumerable<string> JoinKeys => [Bucket];
}
