using ServerlessGuard.Chat.Links;
using ServerlessGuard.Chat.SignIn;
using ServerlessGuard.Chat.Slack;
using ServerlessGuard.Decisions;
using ServerlessGuard.Guards;
using ServerlessGuard.Resources;
using ServerlessGuard.Rules;
using ServerlessGuard.Tables;

namespace ServerlessGuard.Chat.Tests;

/// <summary>The chat endpoint of a deployment, without its settings.</summary>
internal static class Endpoints
{
    public static ChatEndpoint Of(
        ITable table,
        ApprovalSettings approvals,
        Provider own,
        IKeyring? slack,
        IResponseUrl answers,
        IKeyring? links,
        IEnumerable<RuleDescriptor> rules,
        bool signsIn,
        TimeProvider time,
        ISignIn? signIn = null)
    {
        var inbox = new Inbox(table, new CommandDesk(table), approvals, own, time);
        return new ChatEndpoint(slack is null ? [] : [new SlackRequests(inbox, slack, answers)], links is null ? null : new LinkPages(inbox, links, rules, signsIn, signIn));
    }
}
