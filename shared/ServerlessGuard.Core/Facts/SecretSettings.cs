using System.Text.RegularExpressions;
using ServerlessGuard.Documents;

namespace ServerlessGuard.Facts;

/// <summary>
/// Secrets among a function's settings. A value of a known credential shape is one whatever its name; a name that speaks of a secret makes one of any
/// value that is neither a reference nor plainly something else. Values never leave this file.
/// </summary>
public static partial class SecretSettings
{
    private static readonly string[] References = ["arn:", "{{resolve:", "ssm:", "https://", "http://", "file:", "/"];

    public static (Fact Fact, bool OnlyPlatform) Read(Doc settings, string path)
    {
        var found = Fact.False(path, "no credential");
        var platformOnly = true;
        foreach (var (name, value) in settings.Properties())
        {
            var setting = value.IsObject ? value["value"] : value;
            var place = $"{path}.{DocText.Shown(name)}";
            if (Start(setting.Text) is not { } text)
            {
                // Command-line lists blank the values out: the name alone is not enough for either verdict.
                found |= SecretName().IsMatch(name) ? Fact.Unknown(place, "the value is blanked out") : found;
                continue;
            }

            if (Kind(name, text) is { } kind)
            {
                platformOnly &= IsPlatform(name);
                found = found.Value is true && !IsPlatform(name) ? found : Fact.True(place, kind + " (value withheld)");
            }
        }

        return (found, platformOnly && found.Value is true);
    }

    /// <summary>A credential shows itself in its first kilobytes; a setting of megabytes is an attack on the patterns.</summary>
    private static string? Start(string? text) => text is { Length: > 8192 } ? text[..8192] : text;

    private static bool IsPlatform(string name) =>
        name.Equals("AzureWebJobsStorage", StringComparison.OrdinalIgnoreCase) || name.Equals("AzureWebJobsDashboard", StringComparison.OrdinalIgnoreCase)
        || name.Equals("WEBSITE_CONTENTAZUREFILECONNECTIONSTRING", StringComparison.OrdinalIgnoreCase);

    private static string? Kind(string name, string value) => value switch
    {
        "" => null,
        _ when value.StartsWith("@Microsoft.", StringComparison.OrdinalIgnoreCase) => null,
        _ when AwsKey().IsMatch(value) => "an AWS access key id",
        _ when value.Contains("-----BEGIN ", StringComparison.Ordinal) && value.Contains("PRIVATE KEY", StringComparison.Ordinal) => "a private key",
        _ when AccountKey().IsMatch(value) => "an Azure account or shared access key",
        _ when SasToken().IsMatch(value) => "a shared access signature",
        _ when ModelToken().IsMatch(value) => "a model provider's token",
        _ when HostToken().IsMatch(value) => "a source host's or chat token",
        _ when ConnectionPassword().IsMatch(value) => "a connection string with a password",
        _ when UrlWithPassword().IsMatch(value) => "an address with a password",
        _ when EntraSecret().IsMatch(value) => "an Entra client secret",
        _ when References.Any(reference => value.StartsWith(reference, StringComparison.OrdinalIgnoreCase)) => null,
        _ when SecretName().IsMatch(name) && !NotSecretName().IsMatch(name) && LooksSecret(value) => "a value whose name says that it is secret",
        _ => null,
    };

    /// <summary>Not a switch, a number, an identifier of something public, or a placeholder.</summary>
    private static bool LooksSecret(string value) =>
        value.Length >= 8 && !value.Contains(' ', StringComparison.Ordinal) && !double.TryParse(value, out _) && !Guid.TryParse(value, out _)
        && !Plain().IsMatch(value);

    [GeneratedRegex(@"(?<![A-Z0-9])(AKIA|ASIA)[A-Z0-9]{16}(?![A-Z0-9])", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex AwsKey();

    [GeneratedRegex(@"(AccountKey|SharedAccessKey|SharedSecretValue)\s*=\s*[A-Za-z0-9+/]{20,}={0,2}", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex AccountKey();

    [GeneratedRegex(@"[?&]sig=[A-Za-z0-9%+/=]{20,}|SharedAccessSignature\s*=\s*\S*sig=", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex SasToken();

    [GeneratedRegex(@"(?<![A-Za-z0-9])(sk-(ant-|proj-|or-)?[A-Za-z0-9_-]{20,}|hf_[A-Za-z0-9]{20,}|gsk_[A-Za-z0-9]{20,}|AIza[A-Za-z0-9_-]{30,}|r8_[A-Za-z0-9]{20,}|pcsk_[A-Za-z0-9_]{20,}|ABSK[A-Za-z0-9+/=]{40,})", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex ModelToken();

    [GeneratedRegex(@"(?<![A-Za-z0-9])(gh[pousr]_[A-Za-z0-9]{30,}|github_pat_[A-Za-z0-9_]{30,}|glpat-[A-Za-z0-9_-]{18,}|xox[abposr]-[A-Za-z0-9-]{10,})", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex HostToken();

    [GeneratedRegex(@"(^|;)\s*(Password|Pwd)\s*=\s*(?!\s*(;|$))(?!@Microsoft\.KeyVault)[^;]+", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex ConnectionPassword();

    [GeneratedRegex(@"^[a-z][a-z0-9+.-]*://[^/\s:@]*:[^/\s@]{3,}@", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex UrlWithPassword();

    [GeneratedRegex(@"^[A-Za-z0-9_~.-]{3}\dQ~[A-Za-z0-9_~.-]{31,34}$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex EntraSecret();

    [GeneratedRegex(@"(^|[_\W]|(?<=[a-z]))(password|passwd|pwd|secret|client_?secret|api_?key|apikey|access_?key|account_?key|private_?key|auth_?token|access_?token|token)($|[_\W]|(?=[A-Z0-9]))", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex SecretName();

    [GeneratedRegex(@"(_|\b)(name|arn|uri|url|id|path|file|endpoint|expiry|ttl|enabled|length|type|ref)$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex NotSecretName();

    [GeneratedRegex(@"^(true|false|none|null|disabled|enabled|changeme|placeholder|example|<.*>|\$\{.*\}|\*+|x+|\[.*\])$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Plain();
}
