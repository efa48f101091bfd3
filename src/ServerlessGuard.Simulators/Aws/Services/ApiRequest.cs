using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using Microsoft.AspNetCore.WebUtilities;
using ServerlessGuard.Simulators.Aws.LambdaRuntime;

namespace ServerlessGuard.Simulators.Aws.Services;

/// <summary>A call that reached the simulated API.</summary>
public sealed class ApiRequest
{
    private JsonObject? _json;
    private IReadOnlyDictionary<string, string>? _form;

    /// <summary>The name in the credential scope: <c>s3</c>.</summary>
    public required string SigningName { get; init; }

    public required string Method { get; init; }

    /// <summary>Decoded, with its leading slash.</summary>
    public required string Path { get; init; }

    public required IReadOnlyDictionary<string, string> Query { get; init; }
    public required IReadOnlyDictionary<string, string> Headers { get; init; }
    public required string Body { get; init; }

    /// <summary>The body of the JSON protocols.</summary>
    public JsonObject Json => _json ??= ParseJson();

    /// <summary>The body of the Query and EC2 protocols.</summary>
    public IReadOnlyDictionary<string, string> Form =>
        _form ??= QueryHelpers.ParseQuery(Body).ToDictionary(pair => pair.Key, pair => pair.Value.ToString(), StringComparer.Ordinal);

    /// <summary>The body of S3.</summary>
    public XElement Xml
    {
        get
        {
            try
            {
                return XElement.Parse(Body);
            }
            catch (System.Xml.XmlException)
            {
                throw new ApiFaultException(400, "MalformedXML",
                    "The XML you provided was not well-formed or did not validate against our published schema");
            }
        }
    }

    /// <summary>The function whose session signed; null: nobody's.</summary>
    public string? Caller => SimulatedCredentials.HandlerOf(Headers.GetValueOrDefault("x-amz-security-token"));

    /// <summary>What follows the dot of X-Amz-Target.</summary>
    public string? Target => Headers.GetValueOrDefault("x-amz-target") is { } target ? target[(target.LastIndexOf('.') + 1)..] : null;

    /// <summary>A parameter of the Query protocols that has to be there.</summary>
    public string Required(string name) => Form.GetValueOrDefault(name) is { Length: > 0 } value
        ? value
        : throw new ApiFaultException(400, "ValidationError",
            $"1 validation error detected: Value at '{name}' failed to satisfy constraint: Member must not be null");

    /// <summary><c>name.1</c>, <c>name.2</c> …</summary>
    public IEnumerable<string> List(string name)
    {
        for (var i = 1; Form.TryGetValue($"{name}.{i}", out var value); i++)
        {
            yield return value;
        }
    }

    /// <summary>A member of the JSON body that has to be there.</summary>
    public string RequiredText(string name) => (Json[name] as JsonValue)?.TryGetValue<string>(out var text) is true && text.Length > 0
        ? text
        : throw new ApiFaultException(400, "ValidationException",
            $"1 validation error detected: Value null at '{char.ToLowerInvariant(name[0])}{name[1..]}' failed to satisfy constraint: "
                + $"Member must not be null");

    private JsonObject ParseJson()
    {
        try
        {
            return JsonNode.Parse(Body.Length == 0 ? "{}" : Body) as JsonObject
                ?? throw new ApiFaultException(400, "SerializationException", "not a JSON object");
        }
        catch (JsonException)
        {
            throw new ApiFaultException(400, "SerializationException", "not JSON");
        }
    }

    public static async Task<ApiRequest> ReadAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body, Encoding.UTF8);
        return new ApiRequest
        {
            SigningName = Scope(context.Request.Headers.Authorization.ToString()),
            Method = context.Request.Method,
            Path = context.Request.Path.Value ?? "/",
            Query = context.Request.Query.ToDictionary(pair => pair.Key, pair => pair.Value.ToString(), StringComparer.Ordinal),
            Headers = context.Request.Headers.ToDictionary(pair => pair.Key, pair => pair.Value.ToString(),
                StringComparer.OrdinalIgnoreCase),
            Body = await reader.ReadToEndAsync(context.RequestAborted),
        };
    }

    /// <summary>Signatures are not verified here; that they are right is tested against botocore.</summary>
    private static string Scope(string authorization)
    {
        const string Start = "AWS4-HMAC-SHA256 Credential=";
        return authorization.StartsWith(Start, StringComparison.Ordinal)
            && authorization[Start.Length..].Split(',')[0].Split('/') is [_, _, _, var service, "aws4_request"]
            ? service
            : string.Empty;
    }
}
