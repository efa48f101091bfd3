using ServerlessGuard.Aws.Runtime;

namespace ServerlessGuard.Aws.Functions;

/// <summary><c>sweep</c>: its schedule begins one, or goes on with the one that a killed process left.</summary>
internal sealed class SweepFunction(Sweeper sweeper, HostSettings settings) : IFunction
{
    public async Task<ReadOnlyMemory<byte>> HandleAsync(Invocation invocation, CancellationToken cancellation)
    {
        var isComplete = await sweeper.RunAsync(settings.AccountsOf(invocation), invocation.Deadline, cancellation);
        return JsonBytes.Of(writer => writer.WriteBoolean("complete", isComplete));
    }
}
