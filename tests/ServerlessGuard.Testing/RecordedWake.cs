using System.Collections.Concurrent;
using ServerlessGuard.Engine;
using ServerlessGuard.Remediation;

namespace ServerlessGuard.Testing;

/// <summary>Messages that nobody takes: <c>send</c>, or the key of an outbox entry.</summary>
public sealed class RecordedWake : IWake
{
    public ConcurrentQueue<string> Messages { get; } = new();

    public bool IsDown { get; set; }

    public Task CarryOutAsync(IReadOnlyList<OutboxPlace> places, CancellationToken cancellation) => TakeAsync([.. places.Select(place => place.Key)]);

    public Task SendAsync(CancellationToken cancellation) => TakeAsync(["send"]);

    private Task TakeAsync(IReadOnlyList<string> messages)
    {
        if (IsDown)
        {
            throw new CloudCallException("QueueUnavailable", "the queue is away", isTransient: true);
        }

        foreach (var message in messages)
        {
            Messages.Enqueue(message);
        }

        return Task.CompletedTask;
    }
}
