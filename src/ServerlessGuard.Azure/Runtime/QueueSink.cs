using Azure.Storage.Queues;
using ServerlessGuard.Azure.Stores;

namespace ServerlessGuard.Azure.Runtime;

/// <summary>Where messages are left; the platform delivers them.</summary>
public interface IMessageSink
{
    /// <param name="message">JSON, below 48 KB.</param>
    /// <exception cref="QueueUnavailableException">It is not in the queue, as far as is known.</exception>
    Task SendAsync(string message, TimeSpan? delay, CancellationToken cancellation);
}

/// <summary>A storage queue. Messages are base64, as the Functions host expects them (<c>queues.messageEncoding</c>).</summary>
public sealed class QueueSink(QueueClient client) : IMessageSink
{
    private static readonly TimeSpan Life = TimeSpan.FromDays(7);

    public async Task SendAsync(string message, TimeSpan? delay, CancellationToken cancellation)
    {
        try
        {
            await client.SendMessageAsync(message, delay, Life, cancellation);
        }
        catch (Exception fault) when (StorageFaults.IsTransient(fault, cancellation))
        {
            throw new QueueUnavailableException($"queue {client.Name}: {StorageFaults.Describe(fault)}", fault);
        }
    }
}
