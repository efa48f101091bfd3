using System.Text.RegularExpressions;
using ServerlessGuard.Resources;

namespace ServerlessGuard.Facts.Secrets;

/// <summary>
/// Connection strings of every family: <c>name=value</c> pairs joined by semicolons, commas, blanks or as a query, JSON members, and
/// addresses with a user's password.
/// </summary>
/// <remarks>
/// Sources: "Configure Azure Storage connection strings", the connection strings of Service Bus, Event Hubs, IoT Hub, SignalR, Web PubSub,
/// Communication Services, App Configuration, Notification Hubs and Cosmos DB; StackExchange.Redis "Configuration"; "SqlConnection string
/// keywords"; PostgreSQL "Connection strings"; JDBC drivers' properties. Emulators' published keys and addresses of the own machine open
/// nothing elsewhere.
/// </remarks>
internal static partial class ConnectionText
{
    private static readonly string[] Emulators =
    [
        "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq",
        "C2y6yDjf5/R+ob0N8A7Cgv30VRDJIWEHLM+4QDU5DE2nQ9nDuVTqobD4b8mGGyPMbIZnqyMsEcaGQy67XIw",
        "SAS_KEY_VALUE", "UseDevelopmentEmulator=true", "UseDevelopmentStorage=true",
    ];

    /// <summary>A connection string that holds a credential; null where none does.</summary>
    public static (string Name, Provider? Opens)? Credential(string value) => value switch
    {
        _ when IsEmulator(value) => null,
        _ when AzureKey().IsMatch(value) => ("an Azure account or shared access key", Provider.Azure),
        _ when Signature().IsMatch(value) => ("a shared access signature", Provider.Azure),
        _ when Pair().IsMatch(value) => ("a connection string with a password", null),
        _ when Address().Match(value) is { Success: true } address && !IsOwnMachine(address.Groups["host"].Value) =>
            ("an address with a password", null),
        _ => null,
    };

    /// <summary>It is one, and it holds none: an identity signs in, or it identifies only (instrumentation).</summary>
    public static bool IsWithoutCredential(string value) =>
        IsEmulator(value) || Pairs().Count(value) >= 2 || Switch().IsMatch(value)
        || value.Contains("://", StringComparison.Ordinal) && !value.Contains(' ', StringComparison.Ordinal)
        || value.StartsWith("jdbc:", StringComparison.OrdinalIgnoreCase)
        || value.StartsWith("InstrumentationKey=", StringComparison.OrdinalIgnoreCase);

    private static bool IsEmulator(string value) => Emulators.Any(key => value.Contains(key, StringComparison.Ordinal));

    private static bool IsOwnMachine(string host) =>
        host.StartsWith("localhost", StringComparison.OrdinalIgnoreCase) || host.StartsWith("127.", StringComparison.Ordinal)
        || host.StartsWith("[::1]", StringComparison.Ordinal)
        || host.StartsWith("host.docker.internal", StringComparison.OrdinalIgnoreCase);

    [GeneratedRegex(@"(AccountKey|SharedAccessKey|SharedSecretValue|AccessKey)\s*=\s*[A-Za-z0-9+/]{16,}={0,2}",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex AzureKey();

    [GeneratedRegex(@"(^|[?&])sig=[A-Za-z0-9%+/=]{20,}|SharedAccessSignature[\s=]+\S*sig=",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Signature();

    // The value: not empty, no reference, no placeholder, no list of stars.
    [GeneratedRegex(
        @"(^|[;,\s?&{])""?(password|pwd|passwd|user password|secret|client_?secret|api_?key|access_?token|auth_?token|private_?key|"
            + @"secret_?key|"
            + @"aws_secret_access_key|sasl\.password|trust_?store_?password|code)""?\s*[=:]\s*""?(?!\s*([;,&""]|$))"
            + @"(?!@Microsoft\.|\$|\{|<|%|\*|arn:|(true|false|null|none)\b)[^;,&""\s]{3,}",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Pair();

    [GeneratedRegex(@"\b[a-z][a-z0-9+.-]*://[^/\s:@]*:(?![$<{%*])[^/\s@]{3,}@(?<host>[^/\s]*)",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Address();

    [GeneratedRegex(@"(^|[;,\s?&])\s*[A-Za-z][\w .-]{0,40}=(?!=)[^;,=&\s]",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Pairs();

    [GeneratedRegex(@"^[A-Za-z][\w .-]{0,40}=(true|false|\d+|https?://\S*)$",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Switch();
}
