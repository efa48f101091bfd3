using System.Net;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using ServerlessGuard.Page;

namespace ServerlessGuard.Cli.Serving;

/// <summary>
/// The page over HTTP, on the loopback address and nowhere else. Other pages of the browser (by DNS rebinding or a forged form) and other
/// people on this machine are kept out: the host name must be ours, and whatever tells of findings or changes anything needs the key that
/// stands in the printed address.
/// </summary>
internal sealed class PageServer : IAsyncDisposable
{
    private const int LargestBody = 64 * 1024;

    private readonly WebApplication _app;

    private PageServer(WebApplication app, string address) => (_app, Address) = (app, address);

    /// <summary>With the key behind the #: a browser never sends that part on.</summary>
    public string Address { get; }

    /// <param name="port">0: one that is free.</param>
    /// <exception cref="IOException">The port is taken.</exception>
    public static async Task<PageServer> StartAsync(PageApi page, int port, CancellationToken cancellation)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(options =>
        {
            options.AddServerHeader = false;
            options.Limits.MaxRequestBodySize = LargestBody;
            options.Listen(IPAddress.Loopback, port);
        });
        var app = builder.Build();
        var key = RandomNumberGenerator.GetHexString(32, lowercase: true);
        Gate? gate = null;
        app.Run(context => gate is { } open
            ? HandleAsync(context, page, open, app.Lifetime.ApplicationStopping)
            : WriteAsync(context, Gate.Refusal(503, "not ready yet")));
        await app.StartAsync(cancellation);

        // Which port it is, only the bound server knows.
        var bound = new Uri(app.Urls.First()).Port;
        gate = new Gate(bound, key);
        return new PageServer(app, $"http://127.0.0.1:{bound}/#key={key}");
    }

    /// <summary>Until cancelled.</summary>
    public async Task EndedAsync(CancellationToken cancellation)
    {
        var ended = new TaskCompletionSource();
        await using var registration = cancellation.Register(ended.SetResult);
        await ended.Task;
        _app.Lifetime.StopApplication();
    }

    public async ValueTask DisposeAsync()
    {
        _app.Lifetime.StopApplication();
        await _app.DisposeAsync();
    }

    private static async Task HandleAsync(HttpContext context, PageApi page, Gate gate, CancellationToken stopping)
    {
        var request = context.Request;
        using var either = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stopping);
        try
        {
            var (status, refusal) = gate.Judge(request.Method, request.Path.Value ?? "/", request.Headers.Host, request.Headers.Origin,
                request.Headers[Gate.KeyHeader]);
            await WriteAsync(context, refusal is null
                ? await page.HandleAsync(
                    new PageRequest(request.Method, request.Path.Value ?? "/", request.QueryString.Value?.TrimStart('?') ?? string.Empty,
                        await BodyAsync(request, either.Token)), either.Token)
                : Gate.Refusal(status, refusal));
        }
        catch (OperationCanceledException) when (either.IsCancellationRequested)
        {
            // The browser went away, or we do.
        }
        catch (BadHttpRequestException wrong)
        {
            await WriteAsync(context, Gate.Refusal(wrong.StatusCode, "the request cannot be read"));
        }
    }

    private static async Task<string?> BodyAsync(HttpRequest request, CancellationToken cancellation)
    {
        if (request.Method is not "POST")
        {
            return null;
        }

        using var reader = new StreamReader(request.Body);
        return await reader.ReadToEndAsync(cancellation);
    }

    private static async Task WriteAsync(HttpContext context, PageResponse answer)
    {
        var response = context.Response;
        response.StatusCode = answer.Status;
        foreach (var (name, value) in answer.Headers)
        {
            response.Headers[name] = value;
        }

        if (answer.Status is 204)
        {
            return;
        }

        response.ContentType = answer.ContentType;
        response.ContentLength = answer.Body.Length;
        if (context.Request.Method is not "HEAD")
        {
            await response.Body.WriteAsync(answer.Body, context.RequestAborted);
        }
    }
}
