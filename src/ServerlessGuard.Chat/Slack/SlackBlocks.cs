using System.Globalization;
using System.Text.Json.Nodes;
using ServerlessGuard.Notifications;

namespace ServerlessGuard.Chat.Slack;

/// <param name="Buttons">False where clicks lead nowhere: a webhook without an app behind it.</param>
public sealed record SlackOptions(bool Buttons = true);

/// <summary>
/// Block Kit: <c>text</c> (what a notification shows) and <c>blocks</c>, for chat.postMessage, chat.update, response_url and incoming
/// webhooks. Limits are those of docs.slack.dev's block reference, counted in UTF-16 units after escaping.
/// </summary>
public static class SlackBlocks
{
    private const int HeaderLength = 150;
    private const int FieldLength = 300;
    private const int SentenceLength = 700;
    private const int LineLength = 220;
    private const int FallbackLength = 600;

    public static JsonObject Render(Message message, SlackOptions? options = null)
    {
        var title = $"{MessageWords.Cue(message.Tone, message.Severity)} {MessageWords.Of(message.Severity)} · {message.Headline}";
        var blocks = new JsonArray(Header(title), Sentence(message.Reason), Fields(message));
        if (message.WhyItMatters is { } why)
        {
            blocks.Put(Context("Why it matters", SlackText.Plain(why, SentenceLength)));
        }

        if (!message.Evidence.IsEmpty)
        {
            blocks.Put(Context("Evidence", SlackText.PlainLines(message.Evidence.Select(evidence => evidence.ToString()), LineLength)));
        }

        if (message.Plan is { } plan)
        {
            AddPlan(blocks, plan);
        }

        if (message.Outcome is { } outcome)
        {
            blocks.Put(Sentence(outcome));
        }

        if (!message.Approvals.IsEmpty)
        {
            blocks.Put(Context("Approved so far", SlackText.PlainLines(message.Approvals.Take(MessageLines.MostApprovals), LineLength)));
        }

        if (!message.Steps.IsEmpty)
        {
            blocks.Put(Context("Timeline", SlackText.PlainLines(message.Steps.Select(MessageLines.Step), LineLength)));
        }

        AddButtons(blocks, message.Buttons, options);
        blocks.Put(Context(null, SlackText.Plain(MessageLines.Footer(message), LineLength)));
        return Envelope($"{title} · {message.Status} · {message.Resource.Name}", blocks);
    }

    public static JsonObject Render(Digest digest, SlackOptions? options = null)
    {
        var title = $"{MessageWords.Cue(digest.BySeverity[0].Severity)} {digest.Total.ToString(CultureInfo.InvariantCulture)} findings · "
            + $"{digest.Title}";
        var blocks = new JsonArray(
            Header(title),
            Rows(("Severity", MessageLines.Severities(digest)), ("Accounts", MessageLines.Accounts(digest))),
            Context("The worst", SlackText.PlainLines(digest.Worst.Select(MessageLines.Item), LineLength)),
            Context("All of them", SlackText.Plain(digest.Hint, LineLength)));
        return Envelope($"{title} · {MessageLines.Severities(digest)}", blocks);
    }

    public static JsonObject Render(Notice notice, SlackOptions? options = null)
    {
        var title = $"{MessageWords.Cue(notice.Kind)} {MessageWords.Title(notice.Kind)}";
        var blocks = new JsonArray(Section(SlackText.Label(title)), Sentence(notice.Text));
        AddButtons(blocks, notice.Buttons, options);
        blocks.Put(Context(null, SlackText.Plain(MessageWords.Time(notice.At), LineLength)));
        return Envelope($"{title}: {notice.Text}", blocks);
    }

    private static JsonObject Envelope(string fallback, JsonArray blocks) => new()
    {
        ["text"] = SlackText.Escaped(fallback, FallbackLength),
        ["mrkdwn"] = false,
        // An address in foreign text is not fetched for a preview.
        ["unfurl_links"] = false,
        ["unfurl_media"] = false,
        ["blocks"] = blocks,
    };

    private static void AddPlan(JsonArray blocks, MessagePlan plan)
    {
        blocks.Put(new JsonObject { ["type"] = "divider" });
        blocks.Put(Section(SlackText.Label("The fix")));
        blocks.Put(Sentence(plan.Sentence));
        blocks.Put(Context("Call", SlackText.Plain(plan.Call, LineLength)));
        if (!plan.Changes.IsEmpty)
        {
            blocks.Put(Context("Changes", SlackText.PlainLines(MessageLines.Changes(plan), LineLength)));
        }

        blocks.Put(Context("Risk", SlackText.Plain(plan.Risk, LineLength)));
    }

    private static JsonObject Fields(Message message) => Rows(
        [
            ("Status", MessageLines.Status(message)), ("Resource", MessageLines.Resource(message.Resource)),
            ("Where", MessageLines.Where(message.Resource)),
            ("Since", MessageWords.Time(message.Since)), ("Changed by", message.Actor ?? "not recorded"),
        ]);

    /// <summary>At most five, which is Slack's ten fields.</summary>
    private static JsonObject Rows(params ReadOnlySpan<(string Label, string Value)> rows)
    {
        var fields = new JsonArray();
        foreach (var (label, value) in rows)
        {
            fields.Put(SlackText.Label(label));
            fields.Put(SlackText.Plain(value, FieldLength));
        }

        return new JsonObject { ["type"] = "section", ["fields"] = fields };
    }

    private static void AddButtons(JsonArray blocks, IReadOnlyList<ActionButton> buttons, SlackOptions? options)
    {
        var elements = new JsonArray();
        foreach (var button in options is { Buttons: false } ? [] : buttons)
        {
            if (SlackButton.Of(button) is { } element)
            {
                elements.Put(element);
            }
        }

        if (elements.Count > 0)
        {
            blocks.Put(new JsonObject { ["type"] = "actions", ["elements"] = elements });
        }
    }

    private static JsonObject Header(string title) => new() { ["type"] = "header", ["text"] = SlackText.Plain(title, HeaderLength) };

    private static JsonObject Sentence(string text) => Section(SlackText.Plain(text, SentenceLength));

    private static JsonObject Section(JsonObject text) => new() { ["type"] = "section", ["text"] = text };

    private static JsonObject Context(string? label, JsonObject text) =>
        new() { ["type"] = "context", ["elements"] = label is null ? new JsonArray(text) : new JsonArray(SlackText.Label(label), text) };
}
