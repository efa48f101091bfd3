using System.Security.Cryptography;
using System.Text;
using Microsoft.IdentityModel.Tokens;
using ServerlessGuard.Azure.Runtime;
using ServerlessGuard.Chat.SignIn;
using ServerlessGuard.Testing;

namespace ServerlessGuard.Federation.Tests;

/// <summary>Real tokens of a local issuer: the right one gets in, and every known way around does not.</summary>
public sealed class TokenGateTests : IDisposable
{
    private readonly LocalIssuer _issuer = new();
    private readonly ManualTime _time = new(new DateTimeOffset(2026, 11, 25, 12, 0, 0, TimeSpan.Zero));
    private readonly PublishedKeys _keys;
    private readonly TokenGate _gate;

    public TokenGateTests()
    {
        _keys = new PublishedKeys(new HttpMessageInvoker(_issuer), new Uri("https://login.example.test/keys"), _time);
        _gate = new TokenGate(new TokenGateSettings(LocalIssuer.Issuer, LocalIssuer.Audience, LocalIssuer.Client), _keys, _time);
    }

    public void Dispose()
    {
        _keys.Dispose();
        _issuer.Dispose();
    }

    private Task<string?> Try(string token) => _gate.RefusesAsync("Bearer " + token, CancellationToken.None);

    private string Token(
        string issuer = LocalIssuer.Issuer, string audience = LocalIssuer.Audience, string? client = LocalIssuer.Client, string clientClaim = "azp", int minutes = 10, SecurityKey? key = null) =>
        _issuer.Token(_time.Now, issuer, audience, client, clientClaim, minutes, key);

    [Theory]
    [InlineData("azp")]
    [InlineData("appid")]
    public async Task The_one_client_is_let_in(string claim) => Assert.Null(await Try(Token(clientClaim: claim)));

    [Fact]
    public async Task Everything_else_is_refused_with_a_reason_and_without_the_token()
    {
        var cases = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            [Token(issuer: "https://login.example.test/other/v2.0")] = "another issuer",
            [Token(audience: "api://another")] = "another audience",
            [Token(client: "00000000-0000-4000-8000-000000000000")] = "another client",
            [Token(client: null)] = "another client",
            [Token(minutes: -5)] = "expired, or not valid yet",
            [_issuer.Token(_time.Now.AddMinutes(20))] = "expired, or not valid yet",
            [_issuer.Token(_time.Now, expires: false)] = "expired, or not valid yet",
            [Token(key: LocalIssuer.New())] = "signed by a key that the issuer does not publish",
            [Stolen(Token(client: "00000000-0000-4000-8000-000000000000"))] = "the signature does not hold",
            ["not.a.token"] = "not a JSON Web Token",
            ["x"] = "not a JSON Web Token",
        };
        foreach (var (token, reason) in cases)
        {
            Assert.Equal(reason, await Try(token));
        }

        Assert.Equal("no bearer token", await _gate.RefusesAsync(null, CancellationToken.None));
        Assert.Equal("no bearer token", await _gate.RefusesAsync("Basic eDp5", CancellationToken.None));
        Assert.Equal("no bearer token", await _gate.RefusesAsync("Bearer " + new string('a', 20_000), CancellationToken.None));
    }

    [Fact]
    public async Task A_token_without_a_signature_is_refused()
    {
        var parts = Token().Split('.');
        var none = Base64UrlEncoder.Encode("{\"alg\":\"none\",\"typ\":\"JWT\"}");
        Assert.Equal("signed by another algorithm than RS256", await Try($"{none}.{parts[1]}."));
        Assert.NotNull(await Try($"{parts[0]}.{parts[1]}."));
    }

    [Fact]
    public async Task A_public_key_used_as_a_shared_secret_is_refused()
    {
        var parts = Token().Split('.');
        var header = Base64UrlEncoder.Encode($"{{\"alg\":\"HS256\",\"typ\":\"JWT\",\"kid\":\"{_issuer.Key.KeyId}\"}}");
        var secret = Encoding.UTF8.GetBytes(_issuer.Key.Rsa.ExportSubjectPublicKeyInfoPem());
        var signature = Base64UrlEncoder.Encode(HMACSHA256.HashData(secret, Encoding.UTF8.GetBytes($"{header}.{parts[1]}")));
        Assert.Equal("signed by another algorithm than RS256", await Try($"{header}.{parts[1]}.{signature}"));
    }

    [Fact]
    public async Task A_rotated_key_is_fetched_once_and_a_flood_of_unknown_keys_does_not_flood_the_issuer()
    {
        Assert.Null(await Try(Token()));
        Assert.Equal(1, _issuer.Fetches);
        _issuer.Rotate();
        _time.Now += TimeSpan.FromSeconds(90);
        Assert.Null(await Try(Token()));
        Assert.Equal(2, _issuer.Fetches);
        for (var i = 0; i < 20; i++)
        {
            Assert.NotNull(await Try(Token(key: LocalIssuer.New())));
        }

        Assert.Equal(2, _issuer.Fetches);
    }

    [Fact]
    public async Task An_issuer_that_is_down_lets_known_keys_in_and_nobody_before_it_was_ever_asked()
    {
        _issuer.Down = true;
        await Assert.ThrowsAsync<PeerUnavailableException>(() => Try(Token()));
        _issuer.Down = false;
        _time.Now += TimeSpan.FromMinutes(1);
        Assert.Null(await Try(Token()));
        _issuer.Down = true;
        _time.Now += TimeSpan.FromHours(13);
        Assert.Null(await Try(_issuer.Token(_time.Now)));
    }

    /// <summary>Somebody else's claims under the right client's name, with the old signature.</summary>
    private static string Stolen(string token)
    {
        var parts = token.Split('.');
        var claims = Base64UrlEncoder.Decode(parts[1]).Replace("00000000-0000-4000-8000-000000000000", LocalIssuer.Client, StringComparison.Ordinal);
        return $"{parts[0]}.{Base64UrlEncoder.Encode(claims)}.{parts[2]}";
    }
}
