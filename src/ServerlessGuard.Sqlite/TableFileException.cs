namespace ServerlessGuard.Sqlite;

/// <summary>The file cannot be used as it is: trying again does not help. The message names the file and what to do.</summary>
public sealed class TableFileException : Exception
{
    public TableFileException()
    {
    }

    public TableFileException(string message)
        : base(message)
    {
    }

    public TableFileException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
