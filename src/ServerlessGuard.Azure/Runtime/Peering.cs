using System.Collections.Concurrent;
using Azure.Core;
using Azure.Identity;
using ServerlessGuard.Aws.Api;
using ServerlessGuard.Azure.Events;
using ServerlessGuard.Azure.Functions;
using ServerlessGuard.Azure.Reporting;
using ServerlessGuard.Federation;
using ServerlessGuard.Guards;
using ServerlessGuard.Recording;
using ServerlessGuard.Resources;
using ServerlessGuard.Tables;

namespace ServerlessGuard.Azure.Runtime;

/// <summary>The two ends of the federation, put together by hand.</summary>
internal static class Peering
{
    /// <summary>Our rows to AWS: the identity's token buys the peer's role, which signs the calls of its function's URL.</summary>
    public static Forwarder Forwarder(PeerSettings aws, ITable table, TokenCredential identity, Func<double> jitter, Journal journal, TimeProvider time)
    {
        var http = AwsHttp.Create();
        var credentials = new WebIdentityCredentials(http, new WebIdentitySettings(aws.Sts, aws.Role, "serverlessguard-azure"), IdentityToken(aws, identity, time), time);
        var endpoints = new AwsEndpoints(aws.Region, name => name is "AWS_ENDPOINT_URL_LAMBDA" ? aws.Url.ToString() : null);
        return new Forwarder(new FederationSender(table, new FunctionUrlPeer(new AwsApi(http, credentials, endpoints, time, jitter)), Provider.Azure, time, jitter), journal, time);
    }

    public static FederationFunction Receiver(PeerSettings aws, ITable table, ApprovalSettings approvals, OutboxPolicy outbox, IMessageSink work, Backoff backoff, Journal journal, TimeProvider time)
    {
        var gate = new TokenGate(new TokenGateSettings(aws.Issuer, aws.OwnAudience, aws.ClientId), new PublishedKeys(AwsHttp.Create(), aws.Keys, time), time);
        var taken = new ConcurrentQueue<WorkMessage>();
        var alarms = new PeerAlarms(table, Provider.Azure, outbox, time, kind => journal.Metric("peer.alarm", 1, ("kind", kind.ToString())));
        var receiver = new FederationReceiver(
            table, Provider.Aws, aws.Accounts, time, backoff, approvals, (partition, key) => taken.Enqueue(new WorkMessage.Remediate(partition, key)), alarms);
        return new FederationFunction(new FederationEndpoint(table, Provider.Aws, receiver), gate, taken, work, journal);
    }

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
