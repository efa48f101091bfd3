namespace ServerlessGuard.Facts;

/// <summary>
/// Does a setting's name speak of a secret? Names are read word by word (API_KEY, apiKey, api-key), so TOKENIZER and SECRETARY do not.
/// </summary>
internal static class SecretNames
{
    private static readonly HashSet<string> Secrets = new(StringComparer.Ordinal)
    {
        "password", "passwd", "pwd", "passphrase", "secret", "token", "apikey", "credential", "credentials", "connectionstring",
        "accesskey", "secretkey", "privatekey",
    };

    private static readonly HashSet<string> KeyKinds = new(StringComparer.Ordinal)
    {
        "api", "access", "account", "private", "secret", "auth", "signing", "encryption", "master", "subscription", "admin", "service",
        "client",
    };

    /// <summary>The value is about the secret, not the secret: its name, its place, its lifetime.</summary>
    private static readonly HashSet<string> About = new(StringComparer.Ordinal)
    {
        "name", "names", "arn", "uri", "url", "id", "ids", "path", "file", "endpoint", "expiry", "expiration", "ttl", "enabled", "length",
        "type", "ref", "version", "header",
        "algorithm", "provider", "issuer", "audience", "count", "limit", "timeout", "prefix",
    };

    public static NameSays Of(string name)
    {
        var words = Words(name);
        if (words.Count == 0 || About.Contains(words[^1]) || words.Contains("public"))
        {
            return NameSays.Nothing;
        }

        for (var i = 0; i < words.Count; i++)
        {
            if (Secrets.Contains(words[i]) || words[i] is "key" && i > 0 && KeyKinds.Contains(words[i - 1])
                || words[i] is "string" && i > 0 && words[i - 1] is "connection")
            {
                return words[i] is "password" or "passphrase" or "passwd" or "pwd" or "secret" ? NameSays.Phrase : NameSays.Secret;
            }
        }

        return words[^1] is "key" or "sas" ? NameSays.SomeKey : NameSays.Nothing;
    }

    /// <summary>Lower-case words: split at anything that is no letter or digit, and where a capital follows a small letter.</summary>
    private static List<string> Words(string name)
    {
        var words = new List<string>();
        var start = 0;
        for (var i = 0; i <= name.Length; i++)
        {
            var ends = i == name.Length || !char.IsLetterOrDigit(name[i]);
            if (ends || i > start && char.IsUpper(name[i]) && char.IsLower(name[i - 1]))
            {
                if (i > start)
                {
                    words.Add(name[start..i].ToLowerInvariant());
                }

                start = ends ? i + 1 : i;
            }
        }

        return words;
    }
}

internal enum NameSays
{
    Nothing,

    /// <summary>Ends in key: a secret only if the value looks random (a table's sort key does not).</summary>
    SomeKey,

    Secret,

    /// <summary>A person may have chosen it, with blanks in it.</summary>
    Phrase,
}
