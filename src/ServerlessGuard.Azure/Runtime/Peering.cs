using Azure.Core;
using Azure.Identity;
using ServerlessGuard.Aws.Api;
using ServerlessGuard.Chat.SignIn;
using ServerlessGuard.Federation;

namespace ServerlessGuard.Azure.Runtime;

/// <summary>The two ends of the federation, put together by hand.</summary>
internal static class Peering
{
    /// <summary>Our rows to AWS: the identity's token buys the peer's role, which signs the calls of its function's URL.</summary>
    public static FunctionUrlPeer Peer(PeerSettings aws, TokenCredential identity, Func<double> jitter, TimeProvider time)
    {
        var http = AwsHttp.Create();
        var credentials = new WebIdentityCredentials(
            http, new WebIdentitySettings(aws.Sts, aws.Role, "serverlessguard-azure"), IdentityToken(aws, identity, time), time);
        var endpoints = new AwsEndpoints(aws.Region, name => name is "AWS_ENDPOINT_URL_LAMBDA" ? aws.Url.ToString() : null);
        return new FunctionUrlPeer(new AwsApi(http, credentials, endpoints, time, jitter));
    }

    /// <summary>Who alone may call: the app registration that trusts the Lambda's role.</summary>
    public static TokenGate Gate(PeerSettings aws, TimeProvider time) =>
        new(new TokenGateSettings(aws.Issuer, aws.OwnAudience, aws.ClientId), new PublishedKeys(AwsHttp.Create(), aws.Keys, time), time);

    private static CachedToken IdentityToken(PeerSettings aws, TokenCredential identity, TimeProvider time) => new(
        async cancellation =>
        {
            try
            {
                var token = await identity.GetTokenAsync(new TokenRequestContext([aws.Audience.TrimEnd('/') + "/.default"]), cancellation);
                return (token.Token, token.ExpiresOn);
            }
            catch (AuthenticationFailedException fault)
            {
                throw new PeerUnavailableException("no token for " + aws.Audience, fault);
            }
        },
        time);
}
