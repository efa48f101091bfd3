using System.Security.Cryptography;
using System.Text;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace ServerlessGuard.Federation.Tests;

/// <summary>Signs real tokens and publishes real keys, as an identity provider does.</summary>
internal sealed class LocalIssuer : HttpMessageHandler
{
    public const string Issuer = "https://login.example.test/tenant/v2.0";
    public const string Audience = "api://guard";
    public const string Client = "6a0f3c1e-0000-4000-8000-00000000c11e";

    private readonly List<RsaSecurityKey> _published = [];

    public LocalIssuer() => Rotate();

    private int _fetches;

    public int Fetches => _fetches;

    /// <summary>What the answers wait for.</summary>
    public Task Slow { get; set; } = Task.CompletedTask;

    public bool Down { get; set; }

    public RsaSecurityKey Key { get; private set; } = null!;

    public void Rotate()
    {
        Key = New();
        _published.Add(Key);
    }

    /// <summary>Another key in place of all that there were.</summary>
    public void Withdraw()
    {
        _published.Clear();
        Rotate();
    }

    public static RsaSecurityKey New() => new(RSA.Create(2048)) { KeyId = Guid.NewGuid().ToString("N") };

    public string Token(
        DateTimeOffset now, string issuer = Issuer, string audience = Audience, string? client = Client, string clientClaim = "azp", int minutes = 10, SecurityKey? key = null,
        string algorithm = SecurityAlgorithms.RsaSha256, bool expires = true)
    {
        var claims = new Dictionary<string, object>(StringComparer.Ordinal);
        if (client is not null)
        {
            claims[clientClaim] = client;
        }

        return new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = issuer,
            Audience = audience,
            Claims = claims,
            NotBefore = now.UtcDateTime.AddMinutes(Math.Min(0, minutes)).AddMinutes(-1),
            Expires = expires ? now.UtcDateTime.AddMinutes(minutes) : null,
            SigningCredentials = new SigningCredentials(key ?? Key, algorithm),
        });
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _fetches);
        await Slow;
        if (Down)
        {
            throw new HttpRequestException("connection refused");
        }

        var keys = _published.Select(key =>
        {
            var parameters = key.Rsa.ExportParameters(includePrivateParameters: false);
            return $"{{\"kty\":\"RSA\",\"use\":\"sig\",\"kid\":\"{key.KeyId}\",\"n\":\"{Base64UrlEncoder.Encode(parameters.Modulus)}\",\"e\":\"{Base64UrlEncoder.Encode(parameters.Exponent)}\"}}";
        });
        return new HttpResponseMessage { Content = new StringContent($"{{\"keys\":[{string.Join(',', keys)}]}}", Encoding.UTF8, "application/json") };
    }
}
