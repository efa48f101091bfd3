using System.Globalization;
using ServerlessGuard.Findings;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Notifications;

/// <summary>How the messages say things.</summary>
public static class MessageWords
{
    public static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);

    public static string Of(Severity severity) => severity switch
    {
        Severity.Low => "Low",
        Severity.Medium => "Medium",
        Severity.High => "High",
        Severity.Critical => "Critical",
    };

    /// <summary>Says again, in colour, what the word beside it says.</summary>
    public static string Cue(Severity severity) => severity switch
    {
        Severity.Low => "🔵",
        Severity.Medium => "🟡",
        Severity.High => "🟠",
        Severity.Critical => "🔴",
    };

    public static string Cue(MessageTone tone, Severity severity) => tone switch
    {
        MessageTone.Open => Cue(severity),
        MessageTone.Working => "⏳",
        MessageTone.Good => "✅",
        MessageTone.Muted => "⚪",
        MessageTone.Trouble => "⚠️",
    };

    public static string Cue(NoticeKind kind) => kind switch
    {
        NoticeKind.Stopped => "🛑",
        NoticeKind.Resumed => "▶️",
        NoticeKind.BreakerOpen => "⚠️",
        NoticeKind.ExemptionEnding => "⏰",
        NoticeKind.Peer => "⚠️",
        NoticeKind.Answer => "ℹ️",
    };

    public static string Title(NoticeKind kind) => kind switch
    {
        NoticeKind.Stopped => "Fixing stopped",
        NoticeKind.Resumed => "Fixing resumed",
        NoticeKind.BreakerOpen => "Circuit breaker open",
        NoticeKind.ExemptionEnding => "Exemption ends soon",
        NoticeKind.Peer => "The other cloud",
        NoticeKind.Answer => "ServerlessGuard",
    };

    public static (string Word, MessageTone Tone) Status(Finding finding) => finding.Status switch
    {
        FindingStatus.Resolved =>
            (Messages.TreatmentOf(finding)?.State is TreatmentState.Fixed ? "Fixed and resolved" : "Resolved", MessageTone.Good),
        FindingStatus.Suppressed => ("Exempted", MessageTone.Muted),
        FindingStatus.Open => Messages.TreatmentOf(finding) is { } treatment ? Status(treatment.State) : ("Open", MessageTone.Open),
    };

    private static (string Word, MessageTone Tone) Status(TreatmentState state) => state switch
    {
        TreatmentState.Proposed => ("Fix proposed", MessageTone.Open),
        TreatmentState.AwaitingApproval => ("Waiting for approval", MessageTone.Open),
        TreatmentState.Approved => ("Approved", MessageTone.Working),
        TreatmentState.Rejected => ("Fix rejected", MessageTone.Open),
        TreatmentState.Applying => ("Being fixed", MessageTone.Working),
        TreatmentState.Fixed => ("Fixed", MessageTone.Good),
        TreatmentState.AlreadyDone => ("Already done", MessageTone.Good),
        TreatmentState.Refused => ("Fix refused", MessageTone.Trouble),
        TreatmentState.Failed => ("Fix failed", MessageTone.Trouble),
        TreatmentState.Undone => ("Fix undone", MessageTone.Open),
        TreatmentState.Escalated => ("Escalated", MessageTone.Trouble),
        TreatmentState.Undoing => ("Being undone", MessageTone.Working),
        TreatmentState.Expired => ("Approval expired", MessageTone.Open),
    };

    public static string Of(FindingStep step) => step switch
    {
        FindingStep.Opened => "opened",
        FindingStep.Changed => "changed",
        FindingStep.Resolved => "resolved",
        FindingStep.Reopened => "reopened",
        FindingStep.Suppressed => "exempted",
        FindingStep.Proposed => "fix proposed",
        FindingStep.AwaitingApproval => "approval requested",
        FindingStep.Approved => "approved",
        FindingStep.Rejected => "rejected",
        FindingStep.Applying => "fix begun",
        FindingStep.Fixed => "fixed",
        FindingStep.AlreadyDone => "already done",
        FindingStep.Refused => "fix refused",
        FindingStep.Failed => "failed",
        FindingStep.Undone => "fix undone",
        FindingStep.Escalated => "escalated",
        FindingStep.Undoing => "undo begun",
        FindingStep.Expired => "approval expired",
        FindingStep.Declined => "command declined",
        FindingStep.ExemptionEnding => "exemption ends soon",
    };
}
