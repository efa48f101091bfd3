using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using ServerlessGuard.Notifications;

namespace ServerlessGuard.Chat.Teams;

/// <summary>
/// An Adaptive Card 1.5 in the envelope that a Teams Workflows webhook takes. Foreign text stands in text runs only, which know no
/// Markdown; buttons open the signed links. The whole is at most 28 KB (learn.microsoft.com, "Create incoming webhooks"): texts are cut,
/// all alike, until it is.
/// </summary>
public static class TeamsCard
{
    /// <summary>In bytes, of the payload as <see cref="JsonNode.ToJsonString"/> writes it.</summary>
    public const int MaxBytes = 28 * 1024;

    private const int ShortestText = 40;
    private const int LongestText = 700;

    /// <param name="message">The finding.</param>
    /// <param name="link">The signed address of a button's confirmation page, null for a button that has none; null: no buttons.</param>
    public static JsonObject Render(Message message, Func<ActionButton, Uri?>? link = null) =>
        Fitted(max => Body(message, max), message.Buttons, link);

    /// <inheritdoc cref="Render(Message, Func{ActionButton, Uri}?)"/>
    public static JsonObject Render(Digest digest, Func<ActionButton, Uri?>? link = null) => Fitted(max => Body(digest, max), [], link);

    /// <inheritdoc cref="Render(Message, Func{ActionButton, Uri}?)"/>
    public static JsonObject Render(Notice notice, Func<ActionButton, Uri?>? link = null) =>
        Fitted(max => Body(notice, max), notice.Buttons, link);

    private static JsonObject Fitted(Func<int, JsonArray> body, IReadOnlyList<ActionButton> buttons, Func<ActionButton, Uri?>? link)
    {
        for (var max = LongestText; ; max = Math.Max(ShortestText, max * 2 / 3))
        {
            var envelope = Envelope(body(max), link is null ? [] : TeamsParts.Actions(buttons, link));
            if (Encoding.UTF8.GetByteCount(envelope.ToJsonString()) <= MaxBytes)
            {
                return envelope;
            }

            if (max == ShortestText)
            {
                // Only addresses are left that can be so long: half an address is worse than none.
                return Envelope(body(max), []);
            }
        }
    }

    private static JsonObject Envelope(JsonArray body, JsonArray actions)
    {
        var card = new JsonObject
        {
            ["$schema"] = "http://adaptivecards.io/schemas/adaptive-card.json",
            ["type"] = "AdaptiveCard",
            ["version"] = "1.5",
            ["body"] = body,
        };
        if (actions.Count > 0)
        {
            card["actions"] = actions;
        }

        return new JsonObject
        {
            ["type"] = "message",
            ["attachments"] =
                new JsonArray(new JsonObject { ["contentType"] = "application/vnd.microsoft.card.adaptive", ["content"] = card }),
        };
    }

    private static JsonArray Body(Message message, int max)
    {
        var title = $"{MessageWords.Cue(message.Tone, message.Severity)} {MessageWords.Of(message.Severity)} · {message.Headline}";
        var body = new JsonArray(
            TeamsParts.Header(title, TeamsParts.Style(message.Tone, message.Severity), max),
            TeamsParts.Text(message.Reason, max),
            TeamsParts.Row("Status", MessageLines.Status(message), max),
            TeamsParts.Row("Resource", MessageLines.Resource(message.Resource), max),
            TeamsParts.Row("Where", MessageLines.Where(message.Resource), max),
            TeamsParts.Row("Since", MessageWords.Time(message.Since), max),
            TeamsParts.Row("Changed by", message.Actor ?? "not recorded", max));
        if (message.WhyItMatters is { } why)
        {
            body.Put(TeamsParts.Row("Why it matters", why, max));
        }

        if (!message.Evidence.IsEmpty)
        {
            body.Put(TeamsParts.Row("Evidence", message.Evidence.Select(evidence => evidence.ToString()), max));
        }

        if (message.Plan is { } plan)
        {
            body.Put(Plan(plan, max));
        }

        if (message.Outcome is { } outcome)
        {
            body.Put(TeamsParts.Row("Outcome", outcome, max));
        }

        if (!message.Approvals.IsEmpty)
        {
            body.Put(TeamsParts.Row("Approved so far", message.Approvals.Take(MessageLines.MostApprovals), max));
        }

        if (!message.Steps.IsEmpty)
        {
            body.Put(TeamsParts.Row("Timeline", message.Steps.Select(MessageLines.Step), max));
        }

        body.Put(TeamsParts.Small(MessageLines.Footer(message), max));
        return body;
    }

    private static JsonObject Plan(MessagePlan plan, int max)
    {
        var items = new JsonArray(TeamsParts.Row("The fix", plan.Sentence, max), TeamsParts.Row("Call", plan.Call, max));
        if (!plan.Changes.IsEmpty)
        {
            items.Put(TeamsParts.Row("Changes", MessageLines.Changes(plan), max));
        }

        items.Put(TeamsParts.Row("Risk", plan.Risk, max));
        return new JsonObject { ["type"] = "Container", ["separator"] = true, ["spacing"] = "Medium", ["items"] = items };
    }

    private static JsonArray Body(Digest digest, int max) => new(
        TeamsParts.Header(
            $"{MessageWords.Cue(digest.BySeverity[0].Severity)} {digest.Total.ToString(CultureInfo.InvariantCulture)} findings · "
                + $"{digest.Title}",
            TeamsParts.Style(MessageTone.Open, digest.BySeverity[0].Severity), max),
        TeamsParts.Row("Severity", MessageLines.Severities(digest), max),
        TeamsParts.Row("Accounts", MessageLines.Accounts(digest), max),
        TeamsParts.Row("The worst", digest.Worst.Select(MessageLines.Item), max),
        TeamsParts.Row("All of them", digest.Hint, max));

    private static JsonArray Body(Notice notice, int max) => new(
        TeamsParts.Header($"{MessageWords.Cue(notice.Kind)} {MessageWords.Title(notice.Kind)}", TeamsParts.Style(notice.Kind), max),
        TeamsParts.Text(notice.Text, max),
        TeamsParts.Small(MessageWords.Time(notice.At), max));
}
