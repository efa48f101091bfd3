using System.Net;
using System.Text.RegularExpressions;

namespace ServerlessGuard.Facts.Secrets;

/// <summary>Values that are certainly no secrets: where one is kept, or something else altogether.</summary>
internal static partial class PlainValues
{
    private static readonly string[] References =
    [
        "@Microsoft.", "arn:", "{{resolve:", "ssm:", "file:", "vault:", "secretref:", "keyvault:", "keyvaultref:", "op://", "awssm:",
        "secretsmanager:", "ref+", "env:", "projects/", "@AppSetting", "https+kv:", "sops:", "doppler:", "rds!", "alias/", "mrk-",
        "secret/data/", "!Ref ", "!GetAtt ", "!Sub ", "Fn::",
    ];

    /// <summary>Encrypted, or meant to be seen by everybody.</summary>
    private static readonly string[] Harmless =
        ["AQICAH", "ENC[", "ENC(", "{cipher}", "pk_live_", "pk_test_", "phc_", "NRJS-", "-----BEGIN PUBLIC", "-----BEGIN CERTIFICATE"];

    /// <summary>It names a place where the secret is kept, or a variable that is filled in later.</summary>
    public static bool IsReference(string value) =>
        References.Any(start => value.StartsWith(start, StringComparison.OrdinalIgnoreCase))
        || Harmless.Any(start => value.StartsWith(start, StringComparison.Ordinal))
        || Variable().IsMatch(value);

    /// <summary>What people write where a value is to come.</summary>
    public static bool IsStandIn(string value) => Word().IsMatch(value);

    /// <summary>A switch, a number, a time, an identifier, an address or a path.</summary>
    /// <param name="value">Of the setting.</param>
    /// <param name="isTyped">Its name is that of a password: digits may be one.</param>
    public static bool IsPlain(string value, bool isTyped) =>
        IsNumber(value) && !(isTyped && value.Length >= 6)
        || Guid.TryParseExact(value, "D", out _) || Word().IsMatch(value) || Time().IsMatch(value)
        || IPAddress.TryParse(value, out _) && !IsNumber(value)
        || value.StartsWith("https://", StringComparison.OrdinalIgnoreCase)
        || value.StartsWith("http://", StringComparison.OrdinalIgnoreCase)
        || IsPath(value);

    private static bool IsNumber(string value) => double.TryParse(value, System.Globalization.CultureInfo.InvariantCulture, out _);

    private static bool IsPath(string value) =>
        value[0] is '/' && !value.EndsWith('=') && Path().IsMatch(value) || value.StartsWith("./", StringComparison.Ordinal)
        || value.StartsWith("C:\\", StringComparison.OrdinalIgnoreCase);

    [GeneratedRegex(
        @"^(<[\w .:/-]{1,60}>|\[[\w .-]{1,40}\]|\$\{.*\}|\$\(.*\)|\$[A-Z_][A-Z0-9_]*|"
            + @"%[\w.:-]+%|\{\{.*\}\}|#\{.*\}#?|__\w+__|\{\w{0,30}\})$",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Variable();

    [GeneratedRegex(
        @"^(true|false|yes|no|on|off|\(?none\)?|null|nil|undefined|disabled|enabled|optional|required|default|change-?me|"
            + @"(to_be_)?replaced?|replace[_-]?me|your[_-][\w-]+|to-?do|place-?holder|example|redacted|hidden|string|see [a-z ]+|"
            + @"managedidentity|managedidentityasfederatedidentity|workloadidentity|\w*azurecredential|\w*identitycredential|"
            + @"environment|secretsmanager|parameterstore|keyvault|awscurrent|awsprevious|\*+|x+|\.+|-+)$",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Word();

    [GeneratedRegex(
        @"^(\d+(\.\d+)?\s*(ms|s|secs?|seconds?|m|mins?|minutes?|h|hrs?|hours?|d|days?|w|weeks?|y|years?|[kmgt]i?b|px|%)|"
            + @"\d{1,3}(:\d\d){1,3}(\.\d+)?|P(\d+[YMWD])*(T(\d+[HMS])+)?|[\d*/,?LW#-]+( [\d*/,?LW#A-Z-]+){4,5}|"
            + @"\d{4}-\d\d-\d\d(T.*)?|(rate|cron)\(.*\))$",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Time();

    [GeneratedRegex(@"^(/[\w.@-]{0,64})+$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Path();
}
