using ServerlessGuard.Azure.Events;
using ServerlessGuard.Engine;
using ServerlessGuard.Remediation;

namespace ServerlessGuard.Azure.Runtime;

/// <summary>Messages to ourselves, over the queue of <c>work</c>.</summary>
internal sealed class QueueWake(IMessageSink work) : IWake
{
    public async Task CarryOutAsync(IReadOnlyList<OutboxPlace> places, CancellationToken cancellation)
    {
        foreach (var place in places)
        {
            await SendAsync(new WorkMessage.Remediate(place.Partition, place.Key), cancellation);
        }
    }

    public Task SendAsync(CancellationToken cancellation) => SendAsync(new WorkMessage.Forward(), cancellation);

    private async Task SendAsync(WorkMessage message, CancellationToken cancellation)
    {
        try
        {
            await work.SendAsync(message.ToJson(), delay: null, cancellation);
        }
        catch (QueueUnavailableException lost)
        {
            throw new CloudCallException("QueueUnavailable", lost.Message, isTransient: true, lost);
        }
    }
}
