using ServerlessGuard.Aws.Runtime;
using ServerlessGuard.Engine;

namespace ServerlessGuard.Aws.Functions;

/// <summary><c>outbox</c>: the schedule that kicks whatever is still to be remediated, and says how much that is and how old.</summary>
internal sealed class OutboxFunction(OutboxRun run, Outgoing outgoing, TimeProvider time, Log log) : IFunction
{
    private static readonly TimeSpan Usual = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan Reserve = TimeSpan.FromSeconds(5);

    public async Task<ReadOnlyMemory<byte>> HandleAsync(Invocation invocation, CancellationToken cancellation)
    {
        await outgoing.RunAsync(invocation.Deadline, cancellation);

        // Woken by the queue, there is nothing but to forward; the schedule looks after the rest too.
        return SqsBatch.Recognises(SqsBatch.Parse(invocation.Payload.Span))
            ? "{\"batchItemFailures\":[]}"u8.ToArray()
            : await WalkAsync(invocation, cancellation);
    }

    private async Task<ReadOnlyMemory<byte>> WalkAsync(Invocation invocation, CancellationToken cancellation)
    {
        var (waiting, kicked) = await run.RunAsync((invocation.Deadline ?? time.GetUtcNow() + Usual) - Reserve, cancellation);
        log.Write(
            LogLevel.Info,
            "outbox",
            ("depth", waiting.Depth),
            ("kicked", kicked),
            ("oldestSeconds", waiting.Oldest.TotalSeconds),
            ("whole", waiting.IsWhole));
        return JsonBytes.Of(writer =>
        {
            writer.WriteNumber("depth", waiting.Depth);
            writer.WriteNumber("kicked", kicked);
        });
    }
}
