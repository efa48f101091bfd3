namespace ServerlessGuard.Azure.Runtime;

/// <summary>A message could not be left in a queue: the caller's own delivery has to come again.</summary>
public sealed class QueueUnavailableException : Exception
{
    public QueueUnavailableException()
    {
    }

    public QueueUnavailableException(string message)
        : base(message)
    {
    }

    public QueueUnavailableException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
