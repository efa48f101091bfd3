namespace ServerlessGuard.Networks;

/// <summary>When a set of source addresses is so wide that it is no longer a list of known networks.</summary>
/// <remarks>
/// Counted after merging, so that two halves of the address space are not two narrow rules: more than 2^24 IPv4 addresses (one /8 is not
/// open, a /7 is), or more IPv6 addresses than one /32 holds. A set that lies entirely in address space that is not routed on the internet
/// (RFC 1918, RFC 6598, RFC 4193, link-local, loopback) reaches nobody there, however large: see docs/decisions.
/// </remarks>
public static class Internet
{
    private static readonly UInt128 WideV4 = UInt128.One << 24;
    private static readonly UInt128 WideV6 = UInt128.One << 96;

    private static readonly AddressSet Unrouted = AddressSet.Of(
        new[] { "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "fc00::/7", "fe80::/10",
            "::1/128" }
            .Select(block => AddressRange.Parse(block)!.Value));

    public static bool IsOpenTo(AddressSet sources)
    {
        UInt128 v4 = 0;
        UInt128 v6 = 0;
        foreach (var range in sources.Ranges)
        {
            if (range.IsV6)
            {
                v6 = UInt128.MaxValue - v6 > range.Span ? v6 + range.Span + 1 : UInt128.MaxValue;
            }
            else
            {
                v4 += range.Span + 1;
            }
        }

        return (v4 > WideV4 || v6 > WideV6) && !Unrouted.Contains(sources);
    }
}
