namespace ServerlessGuard.Chat.Tests;

/// <summary>Stands still until it is moved; timers run on the real clock.</summary>
internal sealed class Clock : TimeProvider
{
    private DateTimeOffset _now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    public override DateTimeOffset GetUtcNow() => _now;

    public void Skip(TimeSpan by) => _now += by;
}

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
