using System.Text.Json.Nodes;
using ServerlessGuard.Notifications;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Chat.Teams;

/// <summary>The elements that cards are made of.</summary>
internal static class TeamsParts
{
    private const int TitleLength = 60;
    private const string LabelWidth = "110px";

    public static JsonObject Header(string title, string style, int max) => new()
    {
        ["type"] = "Container",
        ["style"] = style,
        ["bleed"] = true,
        ["items"] = new JsonArray(Rich(new JsonArray(Run(title, Math.Min(max, 200), ("size", "Large"), ("weight", "Bolder"))))),
    };

    public static JsonObject Text(string text, int max) => Rich(new JsonArray(Run(text, max)));

    public static JsonObject Small(string text, int max) => Rich(new JsonArray(Run(text, max, ("size", "Small"), ("isSubtle", true))));

    public static JsonObject Row(string label, string value, int max) => Row(label, [value], max);

    /// <summary>A label of ours and what stands beside it, each value on a line of its own.</summary>
    public static JsonObject Row(string label, IEnumerable<string> values, int max)
    {
        var lines = new JsonArray();
        foreach (var value in values)
        {
            var line = Text(value, max);
            line["spacing"] = "None";
            lines.Put(line);
        }

        return new JsonObject
        {
            ["type"] = "ColumnSet",
            ["spacing"] = "Small",
            ["columns"] = new JsonArray(Column(LabelWidth, new JsonArray(Rich(new JsonArray(Run(label, max, ("weight", "Bolder")))))),
                Column("stretch", lines)),
        };
    }

    public static JsonArray Actions(IReadOnlyList<ActionButton> buttons, Func<ActionButton, Uri?> link)
    {
        var actions = new JsonArray();
        foreach (var button in buttons)
        {
            if (link(button) is not { } address)
            {
                continue;
            }

            actions.Put(new JsonObject
            {
                ["type"] = "Action.OpenUrl",
                ["title"] = PlainText.Of(button.Label, TitleLength),
                ["url"] = address.AbsoluteUri,
                ["style"] = Style(button.Style),
            });
        }

        return actions;
    }

    public static string Style(MessageTone tone, Severity severity) => tone switch
    {
        MessageTone.Open => severity switch
        {
            Severity.Low => "accent",
            Severity.Medium or Severity.High => "warning",
            Severity.Critical => "attention",
        },
        MessageTone.Working => "accent",
        MessageTone.Good => "good",
        MessageTone.Muted => "emphasis",
        MessageTone.Trouble => "warning",
    };

    public static string Style(NoticeKind kind) => kind switch
    {
        NoticeKind.Stopped => "attention",
        NoticeKind.Resumed => "good",
        NoticeKind.BreakerOpen or NoticeKind.ExemptionEnding or NoticeKind.Peer => "warning",
        NoticeKind.Answer => "emphasis",
    };

    private static string Style(ButtonStyle style) => style switch
    {
        ButtonStyle.Plain => "default",
        ButtonStyle.Primary => "positive",
        ButtonStyle.Danger => "destructive",
    };

    private static JsonObject Column(string width, JsonArray items) => new() { ["type"] = "Column", ["width"] = width, ["items"] = items };

    private static JsonObject Rich(JsonArray runs) => new() { ["type"] = "RichTextBlock", ["inlines"] = runs };

    // A renderer replaces {{DATE(…)}} and {{TIME(…)}} wherever it shows text: between the braces goes a word joiner.
    private static JsonObject Run(string text, int max, params ReadOnlySpan<(string Name, JsonNode Value)> look)
    {
        var run = new JsonObject
            { ["type"] = "TextRun", ["text"] = PlainText.Of(text, max).Replace("{{", "{\u2060{", StringComparison.Ordinal) };
        foreach (var (name, value) in look)
        {
            run[name] = value;
        }

        return run;
    }
}
