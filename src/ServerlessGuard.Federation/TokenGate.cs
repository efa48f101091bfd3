using System.Security.Cryptography;
using System.Text;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace ServerlessGuard.Federation;

/// <summary>
/// Who may call the function app's <c>federation</c> entry: a token of our tenant, for our audience, of the one client, signed by a key that the issuer publishes now.
/// The platform's own authentication may stand before it; this does not rely on that.
/// </summary>
public sealed class TokenGate(TokenGateSettings settings, ISigningKeys keys, TimeProvider time)
{
    private static readonly string[] Algorithms = [SecurityAlgorithms.RsaSha256];

    private readonly JsonWebTokenHandler _handler = new() { MapInboundClaims = false };

    /// <summary>Null when the caller is let in, else why not; the token is never in it.</summary>
    public async Task<string?> RefusesAsync(string? authorization, CancellationToken cancellation)
    {
        const string scheme = "Bearer ";
        if (authorization is null || !authorization.StartsWith(scheme, StringComparison.OrdinalIgnoreCase) || authorization.Length > 16_000)
        {
            return "no bearer token";
        }

        JsonWebToken token;
        try
        {
            token = new JsonWebToken(authorization[scheme.Length..].Trim());
        }
        catch (ArgumentException)
        {
            return "not a JSON Web Token";
        }

        if (token.Alg is not SecurityAlgorithms.RsaSha256)
        {
            return "signed by another algorithm than RS256";
        }

        var result = await _handler.ValidateTokenAsync(token, new TokenValidationParameters
        {
            ValidIssuer = settings.Issuer,
            ValidAudience = settings.Audience,
            ValidAlgorithms = Algorithms,
            IssuerSigningKeys = await keys.OfAsync(token.Kid, cancellation),
            RequireSignedTokens = true,
            RequireExpirationTime = true,
            TryAllIssuerSigningKeys = false,
            ClockSkew = TimeSpan.FromMinutes(2),
            LifetimeValidator = (notBefore, expires, _, parameters) => expires is { } end
                && end.Add(parameters.ClockSkew) > time.GetUtcNow().UtcDateTime
                && (notBefore is not { } start || start.Subtract(parameters.ClockSkew) <= time.GetUtcNow().UtcDateTime),
        });
        if (!result.IsValid)
        {
            return result.Exception switch
            {
                SecurityTokenInvalidIssuerException => "another issuer",
                SecurityTokenInvalidAudienceException => "another audience",
                SecurityTokenInvalidLifetimeException or SecurityTokenExpiredException or SecurityTokenNoExpirationException => "expired, or not valid yet",
                SecurityTokenSignatureKeyNotFoundException => "signed by a key that the issuer does not publish",
                _ => "the signature does not hold",
            };
        }

        // Entra: azp in tokens of version 2, appid in those of version 1.
        var client = Claim(token, "azp") ?? Claim(token, "appid");
        return client is not null && Same(client, settings.ClientId) ? null : "another client";
    }

    private static string? Claim(JsonWebToken token, string name) => token.TryGetPayloadValue<string>(name, out var value) ? value : null;

    private static bool Same(string left, string right) =>
        CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(left.ToLowerInvariant()), Encoding.UTF8.GetBytes(right.ToLowerInvariant()));
}

/// <param name="Issuer">Exactly, as in the token: <c>https://sts.windows.net/TENANT/</c>, in tokens of version 2 <c>https://login.microsoftonline.com/TENANT/v2.0</c>.</param>
/// <param name="Audience">The function app's registration.</param>
/// <param name="ClientId">The one client: the app registration that trusts the AWS role.</param>
public sealed record TokenGateSettings(string Issuer, string Audience, string ClientId);

/// <summary>The keys that an issuer publishes.</summary>
public interface ISigningKeys
{
    /// <param name="keyId">The token's; one that is not known may have been published since.</param>
    /// <param name="cancellation">Ends the wait for the issuer.</param>
    Task<IEnumerable<SecurityKey>> OfAsync(string? keyId, CancellationToken cancellation);
}
