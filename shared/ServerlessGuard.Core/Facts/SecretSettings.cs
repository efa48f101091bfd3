using ServerlessGuard.Documents;
using ServerlessGuard.Resources;

namespace ServerlessGuard.Facts;

/// <summary>
/// Secrets among a function's settings. A value of a known credential shape is one whatever its name; a name that speaks of a secret makes
/// one of any value that is neither a reference nor plainly something else. Values never leave this file.
/// </summary>
public static partial class SecretSettings
{
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
                found |= SecretNames.Of(name) is NameSays.Nothing or NameSays.SomeKey
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

    /// <summary>A credential shows itself in its first kilobytes; a setting of megabytes is an attack on the patterns.</summary>
    private static string? Start(string? text) => text is { Length: > 8192 } ? text[..8192] : text;

    private static bool IsPlatform(string name) =>
        name.Equals("AzureWebJobsStorage", StringComparison.OrdinalIgnoreCase)
            || name.Equals("AzureWebJobsDashboard", StringComparison.OrdinalIgnoreCase)
        || name.Equals("WEBSITE_CONTENTAZUREFILECONNECTIONSTRING", StringComparison.OrdinalIgnoreCase);

    private static (string Name, Provider? Opens)? Kind(string name, string value) => value switch
    {
        "" => null,
        _ when value.StartsWith("@Microsoft.", StringComparison.OrdinalIgnoreCase) => null,
        _ when AwsKey().IsMatch(value) => ("an AWS access key id", Provider.Aws),
        _ when AwsSecret().IsMatch(value) && name.Contains("SECRET_ACCESS_KEY", StringComparison.OrdinalIgnoreCase) =>
            ("an AWS secret access key", Provider.Aws),
        _ when value.Contains("-----BEGIN ", StringComparison.Ordinal) && value.Contains("PRIVATE KEY", StringComparison.Ordinal) =>
            ("a private key", null),
        _ when AccountKey().IsMatch(value) => ("an Azure account or shared access key", Provider.Azure),
        _ when SasToken().IsMatch(value) => ("a shared access signature", Provider.Azure),
        _ when ModelToken().IsMatch(value) => ("a model provider's token", null),
        _ when HostToken().IsMatch(value) => ("a source host's or chat token", null),
        _ when ConnectionPassword().IsMatch(value) => ("a connection string with a password", null),
        _ when UrlWithPassword().IsMatch(value) => ("an address with a password", null),
        _ when EntraSecret().IsMatch(value) => ("an Entra client secret", Provider.Azure),
        _ when IsReference(value) || IsIdentity(name, value) => null,
        _ => ByName(SecretNames.Of(name), value) ? ("a value whose name says that it is secret", null) : null,
    };

    private static bool ByName(NameSays name, string value) => name switch
    {
        NameSays.Nothing => false,
        NameSays.SomeKey => value.Length >= 20 && LooksSecret(value) && LooksRandom(value),
        NameSays.Secret => LooksSecret(value) && !value.Contains(' ', StringComparison.Ordinal),
        NameSays.Phrase => LooksSecret(value),
    };

    /// <summary>An address, an ARN, a parameter's path: where the secret is, not the secret.</summary>
    private static bool IsReference(string value) =>
        value.StartsWith("arn:", StringComparison.OrdinalIgnoreCase) || value.StartsWith("{{resolve:", StringComparison.OrdinalIgnoreCase)
        || value.StartsWith("ssm:", StringComparison.OrdinalIgnoreCase) || value.StartsWith("file:", StringComparison.OrdinalIgnoreCase)
        || value.StartsWith("https://", StringComparison.OrdinalIgnoreCase)
            || value.StartsWith("http://", StringComparison.OrdinalIgnoreCase)
        || value[0] is '/' && value.IndexOf('/', 1) > 0 && !value.EndsWith('=');

    /// <summary>
    /// An identity-based connection names the kind of its credential: <c>AzureWebJobsStorage__credential = managedidentity</c>.
    /// </summary>
    /// <remarks>Source: Azure Functions developer guide, "Common properties for identity-based connections".</remarks>
    private static bool IsIdentity(string name, string value) =>
        name.EndsWith("__credential", StringComparison.OrdinalIgnoreCase)
        && (value.Equals("managedidentity", StringComparison.OrdinalIgnoreCase)
            || value.Equals("managedidentityasfederatedidentity", StringComparison.OrdinalIgnoreCase));

    /// <summary>Not a switch, a number, an identifier of something public, or a placeholder.</summary>
    private static bool LooksSecret(string value) =>
        value.Length >= 8 && !double.TryParse(value, out _) && !Guid.TryParseExact(value, "D", out _) && !Plain().IsMatch(value);

    /// <summary>Letters and digits mixed, and hardly a character twice as often as chance would have it.</summary>
    private static bool LooksRandom(string value)
    {
        if (!value.Any(char.IsDigit) || !value.Any(char.IsLetter) || value.Contains(' ', StringComparison.Ordinal))
        {
            return false;
        }

        var entropy = value.GroupBy(c => c)
            .Sum(group => -(group.Count() / (double)value.Length) * Math.Log2(group.Count() / (double)value.Length));
        return entropy >= 3.2;
    }
}
