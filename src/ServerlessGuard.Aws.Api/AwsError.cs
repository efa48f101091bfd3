using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Xml;
using ServerlessGuard.Remediation;

namespace ServerlessGuard.Aws.Api;

/// <summary>What a service said besides 2xx, in any of the five protocols' shapes.</summary>
/// <param name="Code">The service's code, or the status as text.</param>
/// <param name="Message">The service's sentence, at most 300 characters on one line; empty where it could echo what was signed.</param>
public sealed record AwsError(int Status, string Code, string Message)
{
    private const int LongestMessage = 300;

    /// <remarks>botocore's retry lists (data/_retry.json, retries/standard.py), without LimitExceededException: IAM and KMS mean it for
    /// good.</remarks>
    private static readonly HashSet<string> Throttling = new(StringComparer.Ordinal)
    {
        "Throttling", "ThrottlingException", "ThrottledException", "RequestThrottledException", "RequestThrottled",
        "TooManyRequestsException",
        "ProvisionedThroughputExceededException", "TransactionInProgressException", "RequestLimitExceeded", "BandwidthLimitExceeded",
        "SlowDown",
        "PriorRequestNotComplete", "EC2ThrottledException",
    };

    private static readonly HashSet<string> Clock = new(StringComparer.Ordinal)
    {
        "RequestTimeTooSkewed", "RequestExpired", "RequestInTheFuture", "SignatureDoesNotMatch", "InvalidSignatureException", "AuthFailure",
    };

    private static readonly HashSet<string> Stale = new(StringComparer.Ordinal)
        { "ExpiredToken", "ExpiredTokenException", "TokenRefreshRequired" };

    public bool IsThrottling => Status is 429 || Throttling.Contains(Code);

    /// <summary>The outcome of the call is not known, or it may be another one later.</summary>
    public bool IsTransient =>
        IsThrottling || Status is >= 500 or 408 || Code is "RequestTimeout" or "RequestTimeoutException" || IsStaleCredential;

    /// <summary>The clocks may be apart: the answer's Date says.</summary>
    public bool IsAboutTime => Clock.Contains(Code);

    public bool IsStaleCredential => Stale.Contains(Code);

    public bool IsNotFound =>
        Status is 404 || Code.StartsWith("NoSuch", StringComparison.Ordinal) || Code.Contains("NotFound", StringComparison.Ordinal)
        || Message.Contains("RecordNotFound", StringComparison.Ordinal) && Code is "ValidationException";

    /// <param name="body">The answer's, possibly empty or a proxy's page.</param>
    public static AwsError Read(int status, IReadOnlyDictionary<string, string> headers, ReadOnlyMemory<byte> body)
    {
        var (code, message) = FirstOf(body.Span) switch
        {
            '{' => FromJson(body),
            '<' => FromXml(body),
            _ => (null, null),
        };
        if (headers.TryGetValue("x-amzn-query-error", out var query))
        {
            code = query.Split(';')[0];
        }

        code = Plain(code ?? (headers.TryGetValue("x-amzn-errortype", out var type) ? Short(type) : null), 100);
        return new AwsError(
            status,
            code.Length == 0 ? status.ToString(CultureInfo.InvariantCulture) : code,
            Clock.Contains(code) ? string.Empty : Plain(message, LongestMessage));
    }

    public CloudCallException ToException(AwsRequest request) => new(
        Code, $"{request.Service} {request.Operation}: {Status} {Code}{(Message.Length == 0 ? string.Empty : ": " + Message)}", IsTransient)
    {
        IsNotFound = IsNotFound,
    };

    private static char FirstOf(ReadOnlySpan<byte> body)
    {
        var rest = body.TrimStart(" \t\r\n\uFEFF"u8);
        return rest.IsEmpty ? ' ' : (char)rest[0];
    }

    private static (string? Code, string? Message) FromJson(ReadOnlyMemory<byte> body)
    {
        try
        {
            return JsonNode.Parse(body.Span) is not JsonObject json ? (null, null)
                : (Text(json, "__type") is { } type ? Short(type) : Text(json, "code") is { } code ? Short(code) : null,
                    Text(json, "message") ?? Text(json, "Message") ?? Text(json, "errorMessage"));
        }
        catch (Exception exception) when (exception is JsonException or ArgumentException)
        {
            // Broken, or a name twice: the status and the headers have to do.
            return (null, null);
        }
    }

    private static (string? Code, string? Message) FromXml(ReadOnlyMemory<byte> body)
    {
        try
        {
            return AwsAnswer.Parse(body).DescendantsAndSelf("Error")
                .FirstOrDefault(element => element.Element("Code") is not null) is { } error
                ? ((string?)error.Element("Code"), (string?)error.Element("Message"))
                : (null, null);
        }
        catch (XmlException)
        {
            return (null, null);
        }
    }

    private static string? Text(JsonObject json, string name) =>
        json[name] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    /// <summary><c>com.amazonaws.kms#NotFoundException</c> and <c>NotFoundException:http://…</c> name the same code.</summary>
    private static string Short(string type)
    {
        var colon = type.IndexOf(':', StringComparison.Ordinal);
        var name = colon < 0 ? type : type[..colon];
        return name[(name.IndexOf('#', StringComparison.Ordinal) + 1)..];
    }

    private static string Plain(string? text, int longest) =>
        string.Concat((text ?? string.Empty).Select(character => char.IsControl(character) ? ' ' : character).Take(longest)).Trim();
}
