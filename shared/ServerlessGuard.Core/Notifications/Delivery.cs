using System.Collections.Immutable;
using ServerlessGuard.Findings;

namespace ServerlessGuard.Notifications;

/// <summary>What one route must be told of one finding, decided from what it was told before. Pure.</summary>
internal sealed record Delivery(DeliveryKind Kind)
{
    /// <summary>Hold: until when.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>Update: the steps that an edited message does not bring to anybody's eyes.</summary>
    public ImmutableArray<FindingEvent> Replies { get; init; } = [];

    /// <param name="thread">What this route was told; null: nothing.</param>
    /// <param name="story">The finding's steps, oldest first; those before what was told do not matter.</param>
    /// <param name="route">One that matches the finding, or that was told of it when it did.</param>
    /// <param name="canUpdate">The route's channel can change what it was told.</param>
    public static Delivery Of(
        Finding finding, ChatThread? thread, IReadOnlyList<FindingEvent> story, NotificationRoute route, bool canUpdate,
        NotificationSettings settings, DateTimeOffset now)
    {
        if (thread is null)
        {
            // It was resolved or accepted before anybody heard of it: there is nothing to say, unless it was us who changed the resource.
            return finding.Status is not FindingStatus.Open && !IsFixedByUs(finding) || finding.Severity < Routing.Least(settings, route)
                || !Routing.Matches(route, finding)
                ? new Delivery(DeliveryKind.Nothing)
                : NewOrHeld(finding, settings, now);
        }

        if (thread.Revision >= finding.Revision)
        {
            return new Delivery(DeliveryKind.Nothing);
        }

        var since = story.Where(step => step.Revision > thread.Revision && step.Revision <= finding.Revision).ToImmutableArray();
        if (canUpdate && thread.At?.Ts is not null)
        {
            return new Delivery(DeliveryKind.Update) { Replies = [.. since.Where(IsAlarm)] };
        }

        return since.Any(step => IsNews(step.Step)) ? NewOrHeld(finding, settings, now) : new Delivery(DeliveryKind.Record);
    }

    private static bool IsFixedByUs(Finding finding) =>
        finding.Status is FindingStatus.Resolved && Messages.TreatmentOf(finding) is { State: TreatmentState.Fixed };

    private static Delivery NewOrHeld(Finding finding, NotificationSettings settings, DateTimeOffset now) =>
        Routing.QuietUntil(settings.QuietHours, now) is { } until && finding.Severity < settings.QuietHours!.Except
            ? new Delivery(DeliveryKind.Hold) { Until = until }
            : new Delivery(DeliveryKind.New);

    /// <summary>Worth a line in the thread, since an edit is silent.</summary>
    private static bool IsAlarm(FindingEvent step) => step.Step switch
    {
        FindingStep.Reopened or FindingStep.Escalated or FindingStep.Failed or FindingStep.Declined or FindingStep.Undone
            or FindingStep.ExemptionEnding => true,
        FindingStep.Opened or FindingStep.Changed or FindingStep.Resolved or FindingStep.Suppressed or FindingStep.Proposed
            or FindingStep.AwaitingApproval
            or FindingStep.Approved or FindingStep.Rejected or FindingStep.Applying or FindingStep.Fixed or FindingStep.AlreadyDone
                or FindingStep.Refused
            or FindingStep.Undoing or FindingStep.Expired => false,
    };

    /// <summary>Worth a message of its own where nothing can be edited.</summary>
    private static bool IsNews(FindingStep step) => step switch
    {
        FindingStep.Opened or FindingStep.Resolved or FindingStep.Reopened or FindingStep.Suppressed or FindingStep.AwaitingApproval
            or FindingStep.Rejected
            or FindingStep.Fixed or FindingStep.Failed or FindingStep.Undone or FindingStep.Escalated or FindingStep.Expired
                or FindingStep.Declined
            or FindingStep.ExemptionEnding => true,
        FindingStep.Changed or FindingStep.Proposed or FindingStep.Approved or FindingStep.Applying or FindingStep.AlreadyDone
            or FindingStep.Refused
            or FindingStep.Undoing => false,
    };
}

internal enum DeliveryKind
{
    /// <summary>Neither a message nor a row.</summary>
    Nothing,

    /// <summary>No message; that it was looked at is remembered.</summary>
    Record,

    /// <summary>The message that is there changes.</summary>
    Update,

    /// <summary>A message, unless a digest takes it in.</summary>
    New,

    /// <summary>Not now: people sleep.</summary>
    Hold,
}
