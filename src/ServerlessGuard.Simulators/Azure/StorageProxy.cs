using Microsoft.AspNetCore.Http.Features;

namespace ServerlessGuard.Simulators.Azure;

/// <summary>
/// Stands between the function app and one service of Azurite, byte for byte, so that tests can count the calls and pull the plug before or
/// after any of them. Shared-key signatures cover the path, not the port, and stay valid.
/// </summary>
public sealed class StorageProxy : IAsyncDisposable
{
    private static readonly string[] NotForwarded = ["Host", "Connection", "Keep-Alive", "Transfer-Encoding", "Content-Length"];

    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false, UseCookies = false })
        { Timeout = Timeout.InfiniteTimeSpan };
    private readonly Uri _target;
    private readonly string _name;
    private LoopbackServer? _server;

    private StorageProxy(Uri target, string name)
    {
        _target = target;
        _name = name;
    }

    /// <summary>Ends with a slash.</summary>
    public Uri Address => _server!.Address;

    /// <summary>As <see cref="Subscription.ArmServer.Tap"/>.</summary>
    public Func<string, bool, Task>? Tap { get; set; }

    public static async Task<StorageProxy> StartAsync(Uri target, string name, CancellationToken cancellation)
    {
        var proxy = new StorageProxy(target, name);
        proxy._server = await LoopbackServer.StartAsync(proxy.ForwardAsync, cancellation);
        return proxy;
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        _http.Dispose();
    }

    private async Task ForwardAsync(HttpContext context)
    {
        var name = $"{_name} {context.Request.Method} {context.Request.Path}";
        if (Tap is { } before)
        {
            await before(name, false);
        }

        // What has begun at the store takes place, whether or not the caller still lives.
        using var request = await RequestAsync(context.Request);
        using var answer = await _http.SendAsync(request, HttpCompletionOption.ResponseContentRead, CancellationToken.None);
        if (Tap is { } after)
        {
            await after(name, true);
        }

        context.Response.StatusCode = (int)answer.StatusCode;
        foreach (var (header, values) in answer.Headers.Concat(answer.Content.Headers)
            .Where(pair => !NotForwarded.Contains(pair.Key, StringComparer.OrdinalIgnoreCase)))
        {
            context.Response.Headers[header] = values.ToArray();
        }

        var body = await answer.Content.ReadAsByteArrayAsync();
        if (body.Length > 0 && answer.StatusCode is not System.Net.HttpStatusCode.NoContent)
        {
            await context.Response.Body.WriteAsync(body, context.RequestAborted);
        }
    }

    private async Task<HttpRequestMessage> RequestAsync(HttpRequest from)
    {
        // Escapes stay as they came: the signature covers them.
        var target = new Uri(_target.GetLeftPart(UriPartial.Authority) + from.HttpContext.Features.GetRequiredFeature<IHttpRequestFeature>()
            .RawTarget);
        var request = new HttpRequestMessage(new HttpMethod(from.Method), target);
        using var body = new MemoryStream();
        await from.Body.CopyToAsync(body);
        request.Content = new ByteArrayContent(body.ToArray());
        request.Content.Headers.Clear();
        request.Content.Headers.ContentLength = body.Length;
        foreach (var (header, values) in from.Headers.Where(pair => !NotForwarded.Contains(pair.Key, StringComparer.OrdinalIgnoreCase)))
        {
            if (!request.Headers.TryAddWithoutValidation(header, (IEnumerable<string?>)values))
            {
                request.Content.Headers.TryAddWithoutValidation(header, (IEnumerable<string?>)values);
            }
        }

        return request;
    }
}
