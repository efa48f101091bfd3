using ServerlessGuard.Remediation;

namespace ServerlessGuard.Engine;

/// <summary>
/// Whoever does what the outbox holds is told to look, at once. A message that is lost costs a minute: the schedule comes by.
/// </summary>
public interface IWake
{
    /// <summary>Fixes and commands of this cloud, in their order.</summary>
    /// <exception cref="CloudCallException">Not all of the messages are known to be in the queue.</exception>
    Task CarryOutAsync(IReadOnlyList<OutboxPlace> places, CancellationToken cancellation);

    /// <summary>There is something for the peer or for people. It says nothing more, so a forged one does no harm.</summary>
    /// <exception cref="CloudCallException">The message is not known to be in the queue.</exception>
    Task SendAsync(CancellationToken cancellation);
}
