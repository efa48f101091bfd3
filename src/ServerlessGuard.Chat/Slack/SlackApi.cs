using System.Text.Json;
using System.Text.Json.Nodes;
using ServerlessGuard.Chat.Secrets;
using ServerlessGuard.Notifications;

namespace ServerlessGuard.Chat.Slack;

/// <summary>
/// Slack with a bot token: <c>chat.postMessage</c> and <c>chat.update</c>, scope <c>chat:write</c> (and <c>chat:write.public</c> for
/// channels that the bot is no member of).
/// </summary>
/// <remarks>Source: https://docs.slack.dev/reference/methods/chat.postMessage and chat.update, with their error codes.</remarks>
public sealed class SlackApi : IChat
{
    /// <summary>For GUARD_SLACK_API, without which it is this one.</summary>
    public static Uri Public { get; } = new("https://slack.com/api/");

    private readonly ChatHttp _http;
    private readonly Uri _address;
    private readonly ISecrets _secrets;
    private readonly string _token;
    private readonly string? _channel;

    /// <param name="http">Must not follow redirects: a token is meant for one address.</param>
    /// <param name="address">Ends with a slash; https, or http on this machine.</param>
    /// <param name="secrets">Knows the token.</param>
    /// <param name="token">Its reference.</param>
    /// <param name="channel">Where routes without a target post.</param>
    /// <param name="time">The clock.</param>
    public SlackApi(HttpMessageInvoker http, Uri address, ISecrets secrets, string token, string? channel, TimeProvider time)
    {
        _http = new ChatHttp(http, time);
        (_address, _secrets, _token, _channel) = (address, secrets, token, channel);
    }

    public bool CanUpdate => true;

    public async Task<ChatReceipt> PostAsync(string? target, JsonObject message, ChatReceipt? inReplyTo, CancellationToken cancellation)
    {
        var channel = inReplyTo?.Channel ?? target ?? _channel
            ?? throw new ChatException(ChatFault.Refused, "the route names no channel, and GUARD_SLACK_CHANNEL is not set");
        var body = With(message, channel);
        body["unfurl_links"] = false;
        body["unfurl_media"] = false;
        if (inReplyTo?.Ts is { } ts)
        {
            body["thread_ts"] = ts;
        }

        var answer = await CallAsync("chat.postMessage", body, cancellation);
        return new ChatReceipt(Text(answer, "channel") ?? channel, Text(answer, "ts"));
    }

    public Task UpdateAsync(ChatReceipt at, JsonObject message, CancellationToken cancellation)
    {
        var body = With(message, at.Channel ?? string.Empty);
        body["ts"] = at.Ts;
        return CallAsync("chat.update", body, cancellation);
    }

    private static JsonObject With(JsonObject message, string channel)
    {
        var body = (JsonObject)message.DeepClone();
        body["channel"] = channel;
        return body;
    }

    private async Task<JsonObject> CallAsync(string method, JsonObject body, CancellationToken cancellation)
    {
        var token = await TokenAsync(fresh: false, cancellation);
        var (answer, error) = await SendAsync(method, body, token, cancellation);
        if (error is "invalid_auth" or "token_revoked" or "token_expired" && await TokenAsync(fresh: true, cancellation) is var rotated
            && rotated != token)
        {
            (answer, error) = await SendAsync(method, body, rotated, cancellation);
        }

        return error is null ? answer! : throw new ChatException(FaultOf(error), Safe(error));
    }

    private async Task<string> TokenAsync(bool fresh, CancellationToken cancellation)
    {
        try
        {
            return (await _secrets.GetAsync(_token, fresh, cancellation)).Current;
        }
        catch (SecretException fault)
        {
            throw new ChatException(ChatFault.Unavailable, fault.Message, fault);
        }
    }

    private async Task<(JsonObject? Answer, string? Error)> SendAsync(string method, JsonObject body, string token,
        CancellationToken cancellation)
    {
        var (status, text) = await _http.PostAsync(new Uri(_address, method), body, token, cancellation);
        try
        {
            if (JsonNode.Parse(text) is JsonObject answer)
            {
                return answer["ok"] is JsonValue ok && ok.TryGetValue<bool>(out var isOk) && isOk
                    ? (answer, null)
                    : (null, Text(answer, "error") ?? $"http_{status}");
            }
        }
        catch (JsonException)
        {
            // No JSON: a proxy's page, say.
        }

        throw new ChatException(ChatFault.Unavailable, $"{status} without an answer that can be read");
    }

    private static ChatFault FaultOf(string error) => error switch
    {
        "ratelimited" or "rate_limited" => ChatFault.Throttled,
        "internal_error" or "fatal_error" or "service_unavailable" or "request_timeout" or "team_added_to_org" or "accesslimited" =>
            ChatFault.Unavailable,
        "message_not_found" or "cant_update_message" or "edit_window_closed" => ChatFault.Gone,
        "channel_not_found" or "not_in_channel" or "is_archived" or "restricted_action" or "restricted_action_read_only_channel"
            or "restricted_action_thread_only_channel"
            or "invalid_auth" or "not_authed" or "account_inactive" or "token_revoked" or "token_expired" or "no_permission"
                or "missing_scope" or "org_login_required"
            or "ekm_access_denied" or "access_denied" or "not_allowed_token_type" or "two_factor_setup_required"
                or "team_access_not_granted" => ChatFault.Refused,
        _ => ChatFault.Rejected,
    };

    /// <summary>A code, whatever the answer says.</summary>
    private static string Safe(string error) =>
        error.Length <= 60 && error.All(character => char.IsAsciiLetterOrDigit(character) || character is '_')
            ? error
            : "an error without a code";

    private static string? Text(JsonObject answer, string name) =>
        answer[name] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;
}
