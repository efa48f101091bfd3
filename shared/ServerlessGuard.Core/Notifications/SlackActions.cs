using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using ServerlessGuard.Commands;
using ServerlessGuard.Findings;
using ServerlessGuard.Tables;

namespace ServerlessGuard.Notifications;

/// <summary>Clicks on buttons. The request is verified; what it says is foreign all the same.</summary>
/// <remarks>Source: https://docs.slack.dev/reference/interaction-payloads/block_actions-payload.</remarks>
internal sealed class SlackActions(ITable table, CommandDesk desk, ApprovalSettings approvals, Decisions decisions, IResponseUrl answers)
{
    private static readonly JsonDocumentOptions Shallow = new() { MaxDepth = 32 };

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
            return new ChatAnswer(ChatResponse.Empty(200), submitted is null ? [] : [submitted], told ? null : "the answer to a click could not be given");
        }

        return new ChatAnswer(ChatResponse.Empty(200), submitted is null ? [] : [submitted]);
    }

    private async Task<(string? Sentence, Command? Submitted)> DecideAsync(JsonObject payload, JsonObject action, CancellationToken cancellation)
    {
        if (Kind(Text(action, "action_id")) is not var (kind, days))
        {
            return (null, null);
        }

        if (SlackSentences.Person(payload["user"] as JsonObject) is not { } person)
        {
            return ("Slack did not say who clicked.", null);
        }

        if (!approvals.Allows(person))
        {
            return (SlackSentences.NotAllowed(person), null);
        }

        if (Payload(Text(action, "value")) is not { } value || Text(value, "p") is not { } partition || Text(value, "f") is not { } id || FindingId.RowKey(id) is not { } key
            || value["v"] is not JsonValue number || !number.TryGetValue<long>(out var revision))
        {
            return ("This button is not one of ours, or of another version.", null);
        }

        if (RowKeys.IsDeployment(partition) || await table.FindAsync(partition, key, cancellation) is not { } row)
        {
            return ("This finding is not known here. If it is new, try again in a minute.", null);
        }

        if (kind is CommandKind.Exempt && days > approvals.MaxExemptionDays)
        {
            return (string.Create(CultureInfo.InvariantCulture, $"Exemptions end after at most {approvals.MaxExemptionDays} days here."), null);
        }

        var finding = RowCodec.Finding(row);
        var command = decisions.About(kind, partition, finding, new Seen(revision, Text(value, "l")), person, days);
        var known = await desk.SubmitAsync(command, cancellation);
        return ReferenceEquals(known, command) ? (SlackSentences.Taken(command), command) : (SlackSentences.Known(known), null);
    }

    /// <summary>Null: a button that decides nothing.</summary>
    private static (CommandKind Kind, int Days)? Kind(string? action) => action switch
    {
        "approve" => (CommandKind.Approve, 0),
        "reject" => (CommandKind.Reject, 0),
        "undo" => (CommandKind.Undo, 0),
        not null when action.StartsWith("exempt-", StringComparison.Ordinal) && int.TryParse(action.AsSpan(7), NumberStyles.None, CultureInfo.InvariantCulture, out var days) && days is > 0 and <= 365 =>
            (CommandKind.Exempt, days),
        _ => null,
    };

    private static JsonObject Private(string sentence) => new() { ["response_type"] = "ephemeral", ["replace_original"] = false, ["text"] = sentence };

    private static JsonObject? Payload(string? text)
    {
        if (text is null)
        {
            return null;
        }

        try
        {
            // Parsed to the end: a name that occurs twice is found out here, not at the first look.
            var node = JsonNode.Parse(text, documentOptions: Shallow) as JsonObject;
            _ = node?.Count;
            return node;
        }
        catch (Exception fault) when (fault is JsonException or ArgumentException)
        {
            return null;
        }
    }

    private static string? Text(JsonObject json, string name)
    {
        try
        {
            return json[name] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;
        }
        catch (ArgumentException)
        {
            // A name that occurs twice in a nested object.
            return null;
        }
    }
}
