using System.Collections.Immutable;
using ServerlessGuard.Findings;
using ServerlessGuard.Guards;

namespace ServerlessGuard.Notifications;

/// <summary>The buttons of a message.</summary>
public static partial class Messages
{
    private static ImmutableArray<ActionButton> Buttons(Finding finding, Treatment? treatment)
    {
        var target = ButtonTarget.Of(finding, treatment?.Plan?.Id);
        var state = treatment?.State;
        var plan = treatment?.Plan;
        return (finding.Status, state) switch
        {
            (FindingStatus.Suppressed, _) => [],
            (FindingStatus.Open or FindingStatus.Resolved, TreatmentState.Fixed) =>
                plan is { Risk: not Risk.Irreversible } && !finding.NeverTouch ? [Undo(plan, target)] : [],
            (FindingStatus.Resolved, _) => [],
            (_, TreatmentState.Proposed or TreatmentState.AwaitingApproval or TreatmentState.Expired) when plan is not null
                && !finding.NeverTouch =>
                [Approve(plan, target), Reject(target), Exempt(7, target), Exempt(30, target)],
            (_, TreatmentState.Approved or TreatmentState.Applying or TreatmentState.Undoing or TreatmentState.AlreadyDone) => [],
            _ => [Exempt(7, target), Exempt(30, target)],
        };
    }

    private static ActionButton Approve(RemediationPlan plan, ButtonTarget target) => new()
    {
        Kind = CommandKind.Approve,
        Label = ButtonWords.Label(CommandKind.Approve, null),
        Style = ButtonStyle.Primary,
        Confirm = $"{PlainText.Of(plan.Sentence, 200)} — {PlanChanges.Of(plan).Risk}.",
        Target = target,
    };

    private static ActionButton Reject(ButtonTarget target) =>
        new() { Kind = CommandKind.Reject, Label = ButtonWords.Label(CommandKind.Reject, null), Target = target };

    private static ActionButton Exempt(int days, ButtonTarget target) => new()
    {
        Kind = CommandKind.Exempt,
        Days = days,
        Label = ButtonWords.Label(CommandKind.Exempt, days),
        Confirm = $"Accept the risk for {days} days? The finding stays visible and reopens afterwards.",
        Target = target,
    };

    private static ActionButton Undo(RemediationPlan plan, ButtonTarget target) => new()
    {
        Kind = CommandKind.Undo,
        Label = ButtonWords.Label(CommandKind.Undo, null),
        Style = ButtonStyle.Danger,
        Confirm = $"Restore the state before the fix? The fix was: {PlainText.Of(plan.Sentence, 200)}",
        Target = target,
    };
}
