using Amazon.Runtime;
using Amazon.SecurityToken;
using Amazon.SecurityToken.Model;
using ServerlessGuard.Remediation;

namespace ServerlessGuard.Aws.Api;

/// <summary>Who the credentials are, by AWS's own word: sts:GetCallerIdentity, which needs no permission.</summary>
public static class CallerIdentity
{
    /// <summary>The ARN; null when AWS does not say (no credentials, no network, five seconds).</summary>
    public static async Task<string?> ArnAsync(string region, IAwsCredentialsSource credentials, CancellationToken cancellation)
    {
        try
        {
            var found = await credentials.FindAsync(cancellation);
            AWSCredentials signing = found.SessionToken is { } token
                ? new SessionAWSCredentials(found.AccessKeyId, found.SecretKey, token)
                : new BasicAWSCredentials(found.AccessKeyId, found.SecretKey);
            using var client = new AmazonSecurityTokenServiceClient(signing, new AmazonSecurityTokenServiceConfig
            {
                RegionEndpoint = Amazon.RegionEndpoint.GetBySystemName(region),
                MaxErrorRetry = 0,
                Timeout = TimeSpan.FromSeconds(5),
                IgnoreConfiguredEndpointUrls = true,
            });
            return (await client.GetCallerIdentityAsync(new GetCallerIdentityRequest(), cancellation)).Arn;
        }
        catch (Exception fault) when (fault is AmazonClientException or CloudCallException or HttpRequestException
            || fault is OperationCanceledException && !cancellation.IsCancellationRequested)
        {
            return null;
        }
    }
}
