namespace ServerlessGuard.Azure.Events;

/// <summary>What leaves this cloud after a change: rows to the peer, messages to people. Side by side: a peer that is away must not keep people from hearing.</summary>
internal static class Outgoing
{
    public static async Task<string> RunAsync(Forwarder? forwarder, Teller? teller, CancellationToken cancellation)
    {
        var said = await Task.WhenAll(new[] { forwarder?.RunAsync(cancellation), teller?.RunAsync(cancellation) }.OfType<Task<string>>());
        return said.Length == 0 ? "no peer and no chat is configured" : string.Join(", ", said);
    }
}
