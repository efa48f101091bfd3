namespace ServerlessGuard.Facts.Secrets;

/// <summary>The words of a setting's name.</summary>
internal static class NameWords
{
    /// <summary>
    /// Lower-case words, the plural's s and numbers at their end left out: split at anything that is no letter or digit, where a capital
    /// follows a small letter, and before the last capital of an acronym (JWTSecret).
    /// </summary>
    public static List<string> Of(string name)
    {
        var words = new List<string>();
        var start = 0;
        for (var i = 0; i <= name.Length; i++)
        {
            var ends = i == name.Length || !char.IsLetterOrDigit(name[i]);
            if (ends || i > start && StartsWord(name, i))
            {
                if (i > start)
                {
                    words.Add(Stem(name[start..i].ToLowerInvariant()));
                }

                start = ends ? i + 1 : i;
            }
        }

        return words;
    }

    private static bool StartsWord(string name, int at) =>
        char.IsUpper(name[at])
        && (char.IsLower(name[at - 1]) || char.IsUpper(name[at - 1]) && at + 1 < name.Length && char.IsLower(name[at + 1]));

    private static string Stem(string word)
    {
        var stem = word.TrimEnd('0', '1', '2', '3', '4', '5', '6', '7', '8', '9');
        return stem switch
        {
            "passwords" or "secrets" or "tokens" or "keys" or "apikeys" => stem[..^1],
            _ => stem,
        };
    }
}
