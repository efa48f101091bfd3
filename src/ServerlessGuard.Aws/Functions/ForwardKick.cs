using ServerlessGuard.Aws.Runtime;
using ServerlessGuard.Remediation;

namespace ServerlessGuard.Aws.Functions;

/// <summary>"There is something to forward": wakes the outbox at once. Best effort, since its schedule comes by anyway; it says nothing, so a forged one does no harm.</summary>
/// <param name="queue">Sends.</param>
/// <param name="outboxQueue"><c>GUARD_OUTBOX_QUEUE</c>; null: only the schedule forwards.</param>
/// <param name="log">Where a failure is told.</param>
/// <param name="metrics">Where it is counted.</param>
internal sealed class ForwardKick(QueueSender queue, Uri? outboxQueue, Log log, Metrics metrics)
{
    public const string Message = "{\"kind\":\"forward\"}";

    public async Task SendAsync(string requestId, CancellationToken cancellation)
    {
        if (outboxQueue is null)
        {
            return;
        }

        try
        {
            await queue.SendAsync(outboxQueue, [Message], cancellation);
        }
        catch (CloudCallException fault)
        {
            metrics.Count("KickFailures");
            log.Write(LogLevel.Warn, "the outbox was not woken; its schedule will come by", ("requestId", requestId), ("detail", Log.Line(fault)));
        }
    }
}
