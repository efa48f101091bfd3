using ServerlessGuard.Chat.Secrets;

namespace ServerlessGuard.Chat.Tests;

/// <summary>Secrets in a dictionary, that may be away.</summary>
internal sealed class Store : ISecretStore
{
    public Dictionary<string, string> Secrets { get; } = [];
    public bool IsDown { get; set; }
    public int Reads { get; private set; }

    public Task<string> ReadAsync(string reference, CancellationToken cancellation)
    {
        Reads++;
        return IsDown ? throw new SecretException("down") : Task.FromResult(Secrets[reference]);
    }
}
