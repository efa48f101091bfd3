using System.Text;
using Microsoft.IdentityModel.Tokens;
using ServerlessGuard.Aws.Api;
using ServerlessGuard.Federation;

namespace ServerlessGuard.Chat.SignIn;

/// <summary>
/// An issuer's JWKS. A known key costs nobody a wait. It is fetched again when it is old or when a token names a key that is not in it, so
/// that a rotation needs no restart; at most once a minute, failures included, and once for all who wait: strangers can make up key ids as
/// fast as they like.
/// </summary>
public sealed class PublishedKeys(HttpMessageInvoker http, Uri jwks, TimeProvider time) : ISigningKeys, IDisposable
{
    private static readonly TimeSpan Old = TimeSpan.FromHours(12);

    /// <summary>So old that nobody is let in by them before the issuer was asked: it may have withdrawn one.</summary>
    private static readonly TimeSpan TooOld = TimeSpan.FromHours(24);

    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private const int MaxAnswer = 500_000;

    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _end = new();
    private volatile Held _held = new([], DateTimeOffset.MinValue);
    private Task? _fetching;
    private DateTimeOffset _asked = DateTimeOffset.MinValue;

    public async Task<IEnumerable<SecurityKey>> OfAsync(string? keyId, CancellationToken cancellation)
    {
        var held = _held;
        var isKnown = held.Keys.Any(key => key.KeyId == keyId);
        var age = time.GetUtcNow() - held.At;
        if (isKnown && age <= Old)
        {
            return held.Keys;
        }

        var fetching = Fetching();
        if (!isKnown || age > TooOld)
        {
            // Whoever goes away ends their own wait, not the others'.
            await fetching.WaitAsync(cancellation);
        }

        // The keys that we have stay good while the issuer cannot be asked; without any, nobody is let in.
        held = _held;
        return held.Keys.Count > 0
            ? held.Keys
            : throw new PeerUnavailableException($"{jwks.Host}: no signing keys{(held.Fault is null ? string.Empty : ": " + held.Fault)}");
    }

    public void Dispose()
    {
        _end.Cancel();
        _end.Dispose();
    }

    /// <summary>The fetch under way, or a new one when the last began long enough ago; done at once when it did not.</summary>
    private Task Fetching()
    {
        lock (_lock)
        {
            if (_fetching is { IsCompleted: false } underWay)
            {
                return underWay;
            }

            var now = time.GetUtcNow();
            if (now - _asked < Pause)
            {
                return Task.CompletedTask;
            }

            _asked = now;
            return _fetching = FetchAsync();
        }
    }

    private async Task FetchAsync()
    {
        try
        {
            // Nothing of it runs under the lock.
            await Task.Yield();
            using var patience = new CancellationTokenSource(Patience, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, _end.Token);
            using var request = new HttpRequestMessage(HttpMethod.Get, jwks);
            using var response = await http.SendAsync(request, either.Token);
            response.EnsureSuccessStatusCode();
            var body = await BoundedBody.ReadAsync(response.Content, MaxAnswer, either.Token);
            IReadOnlyList<SecurityKey> keys = [.. new JsonWebKeySet(Encoding.UTF8.GetString(body.Span)).GetSigningKeys()];
            _held = keys.Count > 0 ? new Held(keys, time.GetUtcNow()) : _held with { Fault = "it published none" };
        }
        catch (Exception fault) when (fault is HttpRequestException or IOException or ArgumentException or OperationCanceledException
            or ObjectDisposedException)
        {
            _held = _held with { Fault = fault is OperationCanceledException ? "no answer in time" : fault.Message };
        }
    }

    /// <param name="Keys">As last published; none before the first answer.</param>
    /// <param name="At">When they came.</param>
    /// <param name="Fault">Why the last fetch brought none; null when it did.</param>
    private sealed record Held(IReadOnlyList<SecurityKey> Keys, DateTimeOffset At, string? Fault = null);
}
