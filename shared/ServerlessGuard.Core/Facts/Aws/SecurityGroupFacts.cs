using System.Collections.Immutable;
using ServerlessGuard.Resources;

namespace ServerlessGuard.Facts.Aws;

/// <summary>A security group's inbound permissions, as instances and databases are joined with it.</summary>
public sealed record SecurityGroupFacts(ResourceRef Subject, string GroupId, ImmutableArray<IngressRule> Ingress) : NeighbourFacts(Subject)
{
    public override IEnumerable<string> JoinKeys => [GroupId];
}
