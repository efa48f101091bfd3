using System.Collections.Immutable;
using System.Text.Json.Nodes;
using ServerlessGuard.Findings;
using ServerlessGuard.Notifications;

namespace ServerlessGuard.Chat.Teams;

/// <summary>Teams: a Workflows webhook takes cards, whose buttons open signed links. Nothing comes back from it.</summary>
public sealed class TeamsPlatform : IPlatform
{
    private const string WebhookVariable = "GUARD_TEAMS_WEBHOOK";

    public ImmutableArray<PlatformChannel> Channels { get; } =
        [new(ChatChannel.Teams, WebhookVariable,
            reach => new Webhook(reach.Http, reach.Secrets, reach.Reference(WebhookVariable), reach.Time))];

    public ImmutableArray<ChatVariable> Variables { get; } = [new(WebhookVariable, ChatVariableKind.Secret)];

    public IPrivateQuestions? Questions => null;

    public JsonObject Render(ChatChannel channel, Message message, Finding about, ButtonWays ways) => TeamsCard.Render(message, ways.Link);

    public JsonObject Render(Digest digest, ButtonWays ways) => TeamsCard.Render(digest, ways.Link);

    public JsonObject Render(Notice notice, ButtonWays ways) => TeamsCard.Render(notice, ways.Link);

    public bool TakesClicks(ChatSettings settings) => false;

    public IPlatformRequests? Requests(Inbox inbox, PlatformReach reach) => null;
}
