using System.Collections.Concurrent;
using ServerlessGuard.Simulators.Aws.LambdaRuntime;

namespace ServerlessGuard.Simulators.Aws.Queues;

/// <summary>
/// Lambda's asynchronous invocation, as Config rules, EventBridge and schedules use it: two more attempts, then the dead-letter queue.
/// Simulated; the pauses between the attempts, one and two minutes in an account, are short here.
/// </summary>
public sealed class AsyncInvoker(LambdaFunction function, SimulatedSqs deadLetters, TimeProvider time)
{
    private const int Attempts = 3;

    private readonly ConcurrentDictionary<Task, byte> _running = new();

    public TimeSpan Pause { get; init; } = TimeSpan.FromMilliseconds(150);

    public bool IsIdle => _running.IsEmpty;

    /// <summary>Each attempt's outcome, as it comes.</summary>
    public Action<InvocationResult>? OnResult { get; set; }

    public void Invoke(string payload)
    {
        var run = new TaskCompletionSource();
        _running[run.Task] = 0;
        _ = RunAsync(payload, run);
    }

    private async Task RunAsync(string payload, TaskCompletionSource run)
    {
        try
        {
            for (var attempt = 1; attempt <= Attempts; attempt++)
            {
                var result = await function.InvokeAsync(payload);
                OnResult?.Invoke(result);
                if (result.Succeeded)
                {
                    return;
                }

                if (attempt < Attempts)
                {
                    await Task.Delay(Pause * attempt, time);
                }
            }

            deadLetters.Send(payload);
        }
        catch (ObjectDisposedException)
        {
            // The lab is being taken down.
        }
        finally
        {
            _running.TryRemove(run.Task, out _);
            run.SetResult();
        }
    }
}
