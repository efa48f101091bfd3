using System.Collections.Concurrent;

namespace ServerlessGuard.Simulators.Aws.LambdaRuntime;

/// <summary>
/// A function behind a simulated Lambda: one process per event that is handled at the same time, reused while it lives, killed at the
/// deadline, replaced after it ended. What is simulated is Lambda; the process is the real executable.
/// </summary>
public sealed class LambdaFunction(LambdaFunctionSettings settings, TimeProvider time) : IAsyncDisposable
{
    private const int LinesKept = 20_000;

    private readonly ConcurrentStack<ExecutionEnvironment> _idle = new();
    private readonly ConcurrentDictionary<ExecutionEnvironment, byte> _living = new();
    private readonly ConcurrentQueue<string> _lines = new();
    private readonly SemaphoreSlim _slots = new(settings.MaxConcurrency);
    private int _started;
    private int _busy;

    public LambdaFunctionSettings Settings => settings;

    /// <summary>How many processes have been started so far.</summary>
    public int Started => Volatile.Read(ref _started);

    /// <summary>How many events are being handled, or wait for a process.</summary>
    public int Busy => Volatile.Read(ref _busy);

    /// <summary>What all processes wrote, oldest first; the latest 20,000 lines.</summary>
    public IReadOnlyList<string> Lines => [.. _lines];

    /// <summary>Each line as it comes.</summary>
    public Action<string>? OnLine { get; set; }

    /// <summary>Invokes it synchronously.</summary>
    /// <param name="payload">The event, JSON.</param>
    /// <param name="cancellation">Ends the wait for a free process; an event that was handed over runs to its end.</param>
    public async Task<InvocationResult> InvokeAsync(string payload, CancellationToken cancellation = default)
    {
        Interlocked.Increment(ref _busy);
        try
        {
            await _slots.WaitAsync(cancellation);
            try
            {
                var (environment, cold) = await EnvironmentAsync();
                var result = await environment.RunAsync(payload, cold);
                await GiveBackAsync(environment);
                return result;
            }
            finally
            {
                _slots.Release();
            }
        }
        finally
        {
            Interlocked.Decrement(ref _busy);
        }
    }

    /// <summary>SIGKILL to every process of the function, whatever it is doing.</summary>
    public void KillAll()
    {
        foreach (var environment in _living.Keys)
        {
            environment.Kill();
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var environment in _living.Keys)
        {
            await environment.DisposeAsync();
        }

        _slots.Dispose();
    }

    private async Task<(ExecutionEnvironment Environment, bool Cold)> EnvironmentAsync()
    {
        while (_idle.TryPop(out var idle))
        {
            if (idle.IsAlive)
            {
                return (idle, false);
            }

            await RemoveAsync(idle);
        }

        Interlocked.Increment(ref _started);
        var environment = await ExecutionEnvironment.StartAsync(settings, time, Keep);
        _living[environment] = 0;
        return (environment, true);
    }

    private async Task GiveBackAsync(ExecutionEnvironment environment)
    {
        if (environment.IsAlive)
        {
            _idle.Push(environment);
        }
        else
        {
            await RemoveAsync(environment);
        }
    }

    private async Task RemoveAsync(ExecutionEnvironment environment)
    {
        _living.TryRemove(environment, out _);
        await environment.DisposeAsync();
    }

    private void Keep(string line)
    {
        _lines.Enqueue(line);
        if (_lines.Count > LinesKept)
        {
            _lines.TryDequeue(out _);
        }

        OnLine?.Invoke(line);
    }
}
