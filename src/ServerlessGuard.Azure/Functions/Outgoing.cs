namespace ServerlessGuard.Azure.Functions;

/// <summary>What leaves this cloud after a change: rows to the peer, messages to people. Side by side, and neither waits for the other: a peer that is away must not keep people from hearing, nor a slow chat the peer.</summary>
internal sealed class Outgoing(Forwarder? forwarder, Teller? teller) : IDisposable
{
    private readonly OneAtATime? _forwarding = forwarder is null ? null : new OneAtATime(forwarder.RunAsync);
    private readonly OneAtATime? _telling = teller is null ? null : new OneAtATime(teller.RunAsync);

    /// <summary>Whether there is anything to do, ever.</summary>
    public bool IsConfigured => _forwarding is not null || _telling is not null;

    public async Task<string> RunAsync(CancellationToken cancellation)
    {
        var said = await Task.WhenAll(new[] { _forwarding?.RunAsync(cancellation), _telling?.RunAsync(cancellation) }.OfType<Task<string>>());
        return said.Length == 0 ? "no peer and no chat is configured" : string.Join(", ", said);
    }

    public void Dispose()
    {
        _forwarding?.Dispose();
        _telling?.Dispose();
    }
}
