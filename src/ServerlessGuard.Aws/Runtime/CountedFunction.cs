using ServerlessGuard.Aws.Functions;

namespace ServerlessGuard.Aws.Runtime;

/// <summary>
/// What every function does around its work: its lines name the event, its failures are counted, its metrics are written.
/// </summary>
internal sealed class CountedFunction(IFunction inner, Log log, Metrics metrics) : IFunction
{
    public async Task<ReadOnlyMemory<byte>> HandleAsync(Invocation invocation, CancellationToken cancellation)
    {
        log.RequestId = invocation.RequestId;
        try
        {
            return await inner.HandleAsync(invocation, cancellation);
        }
        catch (Exception fault)
        {
            metrics.Count(fault);
            throw;
        }
        finally
        {
            metrics.Flush();
        }
    }
}
