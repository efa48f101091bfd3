using System.Text;
using Microsoft.IdentityModel.Tokens;

namespace ServerlessGuard.Federation;

/// <summary>An issuer's JWKS, fetched when it is old or when a token names a key that is not in it, so that a rotation needs no restart; at most once a minute.</summary>
public sealed class PublishedKeys(HttpMessageInvoker http, Uri jwks, TimeProvider time) : ISigningKeys, IDisposable
{
    private static readonly TimeSpan Old = TimeSpan.FromHours(12);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    private const int MaxAnswer = 500_000;

    private readonly SemaphoreSlim _fetching = new(1, 1);
    private IReadOnlyList<SecurityKey> _keys = [];
    private DateTimeOffset? _fetched;

    public async Task<IEnumerable<SecurityKey>> OfAsync(string? keyId, CancellationToken cancellation)
    {
        await _fetching.WaitAsync(cancellation);
        try
        {
            var age = time.GetUtcNow() - _fetched;
            if (age is null || age > Old || age > Patience && !_keys.Any(key => key.KeyId == keyId))
            {
                await FetchAsync(cancellation);
            }

            return _keys;
        }
        finally
        {
            _fetching.Release();
        }
    }

    public void Dispose() => _fetching.Dispose();

    private async Task FetchAsync(CancellationToken cancellation)
    {
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, jwks);
            using var response = await http.SendAsync(request, cancellation);
            response.EnsureSuccessStatusCode();
            var body = await Body.ReadAsync(response.Content, MaxAnswer, cancellation);
            _keys = [.. new JsonWebKeySet(Encoding.UTF8.GetString(body.Span)).GetSigningKeys()];
            _fetched = time.GetUtcNow();
        }
        catch (Exception fault) when (fault is HttpRequestException or IOException or ArgumentException)
        {
            // The keys we have stay good until the issuer can be asked; without any, nobody is let in.
            if (_keys.Count == 0)
            {
                throw new PeerUnavailableException($"{jwks.Host}: no signing keys: {fault.Message}", fault);
            }
        }
    }
}
