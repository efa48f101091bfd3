using ServerlessGuard.Chat.Links;
using ServerlessGuard.Chat.Secrets;
using ServerlessGuard.Chat.SignIn;
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
        ChatSettings chat, ISecrets secrets, HttpMessageInvoker http, ITable table, GuardSettings guard, Provider own, TimeProvider time,
        Func<double> jitter,
        IReadOnlyList<RuleDescriptor>? custom = null)
    {
        var links = chat is { LinkKey: { } key, ChatUrl: { } address }
            ? new ActionLinks(own, new SecretKeys(secrets, key), address, LinkLife, time)
            : null;
        return new Notifier(
            table,
            Channels(chat, secrets, http, time),
            guard.Notifications,
            async cancellation => new Presentation(
                Rules(custom),
                platform => platform.TakesClicks(chat),
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
        ChatSettings chat, ISecrets secrets, HttpMessageInvoker http, ITable table, ApprovalSettings approvals, Provider own, bool signsIn,
        TimeProvider time, ISignIn? signIn = null,
        IReadOnlyList<RuleDescriptor>? custom = null)
    {
        var inbox = new Inbox(table, new CommandDesk(table), approvals, own, time);
        var reach = new PlatformReach(chat, secrets, http, time);
        return new ChatEndpoint(
            [.. Platforms.All.Select(platform => platform.Requests(inbox, reach)).OfType<IPlatformRequests>()],
            chat.LinkKey is { } link
                ? new LinkPages(inbox, new SecretKeys(secrets, link), Rules(custom), signsIn, signIn)
                : null);
    }

    /// <summary>Where people sign in before they decide by a link; null: nowhere.</summary>
    public static SignInGate? SignIn(ChatSettings chat, HttpMessageInvoker http, TimeProvider time) =>
        chat is { SignInIssuer: { } issuer, SignInClientId: { } client, SignInRedirect: { } redirect }
            ? new SignInGate(new SignInSettings(issuer, client, redirect), http, time)
            : null;

    private static IEnumerable<RuleDescriptor> Rules(IReadOnlyList<RuleDescriptor>? custom) =>
        RuleCatalog.BuiltIn.All.Select(rule => rule.Descriptor).Concat(custom ?? []);

    private static Dictionary<ChatChannel, IChat> Channels(ChatSettings chat, ISecrets secrets, HttpMessageInvoker http, TimeProvider time)
    {
        var reach = new PlatformReach(chat, secrets, http, time);
        return Platforms.All.SelectMany(platform => platform.Channels).Where(channel => chat.Value(channel.Variable) is not null)
            .ToDictionary(channel => channel.Channel, channel => channel.Connect(reach));
    }
}
