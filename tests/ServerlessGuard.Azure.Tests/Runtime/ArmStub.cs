using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using ServerlessGuard.Azure.Tests.Events;

namespace ServerlessGuard.Azure.Tests.Runtime;

/// <summary>A simulated ARM and managed-identity endpoint: what <see cref="FakeSource"/> holds, over HTTP, with faults on demand.</summary>
internal sealed class ArmStub : IAsyncDisposable
{
    private readonly WebApplication _app;

    private ArmStub(WebApplication app) => _app = app;

    public FakeSource Subscription { get; } = new();

    public string Address => _app.Urls.First();

    /// <summary>Asked first; true when it has answered. The path is without the query.</summary>
    public Func<HttpContext, Task<bool>>? Fault { get; set; }

    public ConcurrentQueue<string> Requests { get; } = new();

    public int Tokens { get; private set; }

    public static async Task<ArmStub> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        var stub = new ArmStub(app);
        app.Run(stub.AnswerAsync);
        await app.StartAsync();
        return stub;
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        if (context.Request.Path == "/msi/token")
        {
            Tokens++;
            await context.Response.WriteAsJsonText($$"""{"access_token":"token-{{Tokens}}","expires_on":"{{DateTimeOffset.UtcNow.AddHours(1).ToUnixTimeSeconds()}}","resource":"x","token_type":"Bearer"}""");
            return;
        }

        var path = Uri.UnescapeDataString(context.Request.Path.Value!);
        Requests.Enqueue($"{context.Request.Method} {path}");
        if (Fault is { } fault && await fault(context))
        {
            return;
        }

        if (!context.Request.Headers.Authorization.ToString().StartsWith("Bearer token-", StringComparison.Ordinal) || !context.Request.Query.ContainsKey("api-version"))
        {
            context.Response.StatusCode = 401;
            return;
        }

        if (await Subscription.FindAsync(path, default) is { } found)
        {
            await context.Response.WriteAsJsonText(found.GetRawText());
            return;
        }

        var isList = path.EndsWith("/containers", StringComparison.OrdinalIgnoreCase) || path.EndsWith("/diagnosticSettings", StringComparison.OrdinalIgnoreCase) || path.EndsWith("/firewallRules", StringComparison.OrdinalIgnoreCase);
        if (isList)
        {
            var children = await Subscription.ListAsync(path, "x", default);
            await context.Response.WriteAsJsonText($$"""{"value":[{{string.Join(',', children.Select(child => child.GetRawText()))}}]}""");
            return;
        }

        context.Response.StatusCode = 404;
        await context.Response.WriteAsJsonText("""{"error":{"code":"ResourceNotFound","message":"not found"}}""");
    }
}

internal static class ResponseText
{
    public static Task WriteAsJsonText(this HttpResponse response, string json)
    {
        response.ContentType = "application/json";
        return response.WriteAsync(json);
    }
}
