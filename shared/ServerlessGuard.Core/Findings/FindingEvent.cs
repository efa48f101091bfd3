using ServerlessGuard.Resources;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Findings;

/// <summary>One step of a finding's life. Written with the change itself, never altered.</summary>
public sealed record FindingEvent
{
    public required string FindingId { get; init; }
    public required string RuleId { get; init; }
    public required ResourceRef Resource { get; init; }
    public required FindingStep Step { get; init; }

    /// <summary>The finding's revision after the step.</summary>
    public required long Revision { get; init; }

    /// <summary>When it happened: captured at where the cloud's configuration changed, else when it was recorded.</summary>
    public required DateTimeOffset At { get; init; }

    public required DateTimeOffset RecordedAt { get; init; }
    public required FindingStatus Status { get; init; }
    public required Severity Severity { get; init; }

    /// <summary>A person or a principal; null when the event does not say.</summary>
    public string? Actor { get; init; }

    /// <summary>One sentence.</summary>
    public string? Detail { get; init; }

    /// <summary>
    /// One finding's steps in the order in which they happened. Revisions count as they were recorded: what the cloud captured while a fix
    /// was being read back may be recorded before the fix that it is the effect of.
    /// </summary>
    public static IReadOnlyList<FindingEvent> InOrder(IEnumerable<FindingEvent> story) =>
        [.. story.OrderBy(step => step.At).ThenBy(step => step.Revision)];
}

public enum FindingStep
{
    Opened = 1,
    Changed,
    Resolved,
    Reopened,
    Suppressed,
    Proposed,
    AwaitingApproval,
    Approved,
    Rejected,
    Applying,
    Fixed,
    AlreadyDone,
    Refused,
    Failed,
    Undone,
    Escalated,
    Undoing,

    /// <summary>Nobody approved in time.</summary>
    Expired,

    /// <summary>A person's command could not be carried out; the detail says why, and what differs.</summary>
    Declined,

    /// <summary>The exemption ends within days.</summary>
    ExemptionEnding,
}
