using Amazon;
using Amazon.DynamoDBv2;
using Amazon.Runtime;
using ServerlessGuard.Aws.Api;

namespace ServerlessGuard.Aws.Stores;

/// <summary>
/// The DynamoDB client without its retries, its defaults files and its clock correction: nothing is read from disk and nothing is looked up
/// at start.
/// </summary>
public static class DynamoClient
{
    /// <param name="region">Where the table is.</param>
    /// <param name="endpoint"><c>AWS_ENDPOINT_URL_DYNAMODB</c> or <c>AWS_ENDPOINT_URL</c>; null: the region's.</param>
    /// <param name="http">Null: the SDK's own; a test puts faults in between.</param>
    public static AmazonDynamoDBClient Create(string region, Uri? endpoint, IAwsCredentialsSource credentials,
        HttpClientFactory? http = null)
    {
        var config = new AmazonDynamoDBConfig
        {
            MaxErrorRetry = 0,
            RetryMode = RequestRetryMode.Standard,
            Timeout = TimeSpan.FromSeconds(5),
            ConnectTimeout = TimeSpan.FromSeconds(2),
            AuthenticationRegion = region,
            DisableLogging = true,
            AllowAutoRedirect = false,
            IgnoreConfiguredEndpointUrls = true,
        };
        if (endpoint is null)
        {
            config.RegionEndpoint = RegionEndpoint.GetBySystemName(region);
        }
        else
        {
            config.ServiceURL = endpoint.ToString();
        }

        if (http is not null)
        {
            config.HttpClientFactory = http;
        }

        return new AmazonDynamoDBClient(new SourceCredentials(credentials), config);
    }

    /// <summary>Our source of credentials as the SDK asks for them.</summary>
    private sealed class SourceCredentials(IAwsCredentialsSource source) : AWSCredentials
    {
        public override ImmutableCredentials GetCredentials() => GetCredentialsAsync().GetAwaiter().GetResult();

        public override async Task<ImmutableCredentials> GetCredentialsAsync()
        {
            var found = await source.FindAsync(CancellationToken.None);
            return new ImmutableCredentials(found.AccessKeyId, found.SecretKey, found.SessionToken);
        }
    }
}
