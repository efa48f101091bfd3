namespace ServerlessGuard.Aws.Runtime;

/// <summary>What one handler name stands for.</summary>
public interface IFunction
{
    /// <summary>
    /// The answer, UTF-8 JSON. A throw is the invocation's error: the service delivers an asynchronous event again, and a queue its
    /// messages.
    /// </summary>
    /// <param name="cancellation">Cancelled a moment before the deadline: what is not done by then is given back.</param>
    Task<ReadOnlyMemory<byte>> HandleAsync(Invocation invocation, CancellationToken cancellation);
}
