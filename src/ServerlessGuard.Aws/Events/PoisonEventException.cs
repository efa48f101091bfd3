namespace ServerlessGuard.Aws.Events;

/// <summary>
/// A record that no retry makes readable, or that is not ours to judge: it goes to the dead-letter queue, with its reason in the log.
/// </summary>
public sealed class PoisonEventException : Exception
{
    public PoisonEventException()
    {
    }

    public PoisonEventException(string message)
        : base(message)
    {
    }

    public PoisonEventException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
