using System.Net;
using System.Net.Sockets;
using System.Globalization;

namespace ServerlessGuard.Networks;

/// <summary>An inclusive range of addresses of one family, as numbers (IPv4 in the low 32 bits).</summary>
public readonly record struct AddressRange(bool IsV6, UInt128 First, UInt128 Last)
{
    public static AddressRange AllV4 { get; } = new(false, 0, uint.MaxValue);
    public static AddressRange AllV6 { get; } = new(true, 0, UInt128.MaxValue);

    /// <summary>How many addresses, less one (the whole of IPv6 has 2^128).</summary>
    public UInt128 Span => Last - First;

    public bool Contains(AddressRange other) => IsV6 == other.IsV6 && First <= other.First && Last >= other.Last;

    /// <summary>A CIDR block, a single address, or <c>first-last</c>; null for anything else.</summary>
    public static AddressRange? Parse(string? text)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return null;
        }

        var trimmed = text.AsSpan().Trim();
        var dash = trimmed.IndexOf('-');
        if (dash > 0)
        {
            return Between(trimmed[..dash].ToString(), trimmed[(dash + 1)..].ToString());
        }

        var slash = trimmed.IndexOf('/');
        if (!TryNumber(slash < 0 ? trimmed : trimmed[..slash], out var address, out var isV6))
        {
            return null;
        }

        var width = isV6 ? 128 : 32;
        var prefix = width;
        if (slash >= 0
            && (!int.TryParse(trimmed[(slash + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out prefix) || prefix > width))
        {
            return null;
        }

        var host = prefix == 0 ? (isV6 ? UInt128.MaxValue : uint.MaxValue) : (UInt128.One << (width - prefix)) - 1;
        return new AddressRange(isV6, address & ~host, address | host);
    }

    /// <summary>
    /// The range of a firewall rule (startIpAddress, endIpAddress); null when either is no address or they are in the wrong order.
    /// </summary>
    public static AddressRange? Between(string? first, string? last) =>
        TryNumber(first, out var from, out var v6) && TryNumber(last, out var to, out var lastV6) && v6 == lastV6 && from <= to
            ? new AddressRange(v6, from, to)
            : null;

    private static bool TryNumber(ReadOnlySpan<char> text, out UInt128 number, out bool isV6)
    {
        number = 0;
        isV6 = false;
        text = text.Trim();
        // IPAddress.Parse reads "1" and "0x7f.1" as IPv4 addresses; the clouds do not.
        if (text.IndexOf(':') < 0 && text.Count('.') != 3 || text.IndexOf('%') >= 0 || !IPAddress.TryParse(text, out var address))
        {
            return false;
        }

        isV6 = address.AddressFamily is AddressFamily.InterNetworkV6;
        foreach (var part in address.GetAddressBytes())
        {
            number = (number << 8) | part;
        }

        return true;
    }
}
