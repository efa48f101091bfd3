using System.Collections.Immutable;

namespace ServerlessGuard.Notifications;

/// <summary>A plain event that is no finding's own step.</summary>
public sealed record Notice
{
    public required NoticeKind Kind { get; init; }

    /// <summary>One line.</summary>
    public required string Text { get; init; }

    public required DateTimeOffset At { get; init; }
    public ImmutableArray<ActionButton> Buttons { get; init; } = [];
}

public enum NoticeKind
{
    Stopped = 1,
    Resumed,
    BreakerOpen,
    ExemptionEnding,

    /// <summary>What the other cloud's deployment did that somebody should know of.</summary>
    Peer,

    /// <summary>What became of a person's command.</summary>
    Answer,
}
