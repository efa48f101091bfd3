using System.Text.Json.Nodes;
using ServerlessGuard.Notifications;

namespace ServerlessGuard.Chat.Slack;

/// <summary>
/// Answers a click where Slack says: only ever at Slack. The address comes with a request; a signed one, but it is not ours.
/// </summary>
/// <param name="http">Must not follow redirects.</param>
/// <param name="loopback">A laboratory's Slack on this machine; null: none.</param>
/// <param name="time">The clock.</param>
public sealed class ResponseUrl(HttpMessageInvoker http, Uri? loopback, TimeProvider time) : IResponseUrl
{
    /// <summary>Slack waits three seconds for the answer to its request, and this happens before it.</summary>
    private readonly ChatHttp _http = new(http, time, TimeSpan.FromSeconds(1.5));

    public async Task<bool> TryAnswerAsync(string address, JsonObject message, CancellationToken cancellation)
    {
        if (!Uri.TryCreate(address, UriKind.Absolute, out var uri) || !IsSlack(uri))
        {
            return false;
        }

        try
        {
            var (status, _) = await _http.PostAsync(uri, message, token: null, cancellation);
            return status is >= 200 and < 300;
        }
        catch (ChatException)
        {
            // The decision is already recorded; the message will show it.
            return false;
        }
    }

    private bool IsSlack(Uri uri) =>
        uri is { Scheme: "https", IsDefaultPort: true, UserInfo: "", Host: "hooks.slack.com" or "hooks.slack-gov.com" }
        || loopback is { IsLoopback: true } && uri.UserInfo.Length == 0 && uri.Scheme == loopback.Scheme
            && uri.Authority == loopback.Authority;
}
