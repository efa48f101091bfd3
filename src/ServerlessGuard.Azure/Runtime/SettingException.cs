namespace ServerlessGuard.Azure.Runtime;

/// <summary>
/// A setting that the app cannot start with. The message is the one line that the operator sees; it never holds the value.
/// </summary>
public sealed class SettingException : Exception
{
    public SettingException()
    {
    }

    public SettingException(string message)
        : base(message)
    {
    }

    public SettingException(string message, Exception inner)
        : base(message, inner)
    {
    }

    public SettingException(string setting, string what)
        : base($"{setting} {what}")
    {
    }
}
