namespace ServerlessGuard.Simulators.Azure.Functions;

/// <summary>
/// Keeps one worker running by the host's rules: exit code 0 is never followed by another start; any other exit is; the third error stops
/// the host.
/// </summary>
internal sealed class WorkerSupervisor : IAsyncDisposable
{
    private const int MaxErrors = 3;

    private readonly FunctionApp _app;
    private readonly FunctionsHostOptions _options;
    private readonly HttpClient _http;
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _gate = new();
    private TaskCompletionSource<Worker?> _ready = New();
    private Worker? _current;
    private Task _watch = Task.CompletedTask;
    private int _errors;
    private int _instance;

    public WorkerSupervisor(FunctionApp app, FunctionsHostOptions options, HttpClient http)
    {
        _app = app;
        _options = options;
        _http = http;
        _watch = WatchAsync(_instance);
    }

    public HostState State { get; private set; } = HostState.Running;

    /// <summary>How often a worker was started.</summary>
    public int Starts { get; private set; }

    /// <summary>The id of the process that runs now.</summary>
    public int? ProcessId => _current?.Id;

    /// <summary>The worker as soon as one is ready; null when there is none any more.</summary>
    public async Task<Worker?> WorkerAsync(CancellationToken cancellation)
    {
        Task<Worker?> ready;
        lock (_gate)
        {
            ready = _ready.Task;
        }

        return await ready.WaitAsync(cancellation);
    }

    /// <summary>The platform takes the instance away (SIGKILL) and puts a new one in its place, which has made no errors yet.</summary>
    public async Task ReplaceAsync()
    {
        Worker? old;
        lock (_gate)
        {
            _instance++;
            _errors = 0;
            old = _current;
            if (_ready.Task.IsCompleted)
            {
                _ready = New();
            }
        }

        if (old is not null)
        {
            await old.KillAsync();
        }

        await _watch;
        lock (_gate)
        {
            if (!_stop.IsCancellationRequested)
            {
                State = HostState.Running;
                _watch = WatchAsync(_instance);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        State = HostState.Stopped;
        if (_current is { } worker)
        {
            await worker.KillAsync();
        }

        await _watch;
        _ready.TrySetResult(null);
        _stop.Dispose();
    }

    private async Task WatchAsync(int instance)
    {
        await Task.Yield();
        while (!_stop.IsCancellationRequested)
        {
            await using var worker = Worker.Start(_app, _options);
            _current = worker;
            Starts++;
            _options.Log.Write($"host: worker {worker.Id} started");
            bool ready;
            try
            {
                ready = await worker.ReadyAsync(_http, _options.Time, _stop.Token);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            if (ready)
            {
                lock (_gate)
                {
                    _ready.TrySetResult(worker);
                }
            }
            else
            {
                await worker.KillAsync();
            }

            var code = await worker.Exited;
            if (!GoesOn(instance, code, ready))
            {
                return;
            }
        }
    }

    private bool GoesOn(int instance, int code, bool wasReady)
    {
        lock (_gate)
        {
            if (_ready.Task.IsCompleted)
            {
                _ready = New();
            }

            if (_stop.IsCancellationRequested || instance != _instance)
            {
                return false;
            }

            if (code == 0)
            {
                return End(HostState.Abandoned, "worker left with exit code 0: it is never started again");
            }

            if (++_errors >= MaxErrors)
            {
                return End(HostState.Stopped, $"worker error {_errors} (exit code {code}): the host stops");
            }

            _options.Log.Write($"host: worker left with exit code {code}{(wasReady ? "" : " before it was ready")}: started again");
            return true;
        }
    }

    private bool End(HostState state, string line)
    {
        State = state;
        _options.Log.Write("host: " + line);
        _ready.TrySetResult(null);
        return false;
    }

    private static TaskCompletionSource<Worker?> New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
