namespace ServerlessGuard.Azure.Seals;

/// <summary><c>https://NAME.vault.azure.net/keys/KEY</c>, or with <c>/VERSION</c>: then only that version seals and is believed.</summary>
public sealed record VaultKeyId
{
    /// <summary>The public cloud, China, US Government.</summary>
    private static readonly string[] Suffixes = ["vault.azure.net", "vault.azure.cn", "vault.usgovcloudapi.net"];

    private VaultKeyId(string key, string? version, string audience) => (Key, Version, Audience) = (key, version, audience);

    /// <summary>Without the version and without a slash at the end, the host in lower case.</summary>
    public string Key { get; }

    /// <summary>32 letters and digits.</summary>
    public string? Version { get; }

    /// <summary>What a token is for: <c>https://vault.azure.net</c>.</summary>
    public string Audience { get; }

    /// <summary>Null: it is none. A simulated vault may answer on this machine, without TLS.</summary>
    public static VaultKeyId? Find(string text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri) || uri.UserInfo.Length > 0 || uri.Query.Length > 0
            || uri.Fragment.Length > 0)
        {
            return null;
        }

        var suffix = Array.Find(Suffixes,
            known => uri.Host.EndsWith("." + known, StringComparison.Ordinal)
            && !uri.Host[..^(known.Length + 1)].Contains('.', StringComparison.Ordinal));
        var (name, version) = uri.AbsolutePath.TrimEnd('/').Split('/') switch
        {
            ["", "keys", var one] => (one, null),
            ["", "keys", var one, var another] => (one, another),
            _ => (string.Empty, null),
        };
        var isThere = uri is { Scheme: "https", IsDefaultPort: true } && suffix is not null || uri is { Scheme: "http", IsLoopback: true };
        return isThere && IsName(name) && (version is null || IsVersion(version))
            ? new VaultKeyId($"{uri.GetLeftPart(UriPartial.Authority)}/keys/{name}", version, "https://" + (suffix ?? Suffixes[0]))
            : null;
    }

    public static bool IsVersion(string text) => text.Length == 32 && text.All(char.IsAsciiLetterOrDigit);

    private static bool IsName(string text) =>
        text.Length is > 0 and <= 127 && text.All(character => char.IsAsciiLetterOrDigit(character) || character is '-');
}
