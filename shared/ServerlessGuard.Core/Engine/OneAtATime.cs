namespace ServerlessGuard.Engine;

/// <summary>
/// One run at a time, and at most one that waits for it: every change asks, and a run that has not begun sees what all of them are about.
/// None that asked is forgotten.
/// </summary>
/// <param name="run">Looks at everything that there is to do, until the given time; null: for as long as it thinks right.</param>
internal sealed class OneAtATime(Func<DateTimeOffset?, CancellationToken, Task<string>> run) : IDisposable
{
    private readonly SemaphoreSlim _one = new(1, 1);
    private int _waiting;

    public async Task<string> RunAsync(DateTimeOffset? deadline, CancellationToken cancellation)
    {
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
            return await run(deadline, cancellation);
        }
        finally
        {
            _one.Release();
        }
    }

    public void Dispose() => _one.Dispose();
}
