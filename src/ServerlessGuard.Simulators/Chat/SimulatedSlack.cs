using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using ServerlessGuard.Simulators.Azure;

namespace ServerlessGuard.Simulators.Chat;

/// <summary>
/// A simulated Slack: <c>chat.postMessage</c>, <c>chat.update</c>, an incoming webhook and response URLs, and the two requests that it
/// makes itself, signed as Slack signs them. What it takes is what the methods' pages say; it renders nothing.
/// </summary>
/// <remarks>Source: https://docs.slack.dev/reference/methods/chat.postMessage and /authentication/verifying-requests-from-slack.</remarks>
public sealed class SimulatedSlack(string token, string signingSecret, TimeProvider time) : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly List<SlackMessage> _messages = [];
    private readonly List<JsonObject> _answers = [];
    private readonly Queue<SlackFault> _faults = new();
    private readonly CancellationTokenSource _closing = new();
    private LoopbackServer? _server;
    private int _number;

    /// <summary>What the bot's token is; rotate it here.</summary>
    public string Token { get; set; } = token;

    public string SigningSecret { get; set; } = signingSecret;

    /// <summary>The secret of the app that has this endpoint, where there are several apps; null: the one above.</summary>
    public Func<Uri, string?>? SecretOf { get; set; }

    /// <summary>The channels that there are; empty: any.</summary>
    public HashSet<string> Channels { get; } = [];

    /// <summary>For GUARD_SLACK_API.</summary>
    public Uri Api => new(_server!.Address, "api/");

    public Uri Webhook => new(_server!.Address, "services/T0LAB/B0LAB/simulated");

    public int Calls { get; private set; }

    /// <summary>As they are now.</summary>
    public IReadOnlyList<SlackMessage> Messages
    {
        get
        {
            lock (_lock)
            {
                return [.. _messages];
            }
        }
    }

    /// <summary>What came to response URLs.</summary>
    public IReadOnlyList<JsonObject> Answers
    {
        get
        {
            lock (_lock)
            {
                return [.. _answers];
            }
        }
    }

    public async Task StartAsync(CancellationToken cancellation) => _server = await LoopbackServer.StartAsync(AnswerAsync, cancellation);

    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        _closing.Dispose();
    }

    /// <summary>What becomes of the next calls, one fault each.</summary>
    public void Fail(params ReadOnlySpan<SlackFault> faults)
    {
        lock (_lock)
        {
            foreach (var fault in faults)
            {
                _faults.Enqueue(fault);
            }
        }
    }

    /// <summary>A person clicks a button of a message.</summary>
    /// <exception cref="InvalidOperationException">The message has no such button.</exception>
    public Task<HttpResponseMessage> ClickAsync(HttpMessageInvoker http, Uri endpoint, SlackMessage message, string actionId, string userId,
        CancellationToken cancellation)
    {
        var button = Buttons(message.Body).FirstOrDefault(button => (string?)button["action_id"] == actionId)
            ?? throw new InvalidOperationException(
                $"the message has no button {actionId}; it has "
                    + $"{string.Join(", ", Buttons(message.Body).Select(button => (string?)button["action_id"]))}");
        var payload = new JsonObject
        {
            ["type"] = "block_actions",
            ["user"] = new JsonObject { ["id"] = userId, ["username"] = userId.ToLowerInvariant(), ["team_id"] = "T0LAB" },
            ["team"] = new JsonObject { ["id"] = "T0LAB", ["domain"] = "lab" },
            ["container"] = new JsonObject { ["type"] = "message", ["message_ts"] = message.Ts, ["channel_id"] = message.Channel },
            ["channel"] = new JsonObject { ["id"] = message.Channel },
            ["message"] = message.Body.DeepClone(),
            ["trigger_id"] = Next("trigger"),
            ["response_url"] = new Uri(_server!.Address, "actions/T0LAB/" + Next("answer")).AbsoluteUri,
            ["actions"] = new JsonArray(new JsonObject
            {
                ["type"] = "button", ["action_id"] = actionId, ["block_id"] = "actions", ["value"] = (string?)button["value"],
                ["action_ts"] = message.Ts,
            }),
        };
        return SendAsync(http, endpoint, "payload=" + Uri.EscapeDataString(payload.ToJsonString()), cancellation);
    }

    /// <summary>A person types the slash command.</summary>
    public Task<HttpResponseMessage> CommandAsync(HttpMessageInvoker http, Uri endpoint, string text, string userId,
        CancellationToken cancellation)
    {
        var fields = new (string Name, string Value)[]
        {
            ("command", "/guard"), ("text", text), ("user_id", userId), ("user_name", userId.ToLowerInvariant()), ("team_id", "T0LAB"),
            ("channel_id", "C0LAB"),
            ("trigger_id", Next("trigger")), ("response_url", new Uri(_server!.Address, "commands/T0LAB/" + Next("answer")).AbsoluteUri),
        };
        return SendAsync(http, endpoint, string.Join('&', fields.Select(field => $"{field.Name}={Uri.EscapeDataString(field.Value)}")),
            cancellation);
    }

    private Task<HttpResponseMessage> SendAsync(HttpMessageInvoker http, Uri endpoint, string body, CancellationToken cancellation)
    {
        var timestamp = time.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var signature = "v0="
            + Convert.ToHexStringLower(
                HMACSHA256.HashData(Encoding.UTF8.GetBytes(SecretOf?.Invoke(endpoint) ?? SigningSecret),
                    Encoding.UTF8.GetBytes($"v0:{timestamp}:{body}")));
        var request = new HttpRequestMessage(HttpMethod.Post, endpoint)
            { Content = new StringContent(body, Encoding.UTF8, new MediaTypeHeaderValue("application/x-www-form-urlencoded")) };
        request.Headers.Add("X-Slack-Request-Timestamp", timestamp);
        request.Headers.Add("X-Slack-Signature", signature);
        return http.SendAsync(request, cancellation);
    }

    private async Task AnswerAsync(HttpContext context)
    {
        var path = context.Request.Path.Value ?? "/";
        var body = await ReadAsync(context);
        SlackFault? fault;
        lock (_lock)
        {
            Calls++;
            fault = _faults.TryDequeue(out var next) ? next : null;
        }

        switch (fault)
        {
            case SlackFault.Throttle:
                context.Response.Headers.RetryAfter = "30";
                await WriteAsync(context, 429, new JsonObject { ["ok"] = false, ["error"] = "ratelimited" });
                return;
            case SlackFault.Fail:
                await WriteAsync(context, 500, new JsonObject { ["ok"] = false, ["error"] = "internal_error" });
                return;
            case SlackFault.Hang:
                await HangAsync(context);
                return;
            case SlackFault.Drop:
                context.Abort();
                return;
        }

        switch (path)
        {
            case "/api/chat.postMessage" or "/api/chat.update":
                await WriteAsync(context, 200, Method(context, path, body, fault));
                break;
            case "/services/T0LAB/B0LAB/simulated" when IsEmpty(body):
                await TextAsync(context, 400, "invalid_payload");
                break;
            case "/services/T0LAB/B0LAB/simulated":
                Keep(new SlackMessage("webhook", Next("webhook"), null, body!));
                await TextAsync(context, 200, "ok");
                break;
            case { } answer when answer.StartsWith("/actions/", StringComparison.Ordinal)
                || answer.StartsWith("/commands/", StringComparison.Ordinal):
                lock (_lock)
                {
                    _answers.Add(body ?? []);
                }

                await TextAsync(context, 200, "ok");
                break;
            default:
                await TextAsync(context, 404, "no_service");
                break;
        }
    }

    private JsonObject Method(HttpContext context, string path, JsonObject? body, SlackFault? fault)
    {
        static JsonObject Error(string code) => new() { ["ok"] = false, ["error"] = code };
        if (context.Request.Headers.Authorization.ToString() != "Bearer " + Token)
        {
            return Error("invalid_auth");
        }

        if (fault is SlackFault.Reject)
        {
            return Error("invalid_blocks");
        }

        if (body?["channel"] is not JsonValue value || !value.TryGetValue<string>(out var channel)
            || Channels.Count > 0 && !Channels.Contains(channel))
        {
            return Error("channel_not_found");
        }

        if (IsEmpty(body))
        {
            return Error("no_text");
        }

        if (path.EndsWith("update", StringComparison.Ordinal))
        {
            var ts = (string?)body["ts"];
            lock (_lock)
            {
                var index = _messages.FindIndex(message => message.Ts == ts && message.Channel == channel);
                if (index < 0)
                {
                    return Error("message_not_found");
                }

                _messages[index] = _messages[index] with { Body = body, Updates = _messages[index].Updates + 1 };
            }

            return new JsonObject { ["ok"] = true, ["channel"] = channel, ["ts"] = ts };
        }

        var message = new SlackMessage(channel, Next(null), (string?)body["thread_ts"], body);
        Keep(message);
        return new JsonObject { ["ok"] = true, ["channel"] = channel, ["ts"] = message.Ts, ["message"] = body.DeepClone() };
    }

    private static bool IsEmpty(JsonObject? body) => body is null || body["text"] is null && body["blocks"] is null;

    private void Keep(SlackMessage message)
    {
        lock (_lock)
        {
            _messages.Add(message);
        }
    }

    private async Task HangAsync(HttpContext context)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(_closing.Token, context.RequestAborted);
        try
        {
            await Task.Delay(Timeout.Infinite, either.Token);
        }
        catch (OperationCanceledException)
        {
            context.Abort();
        }
    }

    private string Next(string? prefix)
    {
        var number = Interlocked.Increment(ref _number);
        return prefix is null
            ? string.Create(CultureInfo.InvariantCulture, $"{time.GetUtcNow().ToUnixTimeSeconds()}.{number:D6}")
            : string.Create(CultureInfo.InvariantCulture, $"{prefix}-{number}");
    }

    private static IEnumerable<JsonObject> Buttons(JsonNode? node) => node switch
    {
        JsonObject { } found when (string?)found["type"] == "button" => [found],
        JsonObject many => many.SelectMany(entry => Buttons(entry.Value)),
        JsonArray list => list.SelectMany(Buttons),
        _ => [],
    };

    private static async Task<JsonObject?> ReadAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body, Encoding.UTF8);
        try
        {
            return JsonNode.Parse(await reader.ReadToEndAsync(context.RequestAborted)) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static Task WriteAsync(HttpContext context, int status, JsonObject body)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json; charset=utf-8";
        return context.Response.WriteAsync(body.ToJsonString());
    }

    private static Task TextAsync(HttpContext context, int status, string text)
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsync(text);
    }
}
