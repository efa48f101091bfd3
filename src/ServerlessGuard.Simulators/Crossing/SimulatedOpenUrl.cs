using System.Text.Json.Nodes;
using ServerlessGuard.Simulators.Aws.LambdaRuntime;
using ServerlessGuard.Simulators.Azure;

namespace ServerlessGuard.Simulators.Crossing;

/// <summary>
/// A simulated function URL with <c>AuthType: NONE</c>: whoever calls reaches the function, which has to know whom it trusts. Payload
/// format 2.0.
/// </summary>
public sealed class SimulatedOpenUrl : IAsyncDisposable
{
    private LoopbackServer? _server;

    /// <summary>The function behind it; set once it runs.</summary>
    public LambdaFunction? Function { get; set; }

    /// <summary>Ends with a slash.</summary>
    public Uri Address => _server!.Address;

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
        if (Function is not { } function)
        {
            context.Response.StatusCode = 502;
            return;
        }

        using var bytes = new MemoryStream();
        await context.Request.Body.CopyToAsync(bytes, context.RequestAborted);
        var result = await function.InvokeAsync(Event(context.Request, bytes.ToArray()).ToJsonString(), context.RequestAborted);
        var answer = result.Succeeded ? JsonNode.Parse(result.Payload) : null;
        context.Response.StatusCode = (int?)answer?["statusCode"] ?? 502;
        foreach (var (name, value) in answer?["headers"] as JsonObject ?? [])
        {
            context.Response.Headers[name] = value?.ToString();
        }

        await context.Response.WriteAsync((string?)answer?["body"] ?? "{\"message\":\"Internal Server Error\"}");
    }

    private static JsonObject Event(HttpRequest request, byte[] body) => new()
    {
        ["version"] = "2.0",
        ["rawPath"] = request.Path.Value,
        ["rawQueryString"] = request.QueryString.Value?.TrimStart('?'),
        ["headers"] = new JsonObject(
            request.Headers.Select(header => KeyValuePair.Create(header.Key.ToLowerInvariant(), (JsonNode?)header.Value.ToString()))),
        ["requestContext"] = new JsonObject
            { ["http"] = new JsonObject { ["method"] = request.Method, ["path"] = request.Path.Value, ["sourceIp"] = "127.0.0.1" } },
        ["body"] = Convert.ToBase64String(body),
        ["isBase64Encoded"] = true,
    };
}
