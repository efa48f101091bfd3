using System.Security.Cryptography;
using System.Text;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using ServerlessGuard.Chat.SignIn;

namespace ServerlessGuard.Azure.Runtime;

/// <summary>
/// Who may call the function app's <c>federation</c> entry: a token of our tenant, for our audience, of the one client, signed by a key
/// that the issuer publishes now. The platform's own authentication may stand before it; this does not rely on that.
/// </summary>
public sealed class TokenGate(TokenGateSettings settings, ISigningKeys keys, TimeProvider time)
{
    private static readonly string[] Algorithms = [SecurityAlgorithms.RsaSha256];

    private static readonly TimeSpan Skew = TimeSpan.FromMinutes(2);

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

        // What a stranger sends must not make us ask the issuer for its keys: what can be seen to be wrong without them is refused first.
        if (Wrong(token) is { } wrong)
        {
            return wrong;
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
            ClockSkew = Skew,
            LifetimeValidator = (notBefore, expires, _, _) => expires is { } end && IsNow(notBefore ?? DateTime.MinValue, end),
        });
        if (!result.IsValid)
        {
            return result.Exception switch
            {
                SecurityTokenInvalidIssuerException => "another issuer",
                SecurityTokenInvalidAudienceException => "another audience",
                SecurityTokenInvalidLifetimeException or SecurityTokenExpiredException or SecurityTokenNoExpirationException =>
                    "expired, or not valid yet",
                SecurityTokenSignatureKeyNotFoundException => "signed by a key that the issuer does not publish",
                _ => "the signature does not hold",
            };
        }

        return null;
    }

    /// <summary>By its claims alone, which nobody has vouched for yet: good enough to refuse, never to let in.</summary>
    private string? Wrong(JsonWebToken token)
    {
        if (token.Issuer != settings.Issuer)
        {
            return "another issuer";
        }

        if (!token.Audiences.Contains(settings.Audience, StringComparer.Ordinal))
        {
            return "another audience";
        }

        if (!IsNow(token.ValidFrom, token.ValidTo))
        {
            return "expired, or not valid yet";
        }

        // Entra: azp in tokens of version 2, appid in those of version 1.
        var client = Claim(token, "azp") ?? Claim(token, "appid");
        return client is not null && Same(client, settings.ClientId) ? null : "another client";
    }

    /// <summary>Without an end it is never; without a beginning (<see cref="DateTime.MinValue"/>) it was always valid.</summary>
    private bool IsNow(DateTime from, DateTime until)
    {
        var now = time.GetUtcNow().UtcDateTime;
        return until > now - Skew && from <= now + Skew;
    }

    private static string? Claim(JsonWebToken token, string name) => token.TryGetPayloadValue<string>(name, out var value) ? value : null;

    private static bool Same(string left, string right) =>
        CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(left.ToLowerInvariant()),
            Encoding.UTF8.GetBytes(right.ToLowerInvariant()));
}

/// <param name="Issuer">Exactly, as in the token: <c>https://sts.windows.net/TENANT/</c>, in tokens of version 2
/// <c>https://login.microsoftonline.com/TENANT/v2.0</c>.</param>
/// <param name="ClientId">The one client: the app registration that trusts the AWS role.</param>
public sealed record TokenGateSettings(string Issuer, string Audience, string ClientId);
