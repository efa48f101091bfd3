using System.Text;
using System.Text.RegularExpressions;

namespace ServerlessGuard.Yaml;

/// <summary>
/// The patterns of custom rules meet texts of strangers: names, tags, policies. So they run in time linear in the text. What that engine
/// lacks (lookaround, backreferences, word boundaries of ASCII) runs with a time limit instead; a text that reaches it is undecided, and
/// costs itself only.
/// </summary>
internal static class LinearPattern
{
    private static readonly TimeSpan Limit = TimeSpan.FromMilliseconds(250);

    public static Regex Of(string pattern)
    {
        if (Ascii(pattern) is { } ascii)
        {
            try
            {
                return new Regex(ascii, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant, Limit);
            }
            catch (NotSupportedException)
            {
                // Needs backtracking.
            }
        }

        return new Regex(pattern, RegexOptions.ECMAScript, Limit);
    }

    /// <summary>
    /// The same pattern with ECMAScript's classes of ASCII written out, since only the backtracking engine knows them; null where they
    /// cannot be.
    /// </summary>
    private static string? Ascii(string pattern)
    {
        var text = new StringBuilder(pattern.Length + 16);
        var inClass = false;
        for (var i = 0; i < pattern.Length; i++)
        {
            var c = pattern[i];
            if (c is '[' or ']')
            {
                inClass = c is '[' || inClass && pattern[i - 1] is '[';
            }

            if (c is not '\\' || i + 1 == pattern.Length)
            {
                text.Append(c);
                continue;
            }

            var (members, negated) = pattern[++i] switch
            {
                'd' => ("0-9", false),
                'D' => ("0-9", true),
                'w' => ("a-zA-Z0-9_", false),
                'W' => ("a-zA-Z0-9_", true),
                's' => (@" \f\n\r\t\v", false),
                'S' => (@" \f\n\r\t\v", true),
                'b' or 'B' when !inClass => (null, false),
                var other => ("\\" + other, false),
            };
            if (members is null || negated && inClass)
            {
                return null;
            }

            text.Append(members is ['\\', _] || inClass ? members : negated ? $"[^{members}]" : $"[{members}]");
        }

        return text.ToString();
    }
}
