using System.Net.Http.Headers;
using ServerlessGuard.Aws.Api;
using ServerlessGuard.Federation;

namespace ServerlessGuard.Aws.Runtime;

/// <summary>AWS → Azure: the function app's <c>federation</c> entry, with a bearer token.</summary>
/// <param name="http">Must not follow redirects: a token is meant for one address.</param>
/// <param name="entry">https, or http on loopback.</param>
public sealed class HttpsPeer(HttpMessageInvoker http, Uri entry, ITokenSource token) : WirePeer
{
    private const int MaxAnswer = 5_000_000;

    protected override async Task<(int Status, ReadOnlyMemory<byte> Body)> PostAsync(ReadOnlyMemory<byte> body,
        CancellationToken cancellation)
    {
        if (entry.Scheme != Uri.UriSchemeHttps && !entry.IsLoopback)
        {
            throw new InvalidOperationException($"{entry.Host}: the peer's entry must be https");
        }

        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, entry) { Content = new ReadOnlyMemoryContent(body) };
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await token.FindAsync(cancellation));
            using var response = await http.SendAsync(request, cancellation);
            if ((int)response.StatusCode is 401 or 403)
            {
                token.Forget();
            }

            return ((int)response.StatusCode, await BoundedBody.ReadAsync(response.Content, MaxAnswer, cancellation));
        }
        catch (Exception fault) when (fault is HttpRequestException or IOException
            || fault is OperationCanceledException && !cancellation.IsCancellationRequested)
        {
            throw new PeerUnavailableException($"{entry.Host}: {fault.Message}", fault);
        }
    }
}
