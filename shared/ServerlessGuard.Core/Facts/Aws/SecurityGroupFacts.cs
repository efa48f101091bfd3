using System.Collections.Immutable;
using ServerlessGuard.Resources;

namespace ServerlessGuard.Facts.Aws;

/// <summary>The inbound permissions of a security group that let in the internet, as databases are joined with it.</summary>
public sealed record SecurityGroupFacts(ResourceRef Subject, string GroupId, ImmutableArray<IngressRule> Open) : NeighbourFacts(Subject),
    INeighbour
{
    public static Source Source { get; } = new AwsSource("AWS::EC2::SecurityGroup") { By = ConfigColumn.Id };

    public override IEnumerable<string> JoinKeys => [GroupId];
}
