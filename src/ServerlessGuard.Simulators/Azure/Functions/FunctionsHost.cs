using System.Text.Json.Nodes;
using ServerlessGuard.Simulators.Azure.EventGrid;

namespace ServerlessGuard.Simulators.Azure.Functions;

/// <summary>
/// A stand-in for the Azure Functions host: it starts the app's own executable as a custom handler and delivers triggers to it as host
/// 4.1037 was seen to, the traps included.
/// </summary>
public sealed class FunctionsHost : IAsyncDisposable
{
    private readonly FunctionApp _app;
    private readonly FunctionsHostOptions _options;
    private readonly HttpClient _http;
    private readonly WorkerSupervisor _workers;
    private readonly Invoker _invoker;
    private readonly EventGridWebhook _webhook;
    private readonly HttpEndpoint _endpoint;
    private readonly IReadOnlyList<QueueListener> _queues;
    private readonly CancellationTokenSource _stop = new();
    private readonly Dictionary<string, DateTimeOffset> _lastRun = new(StringComparer.Ordinal);
    private Task _listening = Task.CompletedTask;
    private LoopbackServer? _server;

    private FunctionsHost(FunctionApp app, FunctionsHostOptions options)
    {
        _app = app;
        _options = options;
        _http = new HttpClient(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false })
            { Timeout = Timeout.InfiniteTimeSpan };
        _workers = new WorkerSupervisor(app, options, _http);
        _invoker = new Invoker(_workers, _http, options.FunctionTimeout ?? app.FunctionTimeout, options);
        _webhook = new EventGridWebhook(app, _invoker, options);
        _endpoint = new HttpEndpoint(app, _invoker, options);
        _queues = [.. app.Functions.Where(each => each.Trigger is QueueTrigger)
            .Select(each => new QueueListener(each, (QueueTrigger)each.Trigger, app, _invoker, options))];
    }

    /// <summary>http://127.0.0.1:port/</summary>
    public Uri Address => _server?.Address ?? throw new InvalidOperationException("the host has not started");

    public HostState State => _workers.State;

    public FunctionApp App => _app;

    /// <summary>The worker's process id while there is one.</summary>
    public int? WorkerId => _workers.ProcessId;

    /// <summary>How many processes have been started.</summary>
    public int WorkerStarts => _workers.Starts;

    /// <summary>How many calls were made to workers, failed ones included.</summary>
    public long Calls => _invoker.Calls;

    /// <summary>How many calls are on their way.</summary>
    public int Running => _invoker.Running;

    /// <summary>Messages that went to a poison queue.</summary>
    public int Poisoned => _queues.Sum(queue => queue.Poisoned);

    /// <summary>
    /// Returns when the first worker is ready. Throws <see cref="InvalidOperationException"/> with the worker's last lines when none could
    /// be started.
    /// </summary>
    public static async Task<FunctionsHost> StartAsync(FunctionsHostOptions options, CancellationToken cancellation)
    {
        var host = new FunctionsHost(FunctionApp.Read(options.AppDirectory, options.Settings), options);
        try
        {
            host._server = await LoopbackServer.StartAsync(host.AnswerAsync, cancellation);
            if (await host._workers.WorkerAsync(cancellation) is null)
            {
                throw new InvalidOperationException("the worker did not start:\n" + string.Join('\n', options.Log.Lines.TakeLast(20)));
            }

            host._listening = Task.WhenAll(host._queues.Select(queue => queue.RunAsync(host._stop.Token)));
            return host;
        }
        catch
        {
            await host.DisposeAsync();
            throw;
        }
    }

    /// <summary>Where Event Grid posts the events of a function.</summary>
    public Uri Webhook(string function) =>
        new(Address, $"runtime/webhooks/EventGrid?functionName={Uri.EscapeDataString(function)}&code={Uri.EscapeDataString(_options.Key)}");

    /// <summary>An Event Grid subscription that delivers to a function; the handshake has succeeded when it returns.</summary>
    public Task<EventGridTopic> SubscribeAsync(string function, EventGridOptions options, CancellationToken cancellation) =>
        EventGridTopic.SubscribeAsync(Webhook(function), options with { TimeScale = options.TimeScale * _options.TimeScale }, _options.Log,
            _options.Time, cancellation);

    /// <summary>Runs a timer function now.</summary>
    public async Task<InvocationOutcome> RunTimerAsync(string function, CancellationToken cancellation)
    {
        var definition = _app.Functions.FirstOrDefault(each => each.Name == function && each.Trigger is TimerTrigger)
            ?? throw new ArgumentException($"there is no timer function {function}", nameof(function));
        var now = _options.Time.GetUtcNow();
        JsonObject? status = _lastRun.TryGetValue(function, out var last)
            ? new JsonObject
                { ["Last"] = last.UtcDateTime.ToString("O"), ["Next"] = now.UtcDateTime.ToString("O"),
                    ["LastUpdated"] = last.UtcDateTime.ToString("O") }
            : null;
        _lastRun[function] = now;
        var data = new JsonObject
            { ["Schedule"] = new JsonObject { ["AdjustForDST"] = true }, ["ScheduleStatus"] = status, ["IsPastDue"] = false };
        return await _invoker.InvokeAsync(definition, data, new JsonObject(), cancellation);
    }

    /// <summary>The platform takes the instance away, with SIGKILL, and starts another.</summary>
    public Task ReplaceInstanceAsync() => _workers.ReplaceAsync();

    /// <summary>True when no call is on its way and no queue holds a message, seen or unseen.</summary>
    public async Task<bool> IsIdleAsync(CancellationToken cancellation)
    {
        foreach (var queue in _queues)
        {
            if (await queue.WaitingAsync(cancellation) > 0)
            {
                return false;
            }
        }

        return _invoker.Running == 0;
    }

    /// <summary>SIGKILL.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _workers.DisposeAsync();
        await _listening;
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        _http.Dispose();
        _stop.Dispose();
    }

    private Task AnswerAsync(HttpContext context)
    {
        var path = context.Request.Path;
        if (path.StartsWithSegments("/runtime/webhooks/EventGrid", StringComparison.OrdinalIgnoreCase))
        {
            return _webhook.AnswerAsync(context);
        }

        if (path.StartsWithSegments("/api", StringComparison.OrdinalIgnoreCase) && path.Value!.Length > 5)
        {
            return _endpoint.AnswerAsync(context);
        }

        context.Response.StatusCode = path == "/" ? 200 : 404;
        return context.Response.WriteAsync(path == "/" ? "simulated Azure Functions host" : "");
    }
}
