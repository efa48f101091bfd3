using System.Text.Json.Nodes;
using ServerlessGuard.Decisions;
using ServerlessGuard.Exemptions;
using ServerlessGuard.Federation;
using ServerlessGuard.Findings;
using ServerlessGuard.Guards;
using ServerlessGuard.Resources;
using ServerlessGuard.Rules;

namespace ServerlessGuard.Notifications;

/// <summary>The messages, rendered for each platform.</summary>
/// <param name="rules">What is known of them.</param>
/// <param name="slackButtons">Clicks lead somewhere: an app with an interactivity URL.</param>
/// <param name="link">Signs the link of a button; null: no links.</param>
/// <param name="time">The clock.</param>
/// <param name="answer">Signs the link that answers a question; null: no links.</param>
public sealed class Presentation(IEnumerable<RuleDescriptor> rules, bool slackButtons, Func<ActionButton, Uri?>? link, TimeProvider time, Func<Command, Question, Uri?>? answer = null) : IPresentation
{
    private readonly Dictionary<string, RuleDescriptor> _rules = rules.ToDictionary(rule => rule.Id, StringComparer.Ordinal);

    public JsonObject Finding(ChatChannel channel, Finding finding, IReadOnlyList<FindingEvent> story)
    {
        var message = Messages.Of(finding, story, Rule(finding), time.GetUtcNow());
        var body = Render(channel, slack => SlackBlocks.Render(message, slack), teams => TeamsCard.Render(message, teams));
        if (channel is ChatChannel.Slack)
        {
            // Seen by apps only: by it a message that was posted twice can be recognised.
            body["metadata"] = new JsonObject
            {
                ["event_type"] = "guard_finding",
                ["event_payload"] = new JsonObject { ["finding"] = finding.Id, ["revision"] = finding.Revision },
            };
        }

        return body;
    }

    public JsonObject Reply(ChatChannel channel, Finding finding, FindingEvent step)
    {
        var detail = step.Detail is { } text ? ": " + PlainText.Of(text, 300) : step.Actor is { } actor ? " by " + PlainText.Of(actor, 120) : string.Empty;
        return Render(channel, Notices.Answer($"{MessageWords.Of(step.Step)}{detail} · {PlainText.Of(finding.Title, 120)} · {PlainText.Of(finding.Resource.Name ?? finding.Resource.Id, 120)}", step.At));
    }

    public JsonObject Digest(ChatChannel channel, IReadOnlyList<Finding> findings)
    {
        var digest = Digests.Of(findings, Rule(findings[0])?.Title ?? findings[0].Title);
        return Render(channel, slack => SlackBlocks.Render(digest, slack), teams => TeamsCard.Render(digest, teams));
    }

    public JsonObject Control(ChatChannel channel, Provider provider, Control control) => Render(channel, Notices.Of(control, provider, time.GetUtcNow()));

    public JsonObject Breaker(ChatChannel channel, string partition, string rule, int fixes) => Render(channel, Notices.BreakerOpen(rule, partition, fixes, time.GetUtcNow()));

    public JsonObject Peer(ChatChannel channel, Provider peer, PeerNote note) => Render(channel, Notices.Of(note, peer));

    public JsonObject Exemption(ChatChannel channel, Exemption exemption) => Render(channel, Notices.ExemptionEnding(exemption, covers: null, time.GetUtcNow()));

    public JsonObject Question(Command asked, Question question, Finding? finding) => answer?.Invoke(asked, question) is { } address
        ? SlackQuestion.Render(asked, question, finding, address)
        : throw new ChatException(ChatFault.Rejected, "links cannot be signed: there is no usable key (GUARD_LINK_KEY)");

    private RuleDescriptor? Rule(Finding finding) => _rules.GetValueOrDefault(finding.RuleId) ?? _rules.GetValueOrDefault(Routing.Rule(finding));

    private JsonObject Render(ChatChannel channel, Notice notice) => Render(channel, slack => SlackBlocks.Render(notice, slack), teams => TeamsCard.Render(notice, teams));

    private JsonObject Render(ChatChannel channel, Func<SlackOptions, JsonObject> slack, Func<Func<ActionButton, Uri?>?, JsonObject> teams) => channel switch
    {
        ChatChannel.Slack or ChatChannel.SlackWebhook => slack(new SlackOptions(slackButtons)),
        ChatChannel.Teams => teams(link),
    };
}
