namespace ServerlessGuard.Chat.Secrets;

/// <summary>
/// Keeps secrets for five minutes, and up to an hour where their store does not answer. A value that did not hold is looked up at once: a
/// rotation needs no deployment.
/// </summary>
public sealed class CachedSecrets(ISecretStore store, TimeProvider time) : ISecrets, IDisposable
{
    private static readonly TimeSpan Fresh = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Stale = TimeSpan.FromHours(1);

    /// <summary>Requests with a wrong signature must not become as many calls of the store.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);

    private readonly SemaphoreSlim _asking = new(1, 1);
    private readonly Dictionary<string, Known> _known = new(StringComparer.Ordinal);

    public async ValueTask<SecretValue> GetAsync(string reference, bool fresh, CancellationToken cancellation)
    {
        await _asking.WaitAsync(cancellation);
        try
        {
            var now = time.GetUtcNow();
            var known = _known.GetValueOrDefault(reference);
            if (known is not null && now < known.AskedAt + (fresh ? Pause : Fresh))
            {
                return known.Value;
            }

            try
            {
                var value = await store.ReadAsync(reference, cancellation);
                _known[reference] = known = Next(known, value, now);
                return known.Value;
            }
            catch (SecretException) when (known is not null && now < known.ReadAt + Stale)
            {
                _known[reference] = known with { AskedAt = now - Fresh + Pause };
                return known.Value;
            }
        }
        finally
        {
            _asking.Release();
        }
    }

    public void Dispose() => _asking.Dispose();

    private static Known Next(Known? known, string value, DateTimeOffset now) => known is null
        ? new Known(new SecretValue(value), now, now, now)
        : known.Value.Current == value
            ? known with { Value = now < known.ChangedAt + Stale ? known.Value : new SecretValue(value), AskedAt = now, ReadAt = now }
            : new Known(new SecretValue(value, known.Value.Current), now, now, now);

    private sealed record Known(SecretValue Value, DateTimeOffset AskedAt, DateTimeOffset ReadAt, DateTimeOffset ChangedAt);
}
