using System.Text.Json.Nodes;
using ServerlessGuard.Notifications;

namespace ServerlessGuard.Chat.Slack;

/// <summary>
/// Block Kit's text objects. Foreign text stands in <c>plain_text</c> objects only, which know no formatting; <c>mrkdwn</c> is for words of
/// ours. The three characters that Slack parses everywhere are escaped in both (docs.slack.dev, "Formatting message text").
/// </summary>
internal static class SlackText
{
    /// <summary>Foreign text; as long as <paramref name="max"/> when escaped.</summary>
    public static JsonObject Plain(string text, int max) =>
        new() { ["type"] = "plain_text", ["text"] = Escaped(text, max), ["emoji"] = false };

    /// <summary>Several foreign texts, one on each line.</summary>
    public static JsonObject PlainLines(IEnumerable<string> lines, int maxLine) =>
        new() { ["type"] = "plain_text", ["text"] = string.Join('\n', lines.Select(line => Escaped(line, maxLine))), ["emoji"] = false };

    /// <summary>A label of ours in bold.</summary>
    public static JsonObject Label(string word) => new() { ["type"] = "mrkdwn", ["text"] = $"*{word}*", ["verbatim"] = true };

    public static string Escaped(string text, int max)
    {
        for (var length = max; ; length = Math.Max(16, length * 3 / 4))
        {
            var escaped = PlainText.Of(text, length).Replace("&", "&amp;", StringComparison.Ordinal)
                .Replace("<", "&lt;", StringComparison.Ordinal)
                .Replace(">", "&gt;", StringComparison.Ordinal);
            if (escaped.Length <= max || length == 16)
            {
                return escaped;
            }
        }
    }
}
