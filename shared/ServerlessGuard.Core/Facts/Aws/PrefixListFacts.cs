using ServerlessGuard.Networks;
using ServerlessGuard.Resources;

namespace ServerlessGuard.Facts.Aws;

/// <summary>The addresses behind a managed prefix list.</summary>
public sealed record PrefixListFacts(ResourceRef Subject, string ListId, AddressSet Addresses) : NeighbourFacts(Subject), INeighbour
{
    public static Source Source { get; } = new AwsSource("AWS::EC2::PrefixList") { Live = LiveRead.PrefixList };

    public override IEnumerable<string> JoinKeys => [ListId];
}
