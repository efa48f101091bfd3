namespace ServerlessGuard.Chat.Secrets;

/// <summary>Secrets by reference. Nothing that it returns is ever part of a message or a log line.</summary>
public interface ISecrets
{
    /// <param name="reference">An ARN or a Key Vault URI.</param>
    /// <param name="fresh">What is cached did not hold: look again.</param>
    /// <param name="cancellation">Ends the call.</param>
    /// <exception cref="SecretException">It cannot be had.</exception>
    ValueTask<SecretValue> GetAsync(string reference, bool fresh, CancellationToken cancellation);
}

/// <param name="Current">Sign with it.</param>
/// <param name="Previous">What it was before it was rotated, while that is still recent; verify with it too.</param>
public sealed record SecretValue(string Current, string? Previous = null)
{
    public override string ToString() => nameof(SecretValue);
}

/// <summary>Where secrets are kept.</summary>
public interface ISecretStore
{
    /// <exception cref="SecretException">It cannot be had.</exception>
    Task<string> ReadAsync(string reference, CancellationToken cancellation);
}

/// <summary>A secret cannot be had. The message names the store's answer, never the secret.</summary>
public sealed class SecretException : Exception
{
    public SecretException()
    {
    }

    public SecretException(string message)
        : base(message)
    {
    }

    public SecretException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
