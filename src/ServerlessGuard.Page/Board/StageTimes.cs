using ServerlessGuard.Findings;

namespace ServerlessGuard.Page.Board;

/// <summary>
/// How long each stage took, in milliseconds after the stage that it waits for; -1 where it was not passed, or where the sweep found it: a
/// sweep says nothing of events.
/// </summary>
internal readonly record struct StageTimes(int Delivered, int Evaluated, int Recorded, int Federated, int Notified)
{
    private const int None = -1;

    public static StageTimes Of(Finding finding)
    {
        var stages = finding.Stages;
        return finding.DetectedBy switch
        {
            DetectedBy.Change => new StageTimes(
                Span(stages.Captured, stages.Delivered),
                Span(stages.Delivered, stages.Evaluated),
                Span(stages.Evaluated, stages.Recorded),
                Span(stages.Recorded, stages.Federated),
                Span(stages.Recorded, stages.Notified)),
            DetectedBy.Sweep => new StageTimes(None, None, None, None, None),
        };
    }

    /// <summary>A stage before the one it waits for belongs to an earlier change.</summary>
    private static int Span(DateTimeOffset? from, DateTimeOffset? to) =>
        from is { } start && to is { } end && end >= start ? (int)Math.Min(int.MaxValue, (end - start).TotalMilliseconds) : None;
}
