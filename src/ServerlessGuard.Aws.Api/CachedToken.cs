namespace ServerlessGuard.Aws.Api;

/// <summary>Asks for a token once and keeps it until shortly before its end; callers at the same time wait for one answer.</summary>
public sealed class CachedToken(Func<CancellationToken, Task<(string Token, DateTimeOffset ExpiresAt)>> ask,
    TimeProvider time) : ITokenSource, IDisposable
{
    private static readonly TimeSpan Margin = TimeSpan.FromMinutes(2);

    private readonly SemaphoreSlim _asking = new(1, 1);
    private (string Token, DateTimeOffset Until)? _known;

    public async ValueTask<string> FindAsync(CancellationToken cancellation)
    {
        if (_known is { } fresh && fresh.Until > time.GetUtcNow())
        {
            return fresh.Token;
        }

        await _asking.WaitAsync(cancellation);
        try
        {
            if (_known is { } meanwhile && meanwhile.Until > time.GetUtcNow())
            {
                return meanwhile.Token;
            }

            var (token, expires) = await ask(cancellation);
            _known = (token, expires - Margin);
            return token;
        }
        finally
        {
            _asking.Release();
        }
    }

    public void Forget() => _known = null;

    public void Dispose() => _asking.Dispose();
}
