using System.Globalization;
using System.Text.Json.Nodes;
using ServerlessGuard.Chat.Secrets;
using ServerlessGuard.Notifications;

namespace ServerlessGuard.Chat;

/// <summary>A webhook whose address is a secret: Slack's incoming webhooks, and Teams' Workflows.</summary>
/// <remarks>
/// Slack answers 200 "ok", 400 for a payload, 403, 404 and 410 for a hook or channel that is no more
/// (https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks). A workflow answers 202 as soon as it was started, and does
/// not say what became of the card.
/// </remarks>
public sealed class Webhook : IChat
{
    private readonly ChatHttp _http;
    private readonly ISecrets _secrets;
    private readonly string _reference;

    /// <param name="http">Must not follow redirects.</param>
    /// <param name="secrets">Knows the address.</param>
    /// <param name="reference">The address's reference.</param>
    /// <param name="time">The clock.</param>
    public Webhook(HttpMessageInvoker http, ISecrets secrets, string reference, TimeProvider time)
    {
        _http = new ChatHttp(http, time);
        (_secrets, _reference) = (secrets, reference);
    }

    public bool CanUpdate => false;

    public async Task<ChatReceipt> PostAsync(string? target, JsonObject message, ChatReceipt? inReplyTo, CancellationToken cancellation)
    {
        var address = await AddressAsync(fresh: false, cancellation);
        var (status, _) = await _http.PostAsync(address, message, token: null, cancellation);
        if (status is 401 or 403 or 404 or 410 && await AddressAsync(fresh: true, cancellation) is var rotated && rotated != address)
        {
            (status, _) = await _http.PostAsync(rotated, message, token: null, cancellation);
        }

        return status is >= 200 and < 300
            ? new ChatReceipt(null, null)
            : throw new ChatException(status is 400 or 413 or 415 or 422 ? ChatFault.Rejected : ChatFault.Refused,
                "the webhook answered " + status.ToString(CultureInfo.InvariantCulture));
    }

    public Task UpdateAsync(ChatReceipt at, JsonObject message, CancellationToken cancellation) =>
        Task.FromException(new ChatException(ChatFault.Gone, "a webhook's message cannot be changed"));

    private async Task<Uri> AddressAsync(bool fresh, CancellationToken cancellation)
    {
        try
        {
            var text = (await _secrets.GetAsync(_reference, fresh, cancellation)).Current;
            return Uri.TryCreate(text.Trim(), UriKind.Absolute, out var uri)
                && (uri.Scheme == Uri.UriSchemeHttps || uri is { Scheme: "http", IsLoopback: true })
                ? uri
                : throw new ChatException(ChatFault.Refused, "the webhook's secret is not an https address");
        }
        catch (SecretException fault)
        {
            throw new ChatException(ChatFault.Unavailable, fault.Message, fault);
        }
    }
}
