using System.Security.Cryptography;
using System.Text;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using ServerlessGuard.Federation;
using ServerlessGuard.Guards;

namespace ServerlessGuard.Chat.SignIn;

/// <summary>
/// OpenID Connect's implicit flow with a form (<c>response_type=id_token</c>, <c>response_mode=form_post</c>): the issuer's signed word on
/// who is at the browser. No secret, and no access token: nothing can be done with it but what is asked here.
/// </summary>
/// <remarks>Source: https://openid.net/specs/openid-connect-core-1_0.html, 3.2; for Entra
/// https://learn.microsoft.com/entra/identity-platform/id-token-claims-reference.</remarks>
public sealed class SignInGate(SignInSettings settings, HttpMessageInvoker http, TimeProvider time) : ISignIn, IDisposable
{
    private const int MaxToken = 16_000;
    private const int MaxName = 256;

    private static readonly TimeSpan Skew = TimeSpan.FromMinutes(2);
    private static readonly string[] Algorithms = [SecurityAlgorithms.RsaSha256];
    private static readonly string[] EntraHosts =
        ["login.microsoftonline.com", "login.microsoftonline.us", "login.partner.microsoftonline.cn"];

    private readonly JsonWebTokenHandler _handler = new() { MapInboundClaims = false };
    private readonly IssuerDiscovery _issuer = new(settings.Issuer, http, time);

    public async Task<Uri?> AddressAsync(string state, string nonce, CancellationToken cancellation)
    {
        if (await _issuer.FindAsync(cancellation) is not { } found)
        {
            return null;
        }

        (string Name, string Value)[] query =
        [
            ("client_id", settings.ClientId), ("response_type", "id_token"), ("response_mode", "form_post"),
            ("scope", "openid profile email"),
            ("redirect_uri", settings.Redirect.AbsoluteUri), ("nonce", nonce), ("state", state),
        ];
        var separator = found.Authorize.Query.Length > 0 ? '&' : '?';
        return new Uri(
            $"{found.Authorize.AbsoluteUri}{separator}{string.Join('&', query.Select(pair => $"{pair.Name}={Uri.EscapeDataString(pair.Value)}"))}");
    }

    public async Task<SignedIn> WhoAsync(string? token, string nonce, CancellationToken cancellation)
    {
        if (token is not { Length: > 0 and <= MaxToken })
        {
            return Refused("the issuer sent no token");
        }

        JsonWebToken read;
        try
        {
            read = new JsonWebToken(token);
        }
        catch (ArgumentException)
        {
            return Refused("not a JSON Web Token");
        }

        // Whatever can be told without the issuer's keys is told first: strangers cost no request.
        if (Misfit(read, nonce) is { } fault)
        {
            return Refused(fault);
        }

        if (await _issuer.FindAsync(cancellation) is not { } found)
        {
            return Refused("the issuer does not answer");
        }

        if (await KeysAsync(found.Keys, read.Kid, cancellation) is not { } keys)
        {
            return Refused("the issuer does not answer");
        }

        var result = await _handler.ValidateTokenAsync(read, new TokenValidationParameters
        {
            ValidIssuer = settings.Issuer,
            ValidAudience = settings.ClientId,
            ValidAlgorithms = Algorithms,
            IssuerSigningKeys = keys,
            RequireSignedTokens = true,
            RequireExpirationTime = true,
            TryAllIssuerSigningKeys = false,
            LifetimeValidator = (notBefore, expires, _, _) => expires is { } end && IsNow(notBefore ?? DateTime.MinValue, end),
        });
        return !result.IsValid ? Refused("the signature does not hold")
            : Name(read) is { } name ? new SignedIn(new Person(name, "entra:" + name), null)
            : Refused("the issuer gave no name that it vouches for");
    }

    public void Dispose() => _issuer.Dispose();

    private static async Task<IEnumerable<SecurityKey>?> KeysAsync(PublishedKeys published, string? keyId, CancellationToken cancellation)
    {
        try
        {
            return await published.OfAsync(keyId, cancellation);
        }
        catch (PeerUnavailableException)
        {
            return null;
        }
    }

    private static SignedIn Refused(string why) => new(null, why);

    private bool IsNow(DateTime from, DateTime to)
    {
        var now = time.GetUtcNow().UtcDateTime;
        return to != DateTime.MinValue && to + Skew > now && (from == DateTime.MinValue || from - Skew <= now);
    }

    private string? Misfit(JsonWebToken token, string nonce) =>
        token.Alg is not SecurityAlgorithms.RsaSha256 ? "signed by another algorithm than RS256"
            : token.Issuer != settings.Issuer ? "another issuer"
            : token.Audiences.ToArray() is not [var audience] || audience != settings.ClientId ? "another audience"
            : !IsNow(token.ValidFrom, token.ValidTo) ? "expired, or not valid yet"
            : Claim(token, "nonce") is not { } held
                || !CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(held), Encoding.UTF8.GetBytes(nonce)) ? "another nonce"
            : null;

    /// <summary>
    /// A tenant of Entra gives its users their names (<c>preferred_username</c>, <c>upn</c>). At other issuers people may choose that one:
    /// only an address that the issuer has verified counts there.
    /// </summary>
    private string? Name(JsonWebToken token)
    {
        var name = Uri.TryCreate(settings.Issuer, UriKind.Absolute, out var issuer)
            && EntraHosts.Contains(issuer.Host, StringComparer.OrdinalIgnoreCase)
            ? Claim(token, "preferred_username") ?? Claim(token, "upn")
            : token.TryGetPayloadValue<bool>("email_verified", out var verified) && verified ? Claim(token, "email") : null;
        return name?.Trim().ToLowerInvariant() is { Length: > 0 and <= MaxName } found && !found.Any(char.IsControl) ? found : null;
    }

    private static string? Claim(JsonWebToken token, string name) => token.TryGetPayloadValue<string>(name, out var value) ? value : null;
}

/// <param name="Issuer">Exactly, as in the tokens: <c>https://login.microsoftonline.com/TENANT/v2.0</c>.</param>
/// <param name="ClientId">The app registration that people sign in to: the tokens' audience.</param>
/// <param name="Redirect">This cloud's own <c>…/link/signed-in</c>, registered with it.</param>
public sealed record SignInSettings(string Issuer, string ClientId, Uri Redirect);
