using ServerlessGuard.Remediation;

namespace ServerlessGuard.Aws.Api;

/// <summary>The AWS APIs over HTTP: one call, signed, retried and answered.</summary>
public interface IAwsApi
{
    /// <summary>
    /// The answer of a 2xx. Everything else is a <see cref="CloudCallException"/>: transient for throttling, 5xx, timeouts and broken
    /// connections (after retries), not found where the service says so.
    /// </summary>
    Task<AwsAnswer> SendAsync(AwsRequest request, CancellationToken cancellation);
}
