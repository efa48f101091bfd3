namespace ServerlessGuard.Tables;

/// <summary>
/// The store could not be reached or kept refusing after all retries: nothing is known about the last write. Give the work back and try
/// later.
/// </summary>
public sealed class TableUnavailableException : Exception
{
    public TableUnavailableException()
    {
    }

    public TableUnavailableException(string message)
        : base(message)
    {
    }

    public TableUnavailableException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
