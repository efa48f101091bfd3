using System.Globalization;
using ServerlessGuard.Exemptions;
using ServerlessGuard.Federation;
using ServerlessGuard.Guards;
using ServerlessGuard.Resources;
using ServerlessGuard.Tables;

namespace ServerlessGuard.Notifications;

/// <summary>The sentences of the plain events.</summary>
public static class Notices
{
    private const int NameLength = 120;
    private const int TextLength = 400;

    /// <summary>Fixing was stopped, with a button to resume, or resumed.</summary>
    public static Notice Of(Control control, Provider provider, DateTimeOffset now)
    {
        var by = control.By is { } name ? " by " + PlainText.Of(name, NameLength) : string.Empty;
        var why = control.Reason is { } reason ? ": " + PlainText.Of(reason, TextLength) : string.Empty;
        return control.Stopped
            ? new Notice
            {
                Kind = NoticeKind.Stopped,
                Text = $"Fixes in {provider.Name()} were stopped{by}{why}. Findings are still recorded; nothing is changed until somebody "
                    + $"resumes.",
                At = control.At ?? now,
                Buttons =
                [
                    new ActionButton
                    {
                        Kind = CommandKind.Resume,
                        Label = ButtonWords.Label(CommandKind.Resume, null),
                        Confirm = $"Allow fixes in {provider.Name()} again?",
                        Target = new ButtonTarget(RowKeys.Deployment(provider)),
                    },
                ],
            }
            : new Notice { Kind = NoticeKind.Resumed, Text = $"Fixes in {provider.Name()} were resumed{by}{why}.", At = control.At ?? now };
    }

    public static Notice BreakerOpen(string ruleId, string partition, int fixesThisHour, DateTimeOffset now) => new()
    {
        Kind = NoticeKind.BreakerOpen,
        Text = string.Create(CultureInfo.InvariantCulture,
            $"The circuit breaker of {PlainText.Of(ruleId, NameLength)} in {ShownName.Partition(partition)} is open: {fixesThisHour} fixes "
                + $"within the hour. Until the hour is over its fixes are only proposed."),
        At = now,
    };

    /// <summary>What the peer did. What it is about is the peer's own text: only what looks as it should is shown.</summary>
    public static Notice Of(PeerNote note, Provider peer)
    {
        var cloud = peer.Name();
        return new Notice
        {
            Kind = NoticeKind.Peer,
            Text = note.Alarm switch
            {
                PeerAlarmKind.NewAccount =>
                    $"{cloud} sent rows of {ShownName.Partition(note.About)} for the first time. If nobody added that account, remove it "
                        + $"from GUARD_PEER_ACCOUNTS and investigate the deployment in {cloud}.",
                PeerAlarmKind.TooMany =>
                    $"{cloud} requested more {ShownName.Kind(note.About)} in an hour than are accepted (approvals.fromPeerPerHour); the "
                        + $"rest is refused. If nobody did that on purpose, remove it from approvals.fromPeer and investigate the "
                        + $"deployment in {cloud}.",
                PeerAlarmKind.Conflict =>
                    $"{cloud} sent a different document under a revision already held here, of "
                        + $"{ShownName.Partition(note.About?.Split(' ')[0])}. One of the two tables was restored or changed. guard doctor "
                        + $"shows details; guard federation repair --force repairs it.",
                null => $"{cloud} did something that this version does not know.",
            },
            At = note.At,
        };
    }

    /// <param name="covers">What it is about, in words: a finding's title and resource; null: the exemption's own scope.</param>
    public static Notice ExemptionEnding(Exemption exemption, string? covers, DateTimeOffset now)
    {
        var scope = covers
            ?? string.Join(", ", new[] { exemption.RuleId, exemption.ResourceId, exemption.Account, exemption.Tag }.OfType<string>());
        return new Notice
        {
            Kind = NoticeKind.ExemptionEnding,
            Text = $"The exemption of {PlainText.Of(scope, TextLength)} ends on {MessageWords.Time(exemption.ExpiresAt)}; the findings it "
                + $"covers then reopen. "
                + $"Requested by {PlainText.Of(exemption.RequestedBy, NameLength)}: {PlainText.Of(exemption.Reason, TextLength)}",
            At = now,
        };
    }

    /// <summary>What became of a command, for the person who gave it.</summary>
    public static Notice Answer(string text, DateTimeOffset now) => new() { Kind = NoticeKind.Answer, Text = text, At = now };
}
