namespace ServerlessGuard.Cli;

/// <summary>Text from documents on a terminal: names and tags are hostile until shown otherwise.</summary>
internal static class Terminal
{
    /// <summary>One line without control characters (escape sequences) and without marks that reorder what a reader sees.</summary>
    public static string Safe(string text)
    {
        foreach (var c in text)
        {
            if (IsHostile(c))
            {
                return new string([.. text.Select(one => IsHostile(one) ? '\uFFFD' : one)]);
            }
        }

        return text;
    }

    private static bool IsHostile(char c) =>
        char.IsControl(c)
            || c is >= '\u202A' and <= '\u202E' or >= '\u2066' and <= '\u2069' or '\u200E' or '\u200F' or '\u061C' or '\u2028' or '\u2029'
            or '\uFEFF';
}
