using ServerlessGuard.Resources;

namespace ServerlessGuard.Facts.Aws;

/// <summary>A bucket that logs are delivered to: of another bucket's access, or of a trail.</summary>
public sealed record LogTargetFacts(ResourceRef Subject, string Bucket) : NeighbourFacts(Subject)
{
    public override IEnumerable<string> JoinKeys => [Bucket];
}
