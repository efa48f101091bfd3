using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using ServerlessGuard.Aws.Api;
using ServerlessGuard.Simulators.Aws.LambdaRuntime;
using ServerlessGuard.Simulators.Azure;

namespace ServerlessGuard.Simulators.Crossing;

/// <summary>
/// A simulated function URL with <c>AuthType: AWS_IAM</c>: verifies the signature of the request, tells the function who signed it, and
/// unwraps its answer. Without a valid signature the function is never started.
/// </summary>
public sealed class SimulatedFunctionUrl(SimulatedWebIdentity identities, string region, TimeProvider time) : IAsyncDisposable
{
    private static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(5);

    private LoopbackServer? _server;

    /// <summary>The function behind it; set once it runs.</summary>
    public LambdaFunction? Function { get; set; }

    /// <summary>Cut off: connections are dropped.</summary>
    public bool IsCut { get; set; }

    public Uri Address => _server!.Address;

    public int Refused { get; private set; }

    public async Task StartAsync(CancellationToken cancellation) => _server = await LoopbackServer.StartAsync(AnswerAsync, cancellation);

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }
    }

    private async Task AnswerAsync(HttpContext context)
    {
        if (IsCut)
        {
            context.Abort();
            return;
        }

        using var bytes = new MemoryStream();
        await context.Request.Body.CopyToAsync(bytes, context.RequestAborted);
        if (Caller(context.Request, bytes.ToArray()) is not { } caller || Function is not { } function)
        {
            Refused++;
            context.Response.StatusCode = 403;
            await context.Response.WriteAsync("{\"Message\":\"Forbidden\"}");
            return;
        }

        var result = await function.InvokeAsync(Event(context.Request, bytes.ToArray(), caller).ToJsonString(), context.RequestAborted);
        var answer = result.Succeeded ? JsonNode.Parse(result.Payload) : null;
        context.Response.StatusCode = (int?)answer?["statusCode"] ?? 502;
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync((string?)answer?["body"] ?? "{\"message\":\"Internal Server Error\"}");
    }

    /// <summary>The ARN of whoever signed; null when the signature does not hold.</summary>
    private string? Caller(HttpRequest request, byte[] body)
    {
        var authorization = request.Headers.Authorization.ToString();
        var scope = Part(authorization, "Credential=")?.Split('/');
        if (scope is not [var key, _, var signedRegion, "lambda", "aws4_request"] || signedRegion != region
            || identities.Find(key) is not { } known
            || !DateTimeOffset.TryParseExact(request.Headers["X-Amz-Date"], "yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture,
                DateTimeStyles.AssumeUniversal, out var at)
            || (time.GetUtcNow() - at).Duration() > Tolerance)
        {
            return null;
        }

        var signed = (Part(authorization, "SignedHeaders=") ?? string.Empty).Split(';');
        var again = AwsRequest.Rest(AwsRegion.Of(region), "lambda", "federation", new HttpMethod(request.Method), request.Path.Value ?? "/",
            body) with
        {
            Headers = [.. signed.Where(name => !name.StartsWith("x-amz-", StringComparison.Ordinal) && name is not "host")
                .Select(name => new KeyValuePair<string, string>(name, request.Headers[name].ToString()))],
        };
        var address = new AwsAddress("http", request.Host.Value ?? string.Empty, request.Path.Value ?? "/", string.Empty, region, "lambda");
        var expected = SignatureV4.Sign(again, address, known.Credentials, at).Single(header => header.Key is "Authorization").Value;
        return CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(expected), Encoding.UTF8.GetBytes(authorization))
            ? known.SessionArn
            : null;
    }

    private static JsonObject Event(HttpRequest request, byte[] body, string caller) => new()
    {
        ["version"] = "2.0",
        ["rawPath"] = request.Path.Value,
        ["headers"] = new JsonObject { ["content-type"] = request.ContentType },
        ["requestContext"] = new JsonObject
        {
            ["authorizer"] = new JsonObject { ["iam"] = new JsonObject { ["userArn"] = caller, ["accountId"] = caller.Split(':')[4] } },
            ["http"] = new JsonObject { ["method"] = request.Method, ["path"] = request.Path.Value },
        },
        ["body"] = Encoding.UTF8.GetString(body),
        ["isBase64Encoded"] = false,
    };

    private static string? Part(string authorization, string name)
    {
        var at = authorization.IndexOf(name, StringComparison.Ordinal);
        return at < 0 ? null : authorization[(at + name.Length)..].Split(',')[0].Trim();
    }
}
