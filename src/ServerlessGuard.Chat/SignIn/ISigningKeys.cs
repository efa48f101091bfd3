using Microsoft.IdentityModel.Tokens;

namespace ServerlessGuard.Chat.SignIn;

/// <summary>The keys that an issuer publishes.</summary>
public interface ISigningKeys
{
    /// <param name="keyId">The token's; one that is not known may have been published since.</param>
    /// <param name="cancellation">Ends the wait for the issuer.</param>
    Task<IEnumerable<SecurityKey>> OfAsync(string? keyId, CancellationToken cancellation);
}
