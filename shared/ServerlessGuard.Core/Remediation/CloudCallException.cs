namespace ServerlessGuard.Remediation;

/// <summary>A cloud refused or could not answer a call. Adapters have retried what is transient before they throw.</summary>
public sealed class CloudCallException : Exception
{
    public CloudCallException()
        : this("unknown", "unknown", isTransient: false)
    {
    }

    public CloudCallException(string message)
        : this("unknown", message, isTransient: false)
    {
    }

    public CloudCallException(string message, Exception inner)
        : base(message, inner)
    {
        Code = "unknown";
    }

    /// <param name="code">The service's own error code, or the HTTP status.</param>
    /// <param name="message">What was called and what the service said; never a body, a token or a signature.</param>
    /// <param name="isTransient">Throttled, timed out, 5xx: later may be different.</param>
    public CloudCallException(string code, string message, bool isTransient, Exception? inner = null)
        : base(message, inner)
    {
        Code = code;
        IsTransient = isTransient;
    }

    public string Code { get; }

    public bool IsTransient { get; }

    /// <summary>The resource (or its parent) does not exist.</summary>
    public bool IsNotFound { get; init; }
}
