namespace ServerlessGuard.Azure.Events;

/// <summary>
/// What leaves this cloud after a change: rows to the peer, messages to people. Side by side: a peer that is away must not keep people from hearing. One run at a time, and
/// at most one that waits for it: every change asks, and a run that has not begun sees what all of them are about.
/// </summary>
internal sealed class Outgoing(Forwarder? forwarder, Teller? teller) : IDisposable
{
    private readonly SemaphoreSlim _one = new(1, 1);
    private int _waiting;

    /// <summary>Whether there is anything to do, ever.</summary>
    public bool IsConfigured => forwarder is not null || teller is not null;

    public async Task<string> RunAsync(CancellationToken cancellation)
    {
        if (!IsConfigured)
        {
            return "no peer and no chat is configured";
        }

        if (Interlocked.Exchange(ref _waiting, 1) == 1)
        {
            return "the next run sees it";
        }

        try
        {
            await _one.WaitAsync(cancellation);
        }
        finally
        {
            // Before the run looks at anything: whoever asks from here on is not seen by it. Cancelled, the call fails and comes again.
            Volatile.Write(ref _waiting, 0);
        }

        try
        {
            return string.Join(", ", await Task.WhenAll(new[] { forwarder?.RunAsync(cancellation), teller?.RunAsync(cancellation) }.OfType<Task<string>>()));
        }
        finally
        {
            _one.Release();
        }
    }

    public void Dispose() => _one.Dispose();
}
