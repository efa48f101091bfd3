namespace ServerlessGuard.Facts.Secrets;

/// <summary>How much a value that is in no known form looks like a secret.</summary>
internal static class SecretValues
{
    private const int Random = 30;
    private const int Chosen = 10;
    private const int Name = -10;
    private const int None = -100;

    /// <summary>What names of secrets, tables and parameters are made of, and passwords rarely.</summary>
    private static readonly string[] NameParts =
    [
        "password", "secret", "cred", "token", "key", "prod", "staging", "dev", "test", "db", "database", "table", "param", "config",
        "vault",
    ];

    public static int Score(string name, string value)
    {
        var isTyped = SecretNames.Score(name) == SecretNames.Typed;
        if (value.Length < (isTyped && value.Any(char.IsLetter) && !value.All(char.IsLetter) ? 6 : 8))
        {
            return None;
        }

        if (value.Contains(' ', StringComparison.Ordinal))
        {
            return isTyped || NameWords.Of(name).Contains("secret") ? Chosen : None;
        }

        if (ReadsLikeName(value, out var parts))
        {
            var isName = parts > 1 && (!isTyped || NameParts.Any(part => value.Contains(part, StringComparison.OrdinalIgnoreCase)));
            return isName ? Name : Chosen;
        }

        return value.Length >= 16 && LooksRandom(value) ? Random : Chosen;
    }

    /// <summary>Words of ordinary letters, short numbers and versions, joined by - _ / . or colons.</summary>
    private static bool ReadsLikeName(string value, out int parts)
    {
        var pieces = value.Split(['-', '_', '/', '.', ':', '@'], StringSplitOptions.RemoveEmptyEntries);
        parts = pieces.Length;
        return Array.TrueForAll(pieces, IsWord);
    }

    private static bool IsWord(string piece)
    {
        var letters = piece.TrimEnd('0', '1', '2', '3', '4', '5', '6', '7', '8', '9');
        var digits = piece.Length - letters.Length;
        if (letters.Length == 0)
        {
            return digits <= 8;
        }

        return letters.Length <= 24 && digits <= 4 && letters.All(char.IsLetter) && IsOneCase(letters)
            || piece.Length <= 4 && piece.All(char.IsLetterOrDigit);
    }

    /// <summary>lower, UPPER, Title or camelCase with humps of three letters or more.</summary>
    private static bool IsOneCase(string letters)
    {
        if (letters.All(char.IsLower) || letters.All(char.IsUpper))
        {
            return true;
        }

        var hump = 0;
        for (var i = 0; i < letters.Length; i++)
        {
            if (char.IsUpper(letters[i]) && i > 0)
            {
                if (hump < 3)
                {
                    return false;
                }

                hump = 0;
            }

            hump++;
        }

        return hump >= 3;
    }

    /// <summary>Letters and digits mixed, and hardly a character twice as often as chance would have it.</summary>
    private static bool LooksRandom(string value)
    {
        if (!value.Any(char.IsDigit) || !value.Any(char.IsLetter))
        {
            return false;
        }

        var entropy = value.GroupBy(c => c)
            .Sum(group => -(group.Count() / (double)value.Length) * Math.Log2(group.Count() / (double)value.Length));
        return entropy >= 3;
    }
}
