using System.Collections.Immutable;
using ServerlessGuard.Documents;
using ServerlessGuard.Networks;

namespace ServerlessGuard.Facts.Azure;

/// <summary>One inbound rule of a network security group.</summary>
public sealed record NsgRule
{
    public required string Name { get; init; }
    public required long Priority { get; init; }
    public required bool Allows { get; init; }
    public required Transport Transport { get; init; }

    /// <summary>Null when a port could not be read.</summary>
    public required PortSet? Ports { get; init; }

    /// <summary>
    /// Addresses of the internet: <c>*</c>, <c>Any</c> and the tag Internet are all of them; other service tags and application groups are
    /// none.
    /// </summary>
    public required AddressSet Sources { get; init; }

    public required ImmutableArray<string> Destinations { get; init; }

    /// <summary>A rule for some source ports only: as a Deny it stops nobody, who picks another port.</summary>
    public required bool AnySourcePort { get; init; }

    public required string Shown { get; init; }

    /// <summary>The inbound rules of an NSG in priority order; null when a list was not observed.</summary>
    public static ImmutableArray<NsgRule> Read(IEnumerable<Doc> rules) =>
        [.. rules.Select(rule => (Name: rule["name"].Text, Properties: rule["properties"].Exists ? rule["properties"] : rule))
            .Where(rule => rule.Properties["direction"].Is("Inbound"))
            .Select(rule => One(rule.Name, rule.Properties))
            .OrderBy(rule => rule.Priority)];

    public bool Meets(Transport transport, int port) =>
        (Transport == transport || Transport is Transport.All) && Ports?.Contains(port) == true;

    /// <summary>Does this Deny cover every destination of that Allow?</summary>
    public bool CoversDestinationsOf(NsgRule other) =>
        Destinations.Any(IsEverywhere) || other.Destinations.All(destination => Destinations.Any(mine => Covers(mine, destination)));

    private static NsgRule One(string? name, Doc rule)
    {
        var sources = Both(rule, "sourceAddressPrefix", "sourceAddressPrefixes");
        var ports = Both(rule, "destinationPortRange", "destinationPortRanges");
        var sourcePorts = Both(rule, "sourcePortRange", "sourcePortRanges");
        var protocol = rule["protocol"].Text;
        return new NsgRule
        {
            Name = DocText.Shown(name ?? "unnamed"),
            Priority = rule["priority"].Number ?? long.MaxValue,
            Allows = rule["access"].Is("Allow"),
            Transport = AdminPorts.TransportOf(protocol),
            Ports = PortSet.Parse(ports),
            Sources = sources.Aggregate(AddressSet.None, (set, source) => set.Union(Addresses(source))),
            Destinations = [.. Both(rule, "destinationAddressPrefix", "destinationAddressPrefixes")],
            AnySourcePort = sourcePorts.Count == 0 || PortSet.Parse(sourcePorts)?.IsAll == true,
            Shown = DocText.Shown(
                $"{name}: {(rule["access"].Is("Allow") ? "Allow" : "Deny")} {protocol} {string.Join(",", ports.Take(6))} from "
                    + $"{string.Join(",", sources.Take(4))}, priority {rule["priority"]}"),
        };
    }

    private static List<string> Both(Doc rule, string one, string many) =>
        [.. new[] { rule[one].NonEmpty }.OfType<string>(), .. rule[many].Items.All().Select(item => item.NonEmpty).OfType<string>()];

    private static AddressSet Addresses(string source) => source switch
    {
        "*" => AddressSet.Everything,
        _ when source.Equals("Internet", StringComparison.OrdinalIgnoreCase) || source.Equals("Any", StringComparison.OrdinalIgnoreCase) =>
            AddressSet.Everything,
        _ => AddressRange.Parse(source) is { } range ? AddressSet.Of([range]) : AddressSet.None,
    };

    private static bool IsEverywhere(string destination) =>
        destination is "*" or "0.0.0.0/0" || destination.Equals("Any", StringComparison.OrdinalIgnoreCase)
        || destination.Equals("VirtualNetwork", StringComparison.OrdinalIgnoreCase);

    private static bool Covers(string wide, string narrow) =>
        wide.Equals(narrow, StringComparison.OrdinalIgnoreCase)
        || AddressRange.Parse(wide) is { } outer && AddressRange.Parse(narrow) is { } inner && outer.Contains(inner);
}
