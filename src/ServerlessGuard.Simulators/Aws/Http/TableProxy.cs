using System.Collections.Concurrent;
using System.Net.Http.Headers;
using ServerlessGuard.Simulators.Aws.Services;

namespace ServerlessGuard.Simulators.Aws.Http;

/// <summary>
/// Stands between a host and its DynamoDB (Local): passes calls on, counts them, and has the faults that a table has now and then.
/// </summary>
public sealed class TableProxy : IAsyncDisposable
{
    private static readonly HashSet<string> NotPassedOn = new(StringComparer.OrdinalIgnoreCase)
        { "Host", "Connection", "Content-Length", "Content-Type", "Transfer-Encoding", "Accept-Encoding" };

    private readonly HttpClient _http = new(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false });
    private readonly Uri _table;
    private LoopbackServer? _server;
    private int _calls;

    private TableProxy(Uri table) => _table = table;

    public FaultPlan Faults { get; } = new();

    /// <summary>
    /// Before a call is passed on (false) and after it took effect but before its answer (true); a test kills the caller here.
    /// </summary>
    public Action<string, bool>? OnCall { get; set; }

    /// <summary>Calls that the template's policies would not allow are refused, and kept in <see cref="Refusals"/>.</summary>
    public bool EnforcesGrants { get; init; }

    /// <summary>Who may not do what.</summary>
    public ConcurrentQueue<string> Refusals { get; } = new();

    /// <summary>How many calls were passed on.</summary>
    public int Calls => Volatile.Read(ref _calls);

    public Uri Address => _server!.Address;

    public static async Task<TableProxy> StartAsync(Uri table, bool enforcesGrants = false)
    {
        var proxy = new TableProxy(table) { EnforcesGrants = enforcesGrants };
        proxy._server = await LoopbackServer.StartAsync(proxy.HandleAsync);
        return proxy;
    }

    public async ValueTask DisposeAsync()
    {
        await _server!.DisposeAsync();
        _http.Dispose();
    }

    private async Task HandleAsync(HttpContext context)
    {
        var target = context.Request.Headers["X-Amz-Target"].ToString();
        var operation = target[(target.LastIndexOf('.') + 1)..];
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        if (EnforcesGrants
            && TableGrants.Refusal(context.Request.Headers["X-Amz-Security-Token"], operation, body.ToArray()) is { } refusal)
        {
            Refusals.Enqueue(refusal);
            await RefuseAsync(context, 400, "com.amazon.coral.service#AccessDeniedException");
            return;
        }

        OnCall?.Invoke("dynamodb:" + operation, false);
        var fault = Faults.Next("dynamodb", operation);
        switch (fault)
        {
            case FaultKind.Hang:
                await HangAsync(context);
                return;
            case FaultKind.Throttle:
                await RefuseAsync(context, 400, "com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException");
                return;
            case FaultKind.AccessDenied:
                await RefuseAsync(context, 400, "com.amazon.coral.service#AccessDeniedException");
                return;
            case FaultKind.InternalError:
                await RefuseAsync(context, 500, "com.amazonaws.dynamodb.v20120810#InternalServerError");
                return;
        }

        using var answer = await PassOnAsync(context.Request, body.ToArray());
        var content = await answer.Content.ReadAsByteArrayAsync();
        OnCall?.Invoke("dynamodb:" + operation, true);
        if (fault is FaultKind.LostAnswer)
        {
            context.Abort();
            return;
        }

        context.Response.StatusCode = (int)answer.StatusCode;
        foreach (var (name, values) in answer.Headers.Concat(answer.Content.Headers)
            .Where(header => !NotPassedOn.Contains(header.Key) || header.Key is "Content-Type"))
        {
            context.Response.Headers[name] = values.ToArray();
        }

        await context.Response.Body.WriteAsync(content);
    }

    private async Task<HttpResponseMessage> PassOnAsync(HttpRequest request, byte[] body)
    {
        using var message = new HttpRequestMessage(new HttpMethod(request.Method), new Uri(_table, request.Path.Value ?? "/"))
            { Content = new ByteArrayContent(body) };
        foreach (var (name, value) in request.Headers.Where(header => !NotPassedOn.Contains(header.Key)))
        {
            message.Headers.TryAddWithoutValidation(name, value.ToArray());
        }

        message.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(request.ContentType ?? "application/x-amz-json-1.0");
        Interlocked.Increment(ref _calls);
        return await _http.SendAsync(message);
    }

    private static async Task HangAsync(HttpContext context)
    {
        try
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, context.RequestAborted);
        }
        catch (OperationCanceledException)
        {
            context.Abort();
        }
    }

    private static Task RefuseAsync(HttpContext context, int status, string type)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/x-amz-json-1.0";
        return context.Response.WriteAsync($"{{\"__type\":\"{type}\",\"message\":\"simulated fault\"}}");
    }
}
