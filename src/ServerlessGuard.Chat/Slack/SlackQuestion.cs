using System.Text.Json.Nodes;
using ServerlessGuard.Decisions;
using ServerlessGuard.Findings;
using ServerlessGuard.Notifications;
using ServerlessGuard.Resources;
using ServerlessGuard.Tables;

namespace ServerlessGuard.Chat.Slack;

/// <summary>
/// The private message that asks a person whether what came through the other cloud is theirs. The link is text, never a button: Slack
/// reports a click on any button, an opened link's too, with the whole message to the app's one address, which may be the other cloud's.
/// </summary>
internal static class SlackQuestion
{
    private const int SentenceLength = 400;

    public static JsonObject Render(Command asked, Question question, Finding? finding, Uri address)
    {
        var owner = Enum.GetValues<Provider>().First(cloud => Ownership.Owns(cloud, asked.Partition));
        var (here, there) = (owner.Name(), Ownership.Other(owner).Name());
        var label = ButtonWords.Label(asked.Kind, question.Days);
        var title = $"{label}? {here} asks you to confirm";
        var blocks = new JsonArray(
            Section(SlackText.Plain(title, SentenceLength)),
            Section(SlackText.Plain(
                $"\"{label}\" came through {there} in your name. {there}'s word is not enough here: if it was you, confirm it on {here}'s "
                    + $"own page.", SentenceLength)));
        if (finding is not null)
        {
            blocks.Put(Section(
                SlackText.Plain($"{MessageWords.Of(finding.Severity)} · {finding.Title} · {finding.Resource.Name ?? finding.Resource.Id}",
                    SentenceLength)));
        }

        // Base64url, our own host and path: nothing that could end the link early.
        blocks.Put(Section(new JsonObject
            { ["type"] = "mrkdwn", ["text"] = $"<{address.AbsoluteUri}|Open the page of {here}>", ["verbatim"] = true }));
        blocks.Put(new JsonObject
        {
            ["type"] = "context",
            ["elements"] = new JsonArray(SlackText.Plain(
                $"For you only, once, until {MessageWords.Time(asked.ExpiresAt)}. If it was not you, do nothing, and tell whoever operates "
                    + $"ServerlessGuard: the deployment in {there} may be compromised.", SentenceLength)),
        });
        return new JsonObject
            { ["text"] = SlackText.Escaped(title, SentenceLength), ["mrkdwn"] = false, ["unfurl_links"] = false, ["unfurl_media"] = false,
                ["blocks"] = blocks };
    }

    private static JsonObject Section(JsonObject text) => new() { ["type"] = "section", ["text"] = text };
}
