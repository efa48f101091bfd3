using System.Globalization;
using ServerlessGuard.Commands;
using ServerlessGuard.Exemptions;
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
                Text = $"Fixing in {MessageWords.Cloud(provider)} was stopped{by}{why}. Findings are still recorded; nothing is changed until somebody resumes.",
                At = control.At ?? now,
                Buttons =
                [
                    new ActionButton
                    {
                        Kind = CommandKind.Resume,
                        Label = ButtonWords.Label(CommandKind.Resume, null),
                        Confirm = $"Allow fixes in {MessageWords.Cloud(provider)} again?",
                        Target = new ButtonTarget(RowKeys.Deployment(provider)),
                    },
                ],
            }
            : new Notice { Kind = NoticeKind.Resumed, Text = $"Fixing in {MessageWords.Cloud(provider)} was resumed{by}{why}.", At = control.At ?? now };
    }

    public static Notice BreakerOpen(string ruleId, string partition, int fixesThisHour, DateTimeOffset now) => new()
    {
        Kind = NoticeKind.BreakerOpen,
        Text = string.Create(CultureInfo.InvariantCulture,
            $"The circuit breaker of {ruleId} in {PlainText.Of(partition, NameLength)} is open: {fixesThisHour} fixes within the hour. Until the hour is over its fixes are only proposed."),
        At = now,
    };

    /// <param name="exemption">That ends.</param>
    /// <param name="covers">What it is about, in words: a finding's title and resource; null: the exemption's own scope.</param>
    /// <param name="now">The time.</param>
    public static Notice ExemptionEnding(Exemption exemption, string? covers, DateTimeOffset now)
    {
        var scope = covers ?? string.Join(", ", new[] { exemption.RuleId, exemption.ResourceId, exemption.Account, exemption.Tag }.OfType<string>());
        return new Notice
        {
            Kind = NoticeKind.ExemptionEnding,
            Text = $"The exemption of {PlainText.Of(scope, TextLength)} ends on {MessageWords.Time(exemption.ExpiresAt)}; what it covers is open again from then on. "
                + $"Requested by {PlainText.Of(exemption.RequestedBy, NameLength)}: {PlainText.Of(exemption.Reason, TextLength)}",
            At = now,
        };
    }

    /// <summary>What became of a command, for the person who gave it.</summary>
    public static Notice Answer(string text, DateTimeOffset now) => new() { Kind = NoticeKind.Answer, Text = text, At = now };
}
