using System.Text;

namespace ServerlessGuard.Simulators.Aws.LambdaRuntime;

/// <summary>One event on its way through an execution environment.</summary>
internal sealed class Invocation(string payload, DateTimeOffset deadline, string traceId)
{
    private readonly StringBuilder _log = new();

    public string RequestId { get; } = Guid.NewGuid().ToString();
    public string Payload => payload;
    public DateTimeOffset Deadline => deadline;
    public string TraceId => traceId;

    /// <summary>The runtime posted a response or an error.</summary>
    public TaskCompletionSource<RuntimeAnswer> Answered { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The runtime asked for the next event: what it wrote about this one is complete.</summary>
    public TaskCompletionSource Finished { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public string Log
    {
        get
        {
            lock (_log)
            {
                return _log.ToString();
            }
        }
    }

    public void Write(string line)
    {
        lock (_log)
        {
            _log.Append(line).Append('\n');
        }
    }
}

/// <param name="Payload">What the runtime posted.</param>
/// <param name="IsError">To …/error.</param>
internal sealed record RuntimeAnswer(string Payload, bool IsError);

/// <summary>What a caller of Lambda's Invoke sees.</summary>
/// <param name="RequestId">Lambda's.</param>
/// <param name="Payload">The function's answer, or Lambda's description of its error, as JSON.</param>
/// <param name="FunctionError">Null, or <c>Unhandled</c> as in <c>X-Amz-Function-Error</c>.</param>
/// <param name="Log">What the process wrote meanwhile to standard output and standard error.</param>
/// <param name="Duration">From handing the event over to the answer; the start of a new process included.</param>
/// <param name="ColdStart">A process was started for it.</param>
public sealed record InvocationResult(string RequestId, string Payload, string? FunctionError, string Log, TimeSpan Duration,
    bool ColdStart)
{
    public bool Succeeded => FunctionError is null;
}
