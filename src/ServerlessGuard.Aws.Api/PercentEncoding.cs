using System.Text;

namespace ServerlessGuard.Aws.Api;

/// <summary>
/// RFC 3986 as Signature Version 4 wants it: everything but letters, digits and <c>- . _ ~</c> is encoded, in upper-case hex.
/// </summary>
public static class PercentEncoding
{
    private const string Hex = "0123456789ABCDEF";

    public static string Encode(string text) => Encode(text, keepSlash: false);

    /// <summary>A path of several segments.</summary>
    public static string Encode(string text, bool keepSlash)
    {
        var encoded = new StringBuilder(text.Length + 16);
        foreach (var octet in Encoding.UTF8.GetBytes(text))
        {
            if (char.IsAsciiLetterOrDigit((char)octet) || octet is (byte)'-' or (byte)'.' or (byte)'_' or (byte)'~'
                || keepSlash && octet is (byte)'/')
            {
                encoded.Append((char)octet);
            }
            else
            {
                encoded.Append('%').Append(Hex[octet >> 4]).Append(Hex[octet & 15]);
            }
        }

        return encoded.ToString();
    }
}
