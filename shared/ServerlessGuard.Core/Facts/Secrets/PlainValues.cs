using System.Net;
using System.Text.RegularExpressions;

namespace ServerlessGuard.Facts.Secrets;

/// <summary>Values that are certainly no secrets: where one is kept, or something else altogether.</summary>
internal static partial class PlainValues
{
    private static readonly string[] References =
    [
        "@Microsoft.", "arn:", "{{resolve:", "ssm:", "file:", "vault:", "secretref:", "keyvault:", "keyvaultref:", "op://", "awssm:",
        "secretsmanager:", "ref+", "env:", "projects/", "@AppSetting", "https+kv:", "sops:", "doppler:",
    ];

    /// <summary>It names a place where the secret is kept, or a variable that is filled in later.</summary>
    public static bool IsReference(string value) =>
        References.Any(start => value.StartsWith(start, StringComparison.OrdinalIgnoreCase)) || Placeholder().IsMatch(value);

    /// <summary>A switch, a number, a time, an identifier, an address or a path.</summary>
    public static bool IsPlain(string value) =>
        double.TryParse(value, System.Globalization.CultureInfo.InvariantCulture, out _) || Guid.TryParseExact(value, "D", out _)
        || Word().IsMatch(value) || Time().IsMatch(value) || IPAddress.TryParse(value, out _)
        || value.StartsWith("https://", StringComparison.OrdinalIgnoreCase)
        || value.StartsWith("http://", StringComparison.OrdinalIgnoreCase)
        || IsPath(value)
        || value.StartsWith("-----BEGIN PUBLIC", StringComparison.Ordinal)
        || value.StartsWith("-----BEGIN CERTIFICATE", StringComparison.Ordinal);

    private static bool IsPath(string value) =>
        value[0] is '/' && !value.EndsWith('=') && Path().IsMatch(value) || value.StartsWith("./", StringComparison.Ordinal)
        || value.StartsWith("C:\\", StringComparison.OrdinalIgnoreCase);

    [GeneratedRegex(@"^(<.*>|\$\{.*\}|\$\(.*\)|\$\w+|%[\w.:-]+%|\{\{.*\}\}|#\{.*\}#?|__\w+__|\[.*\])$",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Placeholder();

    [GeneratedRegex(
        @"^(true|false|yes|no|on|off|none|null|nil|undefined|disabled|enabled|optional|required|default|changeme|change-me|replace-?me|"
            + @"todo|placeholder|example|redacted|hidden|managedidentity|managedidentityasfederatedidentity|workloadidentity|"
            + @"defaultazurecredential|environment|secretsmanager|parameterstore|keyvault|awscurrent|awsprevious|\*+|x+|\.+|-+)$",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Word();

    [GeneratedRegex(
        @"^(\d+(\.\d+)?\s*[a-z]{0,8}|\d{1,3}(:\d\d){1,3}(\.\d+)?|P(\d+[YMWD])*(T(\d+[HMS])+)?|[\d*/,?LW#-]+( [\d*/,?LW#A-Z-]+){4,5}|"
            + @"\d{4}-\d\d-\d\d(T.*)?|(rate|cron)\(.*\))$",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Time();

    [GeneratedRegex(@"^(/[\w.@-]{0,64})+$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Path();
}
