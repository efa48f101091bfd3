using System.Collections.Immutable;
using System.Text.Json.Nodes;
using ServerlessGuard.Chat.Secrets;
using ServerlessGuard.Decisions;
using ServerlessGuard.Findings;
using ServerlessGuard.Notifications;

namespace ServerlessGuard.Chat.Slack;

/// <summary>Slack: an app with a bot token, whose messages change and whose buttons answer, or a webhook.</summary>
public sealed class SlackPlatform : IPlatform, IPrivateQuestions
{
    public ImmutableArray<PlatformChannel> Channels { get; } =
    [
        new(ChatChannel.Slack, SlackVariables.Token, reach => new SlackApi(
            reach.Http, SlackVariables.Api(reach.Settings), reach.Secrets, reach.Reference(SlackVariables.Token),
            reach.Settings.Value(SlackVariables.Channel), reach.Time)),
        new(ChatChannel.SlackWebhook, SlackVariables.Webhook,
            reach => new Webhook(reach.Http, reach.Secrets, reach.Reference(SlackVariables.Webhook), reach.Time)),
    ];

    public ImmutableArray<ChatVariable> Variables => SlackVariables.All;

    public ChatChannel Channel => ChatChannel.Slack;

    public string PersonPrefix => "slack:";

    public JsonObject Render(ChatChannel channel, Message message, Finding about, ButtonWays ways)
    {
        var body = SlackBlocks.Render(message, Options(ways));
        if (channel is ChatChannel.Slack)
        {
            // Seen by apps only: by it a message that was posted twice can be recognised.
            body["metadata"] = new JsonObject
            {
                ["event_type"] = "guard_finding",
                ["event_payload"] = new JsonObject { ["finding"] = about.Id, ["revision"] = about.Revision },
            };
        }

        return body;
    }

    public JsonObject Render(Digest digest, ButtonWays ways) => SlackBlocks.Render(digest, Options(ways));

    public JsonObject Render(Notice notice, ButtonWays ways) => SlackBlocks.Render(notice, Options(ways));

    public JsonObject Render(Command asked, Question question, Finding? finding, Uri address) =>
        SlackQuestion.Render(asked, question, finding, address);

    public bool TakesClicks(ChatSettings settings) => settings.Value(SlackVariables.SigningSecret) is not null;

    public IPlatformRequests? Requests(Inbox inbox, PlatformReach reach) => TakesClicks(reach.Settings)
        ? new SlackRequests(
            inbox, new SecretKeys(reach.Secrets, reach.Reference(SlackVariables.SigningSecret)),
            new ResponseUrl(reach.Http, SlackVariables.Loopback(reach.Settings), reach.Time))
        : null;

    IPrivateQuestions? IPlatform.Questions => this;

    private static SlackOptions Options(ButtonWays ways) => new(ways.Clicks);
}
