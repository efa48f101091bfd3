using System.Text.RegularExpressions;
using ServerlessGuard.Resources;

namespace ServerlessGuard.Facts.Secrets;

/// <summary>Credentials that show by their form what they are.</summary>
/// <remarks>Sources: the issuers' documentation of their tokens' prefixes, as secret scanning of source hosts uses them.</remarks>
internal static partial class CredentialShapes
{
    public static (string Name, Provider? Opens)? Of(string name, string value) => value switch
    {
        _ when AwsKey().IsMatch(value) => ("an AWS access key id", Provider.Aws),
        _ when AwsSecret().IsMatch(value) && Squeezed(name).Contains("SECRETACCESSKEY", StringComparison.OrdinalIgnoreCase) =>
            ("an AWS secret access key", Provider.Aws),
        _ when value.Contains("-----BEGIN ", StringComparison.Ordinal) && value.Contains("PRIVATE KEY", StringComparison.Ordinal)
            || EncodedKey().IsMatch(value) => ("a private key", null),
        _ when EntraSecret().IsMatch(value) => ("an Entra client secret", Provider.Azure),
        _ when ModelToken().IsMatch(value) => ("a model provider's token", null),
        _ when HostToken().IsMatch(value) => ("a token of a source host, chat or other service", null),
        _ when Webhook().IsMatch(value) => ("a webhook's address, which is its credential", null),
        _ when SignedToken().IsMatch(value) => ("a signed token or an authorization header", null),
        _ => null,
    };

    private static string Squeezed(string name) => string.Concat(name.Where(char.IsLetterOrDigit));

    /// <summary>The first line of a private key in PEM, encoded once more in base64.</summary>
    [GeneratedRegex(@"LS0tLS1CRUdJTiB(SU0EgUFJJV|QUklWQV|FQyBQUklWQV|PUEVOU1NII)",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex EncodedKey();

    [GeneratedRegex(@"(?<![A-Z0-9])(AKIA|ASIA)[A-Z0-9]{16}(?![A-Z0-9])", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        1000)]
    private static partial Regex AwsKey();

    [GeneratedRegex(@"^[A-Za-z0-9/+]{40}$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex AwsSecret();

    [GeneratedRegex(
        @"(?<![A-Za-z0-9])(sk-(ant-|proj-|or-|svcacct-)?[A-Za-z0-9_-]{20,}|hf_[A-Za-z0-9]{20,}|gsk_[A-Za-z0-9]{20,}|AIza[A-Za-z0-9_-]{30,}|"
            + @"r8_[A-Za-z0-9]{20,}|pcsk_[A-Za-z0-9_]{20,}|ABSK[A-Za-z0-9+/=]{40,}|xai-[A-Za-z0-9]{20,}|nvapi-[A-Za-z0-9_-]{20,}|"
            + @"pplx-[A-Za-z0-9]{20,}|tvly-[A-Za-z0-9-]{20,}|lsv2_(pt|sk)_[A-Za-z0-9_]{20,})",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex ModelToken();

    [GeneratedRegex(
        @"(?<![A-Za-z0-9])(gh[pousr]_[A-Za-z0-9]{30,}|github_pat_[A-Za-z0-9_]{30,}|glpat-[A-Za-z0-9_-]{18,}|xox[abposr]-[A-Za-z0-9-]{10,}|"
            + @"xapp-[A-Za-z0-9-]{20,}|[sr]k_(live|test)_[A-Za-z0-9]{16,}|whsec_[A-Za-z0-9+/=]{20,}|"
            + @"SG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{30,}|"
            + @"npm_[A-Za-z0-9]{30,}|pypi-[A-Za-z0-9_-]{30,}|dapi[0-9a-f]{32}|dop_v1_[0-9a-f]{40,}|shp(at|ss|ca|pa)_[0-9a-f]{32}|"
            + @"hv[sb]\.[A-Za-z0-9_-]{20,}|[A-Za-z0-9]{14}\.atlasv1\.[A-Za-z0-9_-]{40,}|NRAK-[A-Z0-9]{20,}|lin_api_[A-Za-z0-9]{30,}|"
            + @"dp\.(pt|st)\.[A-Za-z0-9]{30,}|\d{8,10}:AA[A-Za-z0-9_-]{32,}|ya29\.[A-Za-z0-9_-]{20,}|SK[0-9a-f]{32}(?![0-9a-f])|"
            + @"glsa_[A-Za-z0-9_]{30,}|dckr_pat_[A-Za-z0-9_-]{20,}|ATATT3[A-Za-z0-9_=-]{30,}|figd_[A-Za-z0-9_-]{30,}|ntn_[A-Za-z0-9]{30,}|"
            + @"secret_[A-Za-z0-9]{35,}|PMAK-[0-9a-f-]{30,}|rubygems_[0-9a-f]{30,}|sbp_[0-9a-f]{30,}|AGE-SECRET-KEY-1[A-Z0-9]{15,})",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex HostToken();

    [GeneratedRegex(
        @"^https://(hooks\.slack\.com/(services|workflows|triggers)/\S{20,}|[\w.-]*webhook\.office\.com/webhookb2/\S{20,}|"
            + @"(\w+\.)?discord(app)?\.com/api/webhooks/\d+/\S{20,})",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Webhook();

    [GeneratedRegex(
        @"^(Bearer\s+)?eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{3,}\.[A-Za-z0-9_-]{8,}$|"
            + @"^(Bearer|Basic|token)\s+(?=\S*\d)[A-Za-z0-9+/=._~-]{12,}$",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex SignedToken();

    [GeneratedRegex(@"^[A-Za-z0-9_~.-]{3}\dQ~[A-Za-z0-9_~.-]{31,34}$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex EntraSecret();
}
