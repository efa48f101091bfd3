using ServerlessGuard.Documents;
using ServerlessGuard.Resources;

namespace ServerlessGuard.Facts.Secrets;

/// <summary>
/// Secrets among a function's settings. A value in the form of a known credential is one whatever its name; of any other value, name and
/// value decide together: each gives a score, and at 60 the setting holds a secret. Values never leave this folder.
/// </summary>
/// <remarks>
/// The name: 60 where it ends in a word for something that a person types (password), 50 in one for something generated (token, api key,
/// secret), 30 in a word that may mean either (key, salt) or where such a word stands elsewhere in it, 0 where it is about a secret (its
/// name, place, lifetime). The value: 30 if it looks random, 10 if somebody may have chosen it as a secret, -10 if it reads like a name;
/// numbers, switches, durations, references, addresses and connection strings without a credential are none at all.
/// </remarks>
public static class SecretSettings
{
    private const int Enough = 60;

    /// <param name="Fact">Whether there is one, and where.</param>
    /// <param name="OnlyPlatform">All of them are the platform's own storage settings.</param>
    /// <param name="OfOtherCloud">One of them opens the other cloud.</param>
    public readonly record struct Found(Fact Fact, bool OnlyPlatform, bool OfOtherCloud);

    public static Found Read(Doc settings, string path, Provider cloud)
    {
        var found = Fact.False(path, "no credential");
        var platformOnly = true;
        var bridge = false;
        foreach (var (name, value) in settings.Properties())
        {
            var setting = value.IsObject ? value["value"] : value;
            var place = $"{path}.{DocText.Shown(name)}";
            if (Start(setting.Text) is not { } text)
            {
                // Command-line lists blank the values out: the name alone is not enough for either verdict.
                found |= SecretNames.Score(name) < SecretNames.Generated
                    ? found
                    : Fact.Unknown(place, "the value is blanked out");
                continue;
            }

            if (Kind(name, text) is not { } kind)
            {
                continue;
            }

            var isBridge = kind.Opens is { } other && other != cloud;
            if (found.Value is not true || isBridge && !bridge || platformOnly && !IsPlatform(name) && !bridge)
            {
                found = Fact.True(place, kind.Name + " (value withheld)");
            }

            bridge |= isBridge;
            platformOnly &= IsPlatform(name);
        }

        return new Found(found, platformOnly && found.Value is true, bridge);
    }

    /// <summary>What the setting holds, and which cloud it opens; null: no secret.</summary>
    internal static (string Name, Provider? Opens)? Kind(string name, string value) => value.Trim() switch
    {
        "" => null,
        var text when PlainValues.IsReference(text) => null,
        var text when CredentialShapes.Of(name, text) is { } shape => shape,
        var text when ConnectionText.Credential(text) is { } opens => opens,
        var text when ConnectionText.IsWithoutCredential(text)
            || PlainValues.IsPlain(text, SecretNames.Score(name) == SecretNames.Typed) => null,
        var text => SecretNames.Score(name) + SecretValues.Score(name, text) >= Enough
            ? ("a value whose name says that it is secret", null)
            : null,
    };

    /// <summary>A credential shows itself in its first kilobytes; a setting of megabytes is an attack on the patterns.</summary>
    private static string? Start(string? text) => text is { Length: > 8192 } ? text[..8192] : text;

    private static bool IsPlatform(string name) =>
        name.Equals("AzureWebJobsStorage", StringComparison.OrdinalIgnoreCase)
            || name.Equals("AzureWebJobsDashboard", StringComparison.OrdinalIgnoreCase)
            || name.Equals("DEPLOYMENT_STORAGE_CONNECTION_STRING", StringComparison.OrdinalIgnoreCase)
        || name.Equals("WEBSITE_CONTENTAZUREFILECONNECTIONSTRING", StringComparison.OrdinalIgnoreCase);
}
