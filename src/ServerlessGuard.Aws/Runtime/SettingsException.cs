namespace ServerlessGuard.Aws.Runtime;

/// <summary>A setting is missing or wrong: one line that says which, what is wrong with it, and what would be right.</summary>
public sealed class SettingsException : Exception
{
    public SettingsException()
    {
    }

    public SettingsException(string message)
        : base(message)
    {
    }

    public SettingsException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
