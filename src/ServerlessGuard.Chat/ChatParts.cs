using ServerlessGuard.Decisions;
using ServerlessGuard.Engine;
using ServerlessGuard.Guards;
using ServerlessGuard.Notifications;
using ServerlessGuard.Resources;
using ServerlessGuard.Rules;
using ServerlessGuard.Tables;

namespace ServerlessGuard.Chat;

/// <summary>The chat of a deployment, put together by hand: the same parts in both hosts.</summary>
public static class ChatParts
{
    /// <summary>Until when a card's links are good: as long as a plan waits, at most.</summary>
    private static readonly TimeSpan LinkLife = TimeSpan.FromDays(3);

    public static Notifier Notifier(
        ChatSettings chat, ISecrets secrets, HttpMessageInvoker http, ITable table, GuardSettings guard, Provider own, TimeProvider time, Func<double> jitter,
        IReadOnlyList<RuleDescriptor>? custom = null)
    {
        var links = chat is { LinkKey: { } key, ChatUrl: { } address } ? new ActionLinks(own, new SecretKeys(secrets, key), address, LinkLife, time) : null;
        return new Notifier(
            table,
            Channels(chat, secrets, http, time),
            guard.Notifications,
            async cancellation => new Presentation(
                Rules(custom),
                slackButtons: chat.SlackSigningSecret is not null,
                links is null ? null : await links.SignerAsync(cancellation),
                time,
                links is null ? null : await links.AnswerSignerAsync(cancellation)),
            own,
            time,
            jitter);
    }

    /// <param name="chat">Where its keys are.</param>
    /// <param name="secrets">Reads them.</param>
    /// <param name="http">For Slack's response URLs.</param>
    /// <param name="table">Findings and commands.</param>
    /// <param name="approvals">Who may decide.</param>
    /// <param name="own">The cloud of this endpoint.</param>
    /// <param name="signsIn">The platform in front signs people in and sets their name itself.</param>
    /// <param name="time">The clock.</param>
    /// <param name="signIn">Where people sign in before they decide by a link; null: nowhere.</param>
    /// <param name="custom">The team's own rules; null: none.</param>
    public static ChatEndpoint Endpoint(
        ChatSettings chat, ISecrets secrets, HttpMessageInvoker http, ITable table, ApprovalSettings approvals, Provider own, bool signsIn, TimeProvider time, ISignIn? signIn = null,
        IReadOnlyList<RuleDescriptor>? custom = null) => new(
        table,
        new CommandDesk(table),
        approvals,
        own,
        chat.SlackSigningSecret is { } signing ? new SecretKeys(secrets, signing) : null,
        new ResponseUrl(http, chat.LoopbackSlack, time),
        chat.LinkKey is { } link ? new SecretKeys(secrets, link) : null,
        Rules(custom),
        signsIn,
        time,
        signIn);

    private static IEnumerable<RuleDescriptor> Rules(IReadOnlyList<RuleDescriptor>? custom) => RuleCatalog.BuiltIn.All.Select(rule => rule.Descriptor).Concat(custom ?? []);

    private static Dictionary<ChatChannel, IChat> Channels(ChatSettings chat, ISecrets secrets, HttpMessageInvoker http, TimeProvider time)
    {
        var channels = new Dictionary<ChatChannel, IChat>();
        if (chat.SlackToken is { } token)
        {
            channels[ChatChannel.Slack] = new SlackApi(http, chat.SlackApi, secrets, token, chat.SlackChannel, time);
        }

        if (chat.SlackWebhook is { } slack)
        {
            channels[ChatChannel.SlackWebhook] = new Webhook(http, secrets, slack, time);
        }

        if (chat.TeamsWebhook is { } teams)
        {
            channels[ChatChannel.Teams] = new Webhook(http, secrets, teams, time);
        }

        return channels;
    }
}
