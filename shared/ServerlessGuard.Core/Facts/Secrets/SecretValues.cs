using System.Text.RegularExpressions;

namespace ServerlessGuard.Facts.Secrets;

/// <summary>How much a value that is in no known form looks like a secret.</summary>
internal static partial class SecretValues
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

    private static readonly System.Buffers.SearchValues<char> Joints = System.Buffers.SearchValues.Create("-_/.:@#");

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

        var text = isTyped ? value : WithoutSuffix().Replace(value, string.Empty);
        if (ReadsLikeName(text))
        {
            var tells = NameParts.Any(part => text.Contains(part, StringComparison.OrdinalIgnoreCase));
            var isName = text.AsSpan().IndexOfAny(Joints) >= 0 ? !isTyped || tells : !isTyped && tells;
            return isName ? Name : Chosen;
        }

        if (!isTyped && Template().IsMatch(value))
        {
            return Name;
        }

        return value.Length >= 16 && LooksRandom(value) ? Random : Chosen;
    }

    /// <summary>Words of ordinary letters, short numbers and versions, joined by - _ / . @ # or colons.</summary>
    public static bool ReadsLikeName(string value) =>
        Array.TrueForAll(value.Split(['-', '_', '/', '.', ':', '@', '#'], StringSplitOptions.RemoveEmptyEntries), IsWord);

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

    /// <summary>lower, UPPER, Title or camelCase whose humps have two letters or more, and more than three on average.</summary>
    private static bool IsOneCase(string letters)
    {
        if (letters.All(char.IsLower) || letters.All(char.IsUpper))
        {
            return true;
        }

        var (hump, humps) = (0, 1);
        for (var i = 0; i < letters.Length; i++)
        {
            if (char.IsUpper(letters[i]) && i > 0)
            {
                if (hump < 2)
                {
                    return false;
                }

                (hump, humps) = (0, humps + 1);
            }

            hump++;
        }

        return hump >= 2 && letters.Length > humps * 3;
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

    /// <summary>What Secrets Manager and CloudFormation put behind the name that somebody chose.</summary>
    [GeneratedRegex(@"([0-9A-F]{8})?(-[A-Za-z0-9]{6}|-[A-Za-z0-9]{12,13})$",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex WithoutSuffix();

    [GeneratedRegex(@"\{[a-zA-Z_.]+\}", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Template();
}
