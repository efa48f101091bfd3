namespace ServerlessGuard.Aws.Api;

/// <summary>What a request is signed with.</summary>
/// <param name="AccessKeyId">Not a secret.</param>
/// <param name="SecretKey">Never logged.</param>
public sealed record AwsCredentials(string AccessKeyId, string SecretKey, string? SessionToken = null)
{
    /// <summary>Never shows the secret.</summary>
    public override string ToString() => AccessKeyId;
}

/// <summary>Where credentials come from; asked before every attempt, so that rotated ones are picked up.</summary>
public interface IAwsCredentialsSource
{
    /// <summary>Throws a transient <see cref="Remediation.CloudCallException"/> when none can be had.</summary>
    ValueTask<AwsCredentials> FindAsync(CancellationToken cancellation);
}
