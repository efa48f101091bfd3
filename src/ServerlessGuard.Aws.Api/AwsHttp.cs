using System.Net;

namespace ServerlessGuard.Aws.Api;

/// <summary>The connections for <see cref="AwsApi"/>.</summary>
public static class AwsHttp
{
    /// <summary>
    /// No redirects (a signature is good for one address), no cookies; connections are renewed so that DNS changes are seen.
    /// </summary>
    public static HttpMessageInvoker Create() => new(
        new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            AutomaticDecompression = DecompressionMethods.All,
            ConnectTimeout = TimeSpan.FromSeconds(3),
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        },
        disposeHandler: true);
}
