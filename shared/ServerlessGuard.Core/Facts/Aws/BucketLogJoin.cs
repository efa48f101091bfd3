using ServerlessGuard.Resources;

namespace ServerlessGuard.Facts.Aws;

/// <summary>A bucket's own access log, waiting for the trails of the account and for the buckets that log into it.</summary>
public sealed record BucketLogJoin(ResourceRef Subject, string Bucket, bool Observed, string? Target) : JoinedFacts(Subject)
{
    private const string Path = "supplementaryConfiguration.BucketLoggingConfiguration.destinationBucketName";

    public override FactsKind Kind => FactsKind.ObjectAccessLog;

    public override bool NeedsNobody => Target is not null;

    public override SubjectFacts Complete(Neighbours neighbours)
    {
        var isTarget = neighbours.Of<LogTargetFacts>(Bucket).Any(log => log.Subject.Key != Subject.Key);
        return new ObjectAccessLogFacts(Subject)
        {
            Recorded = Target is not null ? Fact.True(Path, Target) : ByTrails(neighbours),
            OutOfReach = isTarget && Target is null ? "logs are delivered to this bucket: logging it would log the logs" : null,
        };
    }

    /// <summary>
    /// Without an access log, a trail with a data selector for the bucket will do; whether there is one must be known of every trail.
    /// </summary>
    private Fact ByTrails(Neighbours neighbours)
    {
        var recorded =
            Fact.False(Path, Observed ? "(none), and no trail of the scan selects data events of the bucket" : "not in the item");
        var trails = TrailFacts.Of(Subject.Account, neighbours).ToList();
        var partition = Arn.TryParse(Subject.Id, out var arn) ? arn.Partition : "aws";
        if (trails.Count == 0)
        {
            return Fact.Unknown("AWS::CloudTrail::Trail", "no trail is in the scan, and one may record data events of this bucket");
        }

        foreach (var trail in trails)
        {
            var selects = trail.SelectsBucket($"arn:{partition}:s3:::{Bucket}");
            if (selects.Value is true)
            {
                return selects;
            }

            recorded |= selects;
        }

        return recorded.Value is false && !Observed ? Fact.Unknown(Path, "not in the item") : recorded;
    }
}
