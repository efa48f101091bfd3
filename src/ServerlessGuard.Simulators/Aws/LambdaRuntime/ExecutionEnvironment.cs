using System.Diagnostics;
using System.Threading.Channels;
using ServerlessGuard.Simulators.Aws.Http;

namespace ServerlessGuard.Simulators.Aws.LambdaRuntime;

/// <summary>
/// One process with a Runtime API of its own, which handles one event at a time. Simulated: unlike Lambda, the process is not frozen
/// between two events, and memory and file system are not confined.
/// </summary>
internal sealed class ExecutionEnvironment : IAsyncDisposable
{
    private readonly LambdaFunctionSettings _settings;
    private readonly TimeProvider _time;
    private readonly Action<string> _log;
    private readonly Channel<Invocation> _next = Channel.CreateBounded<Invocation>(1);
    private readonly TaskCompletionSource _exited = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private LoopbackServer? _server;
    private Process? _process;
    private Invocation? _current;
    private volatile string? _initError;

    private ExecutionEnvironment(LambdaFunctionSettings settings, TimeProvider time, Action<string> log)
    {
        _settings = settings;
        _time = time;
        _log = log;
    }

    public bool IsAlive => !_exited.Task.IsCompleted && _initError is null;

    public int ProcessId => _process!.Id;

    public static async Task<ExecutionEnvironment> StartAsync(LambdaFunctionSettings settings, TimeProvider time, Action<string> log)
    {
        var environment = new ExecutionEnvironment(settings, time, log);
        environment._server = await LoopbackServer.StartAsync(new RuntimeApi(environment, settings).HandleAsync);
        environment.StartProcess();
        return environment;
    }

    /// <summary>Hands the event over and waits for its end: an answer, the end of the process, or the deadline.</summary>
    public async Task<InvocationResult> RunAsync(string payload, bool cold)
    {
        var began = _time.GetTimestamp();
        var invocation = new Invocation(payload, _time.GetUtcNow() + _settings.Timeout, TraceId());
        Volatile.Write(ref _current, invocation);
        await _next.Writer.WriteAsync(invocation);

        using var overdue = new CancellationTokenSource();
        var timeout = Task.Delay(_settings.Timeout, _time, overdue.Token);
        var first = await Task.WhenAny(invocation.Answered.Task, _exited.Task, timeout);
        if (first == timeout)
        {
            Kill();
            await _exited.Task;
        }
        else
        {
            // Lambda calls an invocation complete when the runtime asks for the next one.
            await Task.WhenAny(invocation.Finished.Task, _exited.Task, timeout);
        }

        await overdue.CancelAsync();
        Volatile.Write(ref _current, null);
        var answer = invocation.Answered.Task.IsCompletedSuccessfully
            ? await invocation.Answered.Task
            : new RuntimeAnswer(first == timeout
                ? LambdaErrors.TimedOut(invocation, _settings)
                : _initError ?? LambdaErrors.Exited(invocation, _process!.ExitCode), IsError: true);
        return new InvocationResult(
            invocation.RequestId, answer.Payload, answer.IsError ? "Unhandled" : null, invocation.Log, _time.GetElapsedTime(began), cold);
    }

    internal Invocation? Current => Volatile.Read(ref _current);

    internal async Task<Invocation> NextAsync(CancellationToken cancellation)
    {
        if (Current is { Answered.Task.IsCompleted: true } done)
        {
            done.Finished.TrySetResult();
        }

        return await _next.Reader.ReadAsync(cancellation);
    }

    internal void FailInit(string error)
    {
        _initError = error;
        Kill();
    }

    /// <summary>SIGKILL, as Lambda does after a timeout and as a lost host does at any time.</summary>
    public void Kill()
    {
        try
        {
            _process!.Kill();
        }
        catch (InvalidOperationException)
        {
            // It ended by itself.
        }
    }

    public async ValueTask DisposeAsync()
    {
        Kill();
        await _exited.Task;
        _process!.Dispose();
        await _server!.DisposeAsync();
    }

    private void StartProcess()
    {
        var start = new ProcessStartInfo(_settings.Bootstrap, _settings.Arguments)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            WorkingDirectory = Path.GetDirectoryName(Path.GetFullPath(_settings.Bootstrap))!,
        };
        LambdaEnvironment.Fill(start.Environment, _settings, _server!.Authority);
        _process = new Process { StartInfo = start, EnableRaisingEvents = true };
        _process.Exited += (_, _) => _exited.TrySetResult();
        _process.OutputDataReceived += (_, line) => Write(line.Data);
        _process.ErrorDataReceived += (_, line) => Write(line.Data);
        _process.Start();
        _process.StandardInput.Close();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    private void Write(string? line)
    {
        if (line is not null)
        {
            Current?.Write(line);
            _log(line);
        }
    }

    /// <summary>Root, parent and sampling, as X-Ray writes them.</summary>
    private string TraceId() =>
        $"Root=1-{_time.GetUtcNow().ToUnixTimeSeconds():x8}-{Guid.NewGuid().ToString("N")[..24]};Parent={Guid.NewGuid().ToString("N")[..16]};Sampled=0";
}
