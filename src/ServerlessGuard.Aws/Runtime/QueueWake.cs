using ServerlessGuard.Aws.Functions;
using ServerlessGuard.Engine;

namespace ServerlessGuard.Aws.Runtime;

/// <summary>Messages to ourselves, over SQS.</summary>
/// <param name="queue">Sends.</param>
/// <param name="remediateQueue"><c>GUARD_REMEDIATE_QUEUE</c>; null: only the schedule has things carried out.</param>
/// <param name="outboxQueue"><c>GUARD_OUTBOX_QUEUE</c>; null: only the schedule forwards and tells.</param>
internal sealed class QueueWake(QueueSender queue, Uri? remediateQueue, Uri? outboxQueue) : IWake
{
    public const string Forward = "{\"kind\":\"forward\"}";

    public Task CarryOutAsync(IReadOnlyList<OutboxPlace> places, CancellationToken cancellation) =>
        SendAsync(remediateQueue, [.. places.Select(KickMessage.Of)], cancellation);

    public Task SendAsync(CancellationToken cancellation) => SendAsync(outboxQueue, [Forward], cancellation);

    private Task SendAsync(Uri? to, IReadOnlyList<string> messages, CancellationToken cancellation) =>
        to is null ? Task.CompletedTask : queue.SendAsync(to, messages, cancellation);
}
