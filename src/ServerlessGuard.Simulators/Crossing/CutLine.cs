using ServerlessGuard.Simulators.Azure;

namespace ServerlessGuard.Simulators.Crossing;

/// <summary>A line between the clouds that can be cut: passes HTTP requests on as they are, or drops the connection.</summary>
public sealed class CutLine : IAsyncDisposable
{
    private readonly HttpMessageInvoker _http =
        new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, UseProxy = false });
    private LoopbackServer? _server;

    private CutLine(Uri? target) => Target = target;

    /// <summary>Where requests go; null: nobody is there yet, a 502.</summary>
    public Uri? Target { get; set; }

    public bool IsCut { get; set; }

    public Uri Address => _server!.Address;

    public static async Task<CutLine> StartAsync(Uri? target, CancellationToken cancellation)
    {
        var line = new CutLine(target);
        line._server = await LoopbackServer.StartAsync(line.PassAsync, cancellation);
        return line;
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        _http.Dispose();
    }

    private async Task PassAsync(HttpContext context)
    {
        if (IsCut)
        {
            context.Abort();
            return;
        }

        if (Target is not { } target)
        {
            context.Response.StatusCode = 502;
            return;
        }

        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        using var request = new HttpRequestMessage(new HttpMethod(context.Request.Method),
            new Uri(target, context.Request.Path.Value + context.Request.QueryString.Value))
        {
            Content = new ByteArrayContent(body.ToArray()),
        };
        foreach (var (name,
            values) in context.Request.Headers.Where(header => header.Key is not ("Host" or "Content-Length" or "Transfer-Encoding")))
        {
            if (!request.Headers.TryAddWithoutValidation(name, values.ToArray()))
            {
                request.Content.Headers.TryAddWithoutValidation(name, values.ToArray());
            }
        }

        using var response = await _http.SendAsync(request, context.RequestAborted);
        context.Response.StatusCode = (int)response.StatusCode;
        foreach (var (name, values) in response.Headers.Where(header => header.Key is not ("Transfer-Encoding" or "Date" or "Server")))
        {
            context.Response.Headers[name] = values.ToArray();
        }

        context.Response.ContentType = response.Content.Headers.ContentType?.ToString();
        await response.Content.CopyToAsync(context.Response.Body, context.RequestAborted);
    }
}
