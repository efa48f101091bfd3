using System.Collections.Immutable;
using System.Text;
using System.Text.Json.Nodes;
using ServerlessGuard.Decisions;
using ServerlessGuard.Findings;

namespace ServerlessGuard.Chat;

/// <summary>A request to the chat endpoint, whatever brought it: a function URL, or the Functions host.</summary>
public sealed record ChatRequest
{
    public required string Method { get; init; }

    /// <summary>
    /// After the endpoint's base, without a slash at either end: <c>slack/actions</c>, <c>slack/commands</c>, <c>link</c>.
    /// </summary>
    public required string Path { get; init; }

    /// <summary>As it came, without the question mark.</summary>
    public string Query { get; init; } = string.Empty;

    /// <summary>Names compare without case.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = ImmutableDictionary<string, string>.Empty;

    public ReadOnlyMemory<byte> Body { get; init; }

    public string? Header(string name)
    {
        foreach (var (key, value) in Headers)
        {
            if (key.Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                return value;
            }
        }

        return null;
    }
}

public sealed record ChatResponse(int Status, string ContentType, ReadOnlyMemory<byte> Body)
{
    public ImmutableArray<KeyValuePair<string, string>> Headers { get; init; } = [];

    internal static ChatResponse Empty(int status) => new(status, "text/plain; charset=utf-8", default);

    internal static ChatResponse Text(int status, string text) => new(status, "text/plain; charset=utf-8", Encoding.UTF8.GetBytes(text));

    internal static ChatResponse Json(JsonObject body) =>
        new(200, "application/json; charset=utf-8", Encoding.UTF8.GetBytes(body.ToJsonString()));
}

/// <param name="Response">What the platform or the browser gets.</param>
/// <param name="Submitted">Commands that were recorded by this request: kick their outbox entries (<see cref="ChatAnswer.Entry"/>).</param>
/// <param name="Note">One line for the log, without foreign text; null: nothing to say.</param>
public sealed record ChatAnswer(ChatResponse Response, ImmutableArray<Command> Submitted, string? Note = null)
{
    internal static ChatAnswer Of(ChatResponse response, string? note = null) => new(response, [], note);

    /// <summary>The key of the outbox entry that a command left in its partition.</summary>
    public static string Entry(Command command) =>
        OutboxRows.Key(
            Findings.OutboxEntry.OfRow(Findings.OutboxKind.Command, command.Partition, CommandRows.Key(command.Id), command.IssuedAt));
}

/// <summary>A key that may be rotated.</summary>
public interface IKeyring
{
    /// <summary>The current one first, then what it was before while that is recent. None: it cannot be had now.</summary>
    /// <param name="fresh">None of those held: look again.</param>
    /// <param name="cancellation">Ends the call.</param>
    ValueTask<IReadOnlyList<string>> KeysAsync(bool fresh, CancellationToken cancellation);
}

/// <summary>Slack's address for a late or private answer to a click.</summary>
public interface IResponseUrl
{
    /// <summary>False when the address is not Slack's, or it did not take the answer. Never longer than two seconds.</summary>
    Task<bool> TryAnswerAsync(string address, JsonObject message, CancellationToken cancellation);
}
