using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace ServerlessGuard.Simulators.Crossing;

/// <summary>
/// A local issuer of real, signed tokens (RS256). Its key lives as long as the process; nothing outside the lab trusts it.
/// </summary>
public sealed class LabIssuer(string issuer, TimeProvider time) : IDisposable
{
    private readonly JsonWebTokenHandler _handler = new() { SetDefaultTimesOnTokenCreation = false, MapInboundClaims = false };
    private readonly RSA _rsa = RSA.Create(2048);

    public string Issuer => issuer;

    private RsaSecurityKey Key => new(_rsa) { KeyId = "lab" };

    public string Token(string subject, string audience, TimeSpan life, params IEnumerable<KeyValuePair<string, object>> claims) =>
        _handler.CreateToken(new SecurityTokenDescriptor
    {
        Issuer = issuer,
        Audience = audience,
        NotBefore = time.GetUtcNow().UtcDateTime.AddSeconds(-5),
        IssuedAt = time.GetUtcNow().UtcDateTime,
        Expires = (time.GetUtcNow() + life).UtcDateTime,
        Claims = new Dictionary<string, object>(claims.Append(new("sub", subject)), StringComparer.Ordinal),
        SigningCredentials = new SigningCredentials(Key, SecurityAlgorithms.RsaSha256),
    });

    /// <summary>The subject of a token of this issuer for the audience; null for any other.</summary>
    public async Task<string?> SubjectAsync(string token, string audience)
    {
        var result = await _handler.ValidateTokenAsync(token, new TokenValidationParameters
        {
            ValidIssuer = issuer,
            ValidAudience = audience,
            IssuerSigningKey = Key,
            ValidAlgorithms = [SecurityAlgorithms.RsaSha256],
        });
        return result.IsValid ? result.SecurityToken is JsonWebToken read ? read.Subject : null : null;
    }

    /// <summary>The JSON Web Key Set that an issuer publishes.</summary>
    public JsonObject Keys()
    {
        var parameters = _rsa.ExportParameters(includePrivateParameters: false);
        return new JsonObject
        {
            ["keys"] = new JsonArray(new JsonObject
            {
                ["kty"] = "RSA",
                ["use"] = "sig",
                ["kid"] = "lab",
                ["n"] = Base64UrlEncoder.Encode(parameters.Modulus),
                ["e"] = Base64UrlEncoder.Encode(parameters.Exponent),
            }),
        };
    }

    public void Dispose() => _rsa.Dispose();
}
