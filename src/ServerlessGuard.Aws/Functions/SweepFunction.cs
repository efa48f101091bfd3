using ServerlessGuard.Aws.Runtime;

namespace ServerlessGuard.Aws.Functions;

/// <summary><c>sweep</c>: its schedule begins one, or goes on with the one that a killed process left.</summary>
internal sealed class SweepFunction(Sweeper sweeper, HostSettings settings, Log log, Metrics metrics) : IFunction
{
    public async Task<ReadOnlyMemory<byte>> HandleAsync(Invocation invocation, CancellationToken cancellation)
    {
        try
        {
            var accounts = new AllowedAccounts(settings.Accounts, invocation.FunctionArn).All;
            var isComplete = await sweeper.RunAsync(accounts, invocation.Deadline, cancellation);
            return JsonBytes.Of(writer => writer.WriteBoolean("complete", isComplete));
        }
        catch (Exception fault)
        {
            log.Count(metrics, fault);
            throw;
        }
        finally
        {
            metrics.Flush(invocation.RequestId);
        }
    }
}
