using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;

namespace ServerlessGuard.Yaml.Schemas;

/// <summary>What <c>format</c> asks of a text. Formats of the draft that are not here are refused, other ones are notes.</summary>
internal static class Formats
{
    private const RegexOptions Linear = RegexOptions.NonBacktracking | RegexOptions.CultureInvariant;

    private static readonly Regex Zoned = new("^[0-9-]{10}[Tt][0-9:]{8}(?:[.][0-9]+)?(?:[Zz]|[+-][0-9]{2}:[0-9]{2})$", Linear);
    private static readonly Regex Label = new("^[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?$", Linear);
    private static readonly Regex Octet = new("^(?:0|[1-9][0-9]{0,2})$", Linear);
    private static readonly Regex Pointer = new("^(?:/(?:[^/~]|~[01])*)*$", Linear);
    private static readonly Regex Span =
        new("^P(?:[0-9]+W|(?:[0-9]+Y)?(?:[0-9]+M)?(?:[0-9]+D)?(?:T(?:[0-9]+H)?(?:[0-9]+M)?(?:[0-9]+S)?)?)$", Linear);

    public static bool IsUnsupported(string format) =>
        format is "idn-email" or "idn-hostname" or "iri" or "iri-reference" or "uri-template" or "relative-json-pointer";

    public static Func<string, bool>? Of(string format) => format switch
    {
        "date" => text => DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _),
        "date-time" => IsMoment,
        "time" => text => IsMoment("2000-01-01T" + text),
        "duration" => text => Span.IsMatch(text) && text.Length > 1 && text[^1] is not 'T',
        "email" => text => text.LastIndexOf('@') is var at and > 0 && !text.AsSpan(0, at).ContainsAny(" @\t\r\n")
            && IsHost(text[(at + 1)..]),
        "hostname" => IsHost,
        "ipv4" => text => text.Split('.') is { Length: 4 } parts
            && parts.All(part => Octet.IsMatch(part) && byte.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out _)),
        "ipv6" => text => text.All(c => char.IsAsciiHexDigit(c) || c is ':' or '.') && IPAddress.TryParse(text, out var address)
            && address.AddressFamily is AddressFamily.InterNetworkV6,
        "uri" => text => Uri.IsWellFormedUriString(text, UriKind.Absolute),
        "uri-reference" => text => Uri.IsWellFormedUriString(text, UriKind.RelativeOrAbsolute),
        "uuid" => text => Guid.TryParseExact(text, "D", out _),
        "json-pointer" => Pointer.IsMatch,
        "regex" => IsPattern,
        _ => null,
    };

    private static bool IsMoment(string text) => Zoned.IsMatch(text)
        && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal, out _);

    private static bool IsHost(string text) => text.Length is > 0 and < 254 && text.Split('.').All(label => Label.IsMatch(label));

    private static bool IsPattern(string text)
    {
        try
        {
            _ = LinearPattern.Of(text);
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
