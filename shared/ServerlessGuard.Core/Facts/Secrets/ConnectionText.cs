using System.Text.RegularExpressions;
using ServerlessGuard.Resources;

namespace ServerlessGuard.Facts.Secrets;

/// <summary>
/// Connection strings of every family: <c>name=value</c> pairs joined by semicolons, commas, blanks or as a query, JSON members, headers,
/// and addresses with a user's password.
/// </summary>
/// <remarks>
/// Sources: "Configure Azure Storage connection strings", the connection strings of Service Bus, Event Hubs, IoT Hub, SignalR, Web PubSub,
/// Communication Services, App Configuration, Notification Hubs, Event Grid and Cosmos DB; StackExchange.Redis "Configuration";
/// "SqlConnection string keywords"; PostgreSQL "Connection strings"; JDBC drivers' properties; OpenTelemetry exporters' headers. Emulators'
/// published keys and addresses of the own machine open nothing elsewhere.
/// </remarks>
internal static partial class ConnectionText
{
    private static readonly string[] EmulatorKeys =
    [
        "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq",
        "C2y6yDjf5/R+ob0N8A7Cgv30VRDJIWEHLM+4QDU5DE2nQ9nDuVTqobD4b8mGGyPMbIZnqyMsEcaGQy67XIw",
    ];

    /// <summary>A connection string that holds a credential; null where none does.</summary>
    public static (string Name, Provider? Opens)? Credential(string value) => value switch
    {
        _ when AzureKey().Matches(value).Any(key => !EmulatorKeys.Any(known =>
            key.Groups["v"].Value.StartsWith(known, StringComparison.Ordinal))) =>
                ("an Azure account or shared access key", Provider.Azure),
        _ when Signature().IsMatch(value) => ("a shared access signature", Provider.Azure),
        _ when Header().IsMatch(value) || Query().Matches(value).Any(key => IsMixed(key.Groups["v"].Value)) =>
            ("a header or query with a key", null),
        _ when Pair().Matches(value).Any(pair => PairedValue.IsSecret(pair.Groups["v"].Value)) =>
            ("a connection string with a password", null),
        _ when Member().Matches(value).Any(member => PairedValue.IsSecretMember(member.Groups["v"].Value)) =>
            ("a document with a password", null),
        _ when Address().Match(value) is { Success: true } address && !IsOwnMachine(address.Groups["host"].Value)
            && PairedValue.IsSecret(address.Groups["v"].Value) => ("an address with a password", null),
        _ => null,
    };

    /// <summary>It is one, or a document, and it holds none: an identity signs in, or it identifies only (instrumentation).</summary>
    public static bool IsWithoutCredential(string value) =>
        value.StartsWith("{\"", StringComparison.Ordinal) || value.StartsWith("[{", StringComparison.Ordinal)
        || Pairs().Count(value) >= 2 || Switch().IsMatch(value)
        || value.Contains("://", StringComparison.Ordinal) && !value.Contains(' ', StringComparison.Ordinal)
        || value.StartsWith("jdbc:", StringComparison.OrdinalIgnoreCase)
        || value.StartsWith("InstrumentationKey=", StringComparison.OrdinalIgnoreCase);

    private static bool IsMixed(string value) => value.Any(char.IsDigit) && value.Any(char.IsLetter);

    private static bool IsOwnMachine(string host) =>
        host.StartsWith("localhost", StringComparison.OrdinalIgnoreCase) || host.StartsWith("127.", StringComparison.Ordinal)
        || host.StartsWith("[::1]", StringComparison.Ordinal)
        || host.StartsWith("host.docker.internal", StringComparison.OrdinalIgnoreCase);

    [GeneratedRegex(@"(AccountKey|SharedAccessKey|SharedSecretValue|AccessKey|;\s*Key)\s*=\s*(?<v>[A-Za-z0-9+/]{16,}={0,2})",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex AzureKey();

    [GeneratedRegex(@"(^|[?&])sig=[A-Za-z0-9%+/=]{20,}|SharedAccessSignature[\s=]+\S*sig=",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Signature();

    [GeneratedRegex(
        @"authorization""?\s*[=:]\s*""?(basic|bearer|token)(\s|%20)+(?=\S*\d)[A-Za-z0-9+/=._~-]{12,}|"
            + @"""auth""\s*:\s*""[A-Za-z0-9+/]{8,}=*""",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Header();

    [GeneratedRegex(@"[?&](code|token|key|api[_-]?key|access_token|subscription-key)=(?<v>[A-Za-z0-9_%+/=.~-]{16,})",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Query();

    [GeneratedRegex(@"(^|[;,\s?&]|%3B)(" + Names + @")\s*(=|%3D)\s*""?(?<v>\{[^{}]{4,}\}|((?!%3B)[^;,&""\s]){3,})",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Pair();

    [GeneratedRegex(@"""(" + Names + @")""\s*:\s*""(?<v>[^""]{3,})""",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Member();

    [GeneratedRegex(
        @"\b[a-z][a-z0-9+.-]*://[^/\s:@]*:(?<v>[^/\s@]{3,})@(?<host>[^/\s]*)|"
            + @"\bmongodb(\+srv)?://[^/\s:@]+:(?<v>[^\s@]{3,})@(?<host>[^/\s]*)|"
            + @"^[\w.-]+:(?<v>[^\s@/]{3,})@(tcp|unix)\((?<host>[^)\s]*)|^jdbc:oracle:thin:[\w.-]+/(?<v>[^\s@]{3,})@(//)?(?<host>[^/\s:]*)",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Address();

    [GeneratedRegex(@"(^|[;,\s?&])\s*[A-Za-z][\w .-]{0,40}=(?!=)[^;,=&\s]",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Pairs();

    [GeneratedRegex(@"^[A-Za-z][\w .-]{0,40}=(true|false|\d+|https?://\S*)$",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Switch();

    private const string Names =
        @"password|pwd|passwd|user password|secret|client_?secret|(x-)?api[_-]?key|app_?key|access_?token|auth_?token|private_?key|"
        + @"secret_?key|aws_secret_access_key|sasl\.password|trust_?store_?password|subscription-?key|x-honeycomb-team";
}
