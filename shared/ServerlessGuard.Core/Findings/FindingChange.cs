namespace ServerlessGuard.Findings;

/// <summary>One finding's step from one revision to the next.</summary>
public sealed record FindingChange(Finding? Before, Finding After, FindingEvent Event)
{
    public static FindingChange Of(Finding? before, Finding after, FindingStep step, DateTimeOffset at, DateTimeOffset recordedAt,
        string? actor, string? detail) =>
        new(before, after, new FindingEvent
        {
            FindingId = after.Id,
            RuleId = after.RuleId,
            Resource = after.Resource,
            Step = step,
            Revision = after.Revision,
            At = at,
            RecordedAt = recordedAt,
            Status = after.Status,
            Severity = after.Severity,
            Actor = actor,
            Detail = detail,
        });
}
