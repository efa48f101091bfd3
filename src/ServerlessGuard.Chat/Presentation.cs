using System.Text.Json.Nodes;
using ServerlessGuard.Decisions;
using ServerlessGuard.Exemptions;
using ServerlessGuard.Federation;
using ServerlessGuard.Findings;
using ServerlessGuard.Guards;
using ServerlessGuard.Notifications;
using ServerlessGuard.Resources;
using ServerlessGuard.Rules;

namespace ServerlessGuard.Chat;

/// <summary>The messages, rendered for each platform.</summary>
/// <param name="rules">What is known of them.</param>
/// <param name="takesClicks">Whether clicks on a platform's buttons come back to us.</param>
/// <param name="link">Signs the link of a button; null: no links.</param>
/// <param name="time">The clock.</param>
/// <param name="answer">Signs the link that answers a question; null: no links.</param>
public sealed class Presentation(
    IEnumerable<RuleDescriptor> rules, Func<IPlatform, bool> takesClicks, Func<ActionButton, Uri?>? link, TimeProvider time,
    Func<Command, Question, Uri?>? answer = null) : IPresentation
{
    private readonly Dictionary<string, RuleDescriptor> _rules = rules.ToDictionary(rule => rule.Id, StringComparer.Ordinal);

    public JsonObject Finding(ChatChannel channel, Finding finding, IReadOnlyList<FindingEvent> story)
    {
        var message = Messages.Of(finding, story, Rule(finding), time.GetUtcNow());
        var platform = Platforms.Of(channel);
        return platform.Render(channel, message, finding, Ways(platform));
    }

    public JsonObject Reply(ChatChannel channel, Finding finding, FindingEvent step)
    {
        var detail = step.Detail is { } text
            ? ": " + PlainText.Of(text, 300) : step.Actor is { } actor ? " by " + PlainText.Of(actor, 120) : string.Empty;
        return Render(channel,
            Notices.Answer(
                $"{MessageWords.Of(step.Step)}{detail} · {PlainText.Of(finding.Title, 120)} · "
                    + $"{PlainText.Of(finding.Resource.Name ?? finding.Resource.Id, 120)}", step.At));
    }

    public JsonObject Digest(ChatChannel channel, IReadOnlyList<Finding> findings)
    {
        var platform = Platforms.Of(channel);
        return platform.Render(Digests.Of(findings, Rule(findings[0])?.Title ?? findings[0].Title), Ways(platform));
    }

    public JsonObject Control(ChatChannel channel, Provider provider, Control control) =>
        Render(channel, Notices.Of(control, provider, time.GetUtcNow()));

    public JsonObject Breaker(ChatChannel channel, string partition, string rule, int fixes) =>
        Render(channel, Notices.BreakerOpen(rule, partition, fixes, time.GetUtcNow()));

    public JsonObject Peer(ChatChannel channel, Provider peer, PeerNote note) => Render(channel, Notices.Of(note, peer));

    public JsonObject Exemption(ChatChannel channel, Exemption exemption) =>
        Render(channel, Notices.ExemptionEnding(exemption, covers: null, time.GetUtcNow()));

    public ChatChannel? Asks(Person person) => Platforms.Asking(person.Id)?.Channel;

    public JsonObject Question(Command asked, Question question, Finding? finding) => Platforms.Asking(asked.By.Id) is not { } platform
        ? throw new ChatException(ChatFault.Rejected, "the person is on no platform that can ask in private")
        : answer?.Invoke(asked, question) is { } address ? platform.Render(asked, question, finding, address)
        : throw new ChatException(ChatFault.Rejected, "links cannot be signed: there is no usable key (GUARD_LINK_KEY)");

    private RuleDescriptor? Rule(Finding finding) =>
        _rules.GetValueOrDefault(finding.RuleId) ?? _rules.GetValueOrDefault(Routing.Rule(finding));

    private JsonObject Render(ChatChannel channel, Notice notice)
    {
        var platform = Platforms.Of(channel);
        return platform.Render(notice, Ways(platform));
    }

    private ButtonWays Ways(IPlatform platform) => new(takesClicks(platform), link);
}
