using Amazon.Runtime;
using Amazon.Runtime.Credentials;
using Amazon.RuntimeDependencies;
using Amazon.SecurityToken;
using ServerlessGuard.Remediation;

namespace ServerlessGuard.Aws.Api;

/// <summary>
/// AWSSDK.Core's chain: environment, profiles, web identity, containers, instance metadata. For everything that is not Lambda.
/// </summary>
public sealed class ChainCredentials : IAwsCredentialsSource
{
    private readonly AmazonSecurityTokenServiceConfig _config;

    /// <param name="region">Where AssumeRole and web identity are asked.</param>
    public ChainCredentials(string region)
    {
        _config = new AmazonSecurityTokenServiceConfig { RegionEndpoint = Amazon.RegionEndpoint.GetBySystemName(region) };

        // The chain looks the STS client up by reflection, which Native AOT trims: registered here, it is a plain call. A web identity
        // signs nothing.
        GlobalRuntimeDependencyRegistry.Instance.RegisterSecurityTokenServiceClient(context =>
            context.SecurityTokenServiceClientContextData.Action is SecurityTokenServiceClientContext.ActionContext.AssumeRoleAWSCredentials
                ? throw new AmazonClientException(
                    "a profile that assumes a role cannot be used here: aws configure export-credentials --format env")
                : new AmazonSecurityTokenServiceClient(new AnonymousAWSCredentials(), _config));
    }

    public async ValueTask<AwsCredentials> FindAsync(CancellationToken cancellation)
    {
        try
        {
            var found = await DefaultAWSCredentialsIdentityResolver.GetCredentialsAsync(_config);
            var now = await found.GetCredentialsAsync();
            return new AwsCredentials(now.AccessKey, now.SecretKey, now.UseToken ? now.Token : null);
        }
        catch (AmazonClientException exception)
        {
            throw new CloudCallException("NoCredentials", "no AWS credentials: " + exception.Message, isTransient: true, exception);
        }
    }
}
