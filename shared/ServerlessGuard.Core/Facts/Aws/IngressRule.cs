using System.Collections.Immutable;
using ServerlessGuard.Documents;
using ServerlessGuard.Networks;

namespace ServerlessGuard.Facts.Aws;

/// <summary>One inbound permission of a security group: what it lets through and from where.</summary>
/// <param name="Ports">Which ports; all of them when the protocol is all.</param>
/// <param name="Sources">The addresses written into the permission itself, merged.</param>
/// <param name="PrefixLists">Lists whose addresses stand elsewhere.</param>
/// <param name="Shown">The permission in words, for the evidence.</param>
public sealed record IngressRule(Transport Transport, PortSet Ports, AddressSet Sources, ImmutableArray<string> PrefixLists, string Shown)
{
    public static IEnumerable<IngressRule> Read(Doc permissions) => permissions.Items.All().Select(One);

    public bool Lets(int port) => AdminPorts.Reaches(Transport, port) && (Transport is Transport.All || Ports.Contains(port));

    public bool IsEverything => Transport is Transport.All || Transport is Transport.Tcp && Ports.IsAll;

    private static IngressRule One(Doc permission)
    {
        var protocol = permission["ipProtocol"].Text;
        var transport = AdminPorts.TransportOf(protocol);
        var ports = transport is Transport.All ? PortSet.All : PortSet.Between(permission["fromPort"].Number, permission["toPort"].Number);
        var blocks = Blocks(permission).ToList();
        var lists = permission["prefixListIds"].Items.All().Select(list => list.IsText ? list.Text : list["prefixListId"].Text)
            .OfType<string>();
        var range = permission["fromPort"].Exists ? $" {permission["fromPort"].Number}-{permission["toPort"].Number}" : string.Empty;
        return new IngressRule(
            transport,
            ports,
            AddressSet.Of(blocks.Select(AddressRange.Parse).OfType<AddressRange>()),
            [.. lists],
            $"{(transport is Transport.All ? "all protocols" : DocText.Shown(protocol ?? string.Empty))}{range} from "
                + $"{string.Join(", ", blocks.Take(4))}");
    }

    /// <summary>
    /// ipv4Ranges and ipv6Ranges hold objects; ipRanges is the older list of plain text. Recorded items repeat the former in the latter.
    /// </summary>
    private static IEnumerable<string> Blocks(Doc permission)
    {
        var v4 = permission["ipv4Ranges"].Items.All().Concat(permission["ipRanges"].Items.All())
            .Select(block => block.IsText ? block.Text : block["cidrIp"].Text);
        var v6 = permission["ipv6Ranges"].Items.All().Select(block => block.IsText ? block.Text : block["cidrIpv6"].Text);
        return v4.Concat(v6).OfType<string>().Distinct(StringComparer.Ordinal);
    }
}
