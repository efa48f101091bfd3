using System.Text.Json;
using System.Text.Json.Nodes;
using ServerlessGuard.Decisions;
using ServerlessGuard.Guards;
using ServerlessGuard.Notifications;
using ServerlessGuard.Tables;

namespace ServerlessGuard.Chat.Slack;

/// <summary>Clicks on buttons. The request is verified; what it says is foreign all the same.</summary>
/// <remarks>Source: https://docs.slack.dev/reference/interaction-payloads/block_actions-payload.</remarks>
internal sealed class SlackActions(ITable table, CommandDesk desk, ApprovalSettings approvals, ChatDecisions decisions,
    IResponseUrl answers)
{
    private static readonly JsonDocumentOptions Shallow = new() { MaxDepth = 32, AllowDuplicateProperties = false };

    public async Task<ChatAnswer> AnswerAsync(IReadOnlyDictionary<string, string> form, CancellationToken cancellation)
    {
        if (Payload(form.GetValueOrDefault("payload")) is not { } payload || Text(payload, "type") is not { } type)
        {
            return ChatAnswer.Of(ChatResponse.Text(400, "no payload"));
        }

        // Other interactions (a link button that was opened, say) are acknowledged and mean nothing.
        if (type is not "block_actions" || (payload["actions"] as JsonArray) is not [JsonObject action, ..])
        {
            return ChatAnswer.Of(ChatResponse.Empty(200));
        }

        var (sentence, submitted) = await DecideAsync(payload, action, cancellation);
        if (sentence is not null && Text(payload, "response_url") is { } address)
        {
            var told = await answers.TryAnswerAsync(address, Private(sentence), cancellation);
            return new ChatAnswer(ChatResponse.Empty(200), submitted is null ? [] : [submitted],
                told ? null : "the answer to a click could not be given");
        }

        return new ChatAnswer(ChatResponse.Empty(200), submitted is null ? [] : [submitted]);
    }

    private async Task<(string? Sentence, Command? Submitted)> DecideAsync(JsonObject payload, JsonObject action,
        CancellationToken cancellation)
    {
        // A button that decides nothing.
        if (!ButtonWords.TryRead(Text(action, "action_id"), out var kind, out var days))
        {
            return (null, null);
        }

        if (SlackSentences.Person(payload["user"] as JsonObject) is not { } person)
        {
            return ("Slack did not say who clicked.", null);
        }

        if (!approvals.Allows(person, isFromPeer: false))
        {
            return (SlackSentences.NotAllowed(person), null);
        }

        if (SlackButton.Read(Text(action, "value")) is not { } target)
        {
            return ("This button does not come from ServerlessGuard, or belongs to another version.", null);
        }

        var (command, problem) =
            await decisions.FromAsync(table, kind, days ?? 0, target, person, Text(action, "action_ts") ?? string.Empty, cancellation);
        if (command is null)
        {
            return (problem, null);
        }

        var known = await desk.SubmitAsync(command, cancellation);
        return ReferenceEquals(known, command) ? (SlackSentences.Taken(command, approvals), command) : (SlackSentences.Known(known), null);
    }

    private static JsonObject Private(string sentence) =>
        new() { ["response_type"] = "ephemeral", ["replace_original"] = false, ["text"] = sentence };

    private static JsonObject? Payload(string? text)
    {
        if (text is null)
        {
            return null;
        }

        try
        {
            // JsonNode looks at an object's names when it is first used: a name that occurs twice must be found here.
            using var document = JsonDocument.Parse(text, Shallow);
            return JsonNode.Parse(text, documentOptions: Shallow) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string? Text(JsonObject json, string name) =>
        json[name] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;
}
