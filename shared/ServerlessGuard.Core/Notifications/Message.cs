using System.Collections.Immutable;
using ServerlessGuard.Decisions;
using ServerlessGuard.Findings;
using ServerlessGuard.Guards;
using ServerlessGuard.Resources;
using ServerlessGuard.Tables;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Notifications;

/// <summary>
/// One finding as people are told of it, before any platform's form. Text is as foreign as it came: the renderers clean and escape it.
/// </summary>
public sealed record Message
{
    public required string FindingId { get; init; }
    public required string RuleId { get; init; }
    public required long Revision { get; init; }

    /// <summary>The owner's, see <see cref="Tables.RowKeys.Partition(ResourceRef)"/>.</summary>
    public required string Partition { get; init; }

    public string? PlanId { get; init; }

    /// <summary>What is wrong.</summary>
    public required string Headline { get; init; }

    public required Severity Severity { get; init; }

    /// <summary>Where it stands, in a word or two: <c>Waiting for approval</c>.</summary>
    public required string Status { get; init; }

    /// <summary>How the status is coloured; never by colour alone.</summary>
    public required MessageTone Tone { get; init; }

    public required MessageResource Resource { get; init; }
    public required DateTimeOffset Since { get; init; }

    /// <summary>Who changed it.</summary>
    public string? Actor { get; init; }

    /// <summary>One sentence.</summary>
    public required string Reason { get; init; }

    /// <summary>The rule's risk; null for a rule that this deployment does not know.</summary>
    public string? WhyItMatters { get; init; }

    public ImmutableArray<Evidence> Evidence { get; init; } = [];
    public MessagePlan? Plan { get; init; }

    /// <summary>What came of it, by whom, and why.</summary>
    public string? Outcome { get; init; }

    /// <summary>Who has said yes so far.</summary>
    public ImmutableArray<string> Approvals { get; init; } = [];

    public DateTimeOffset? ExemptUntil { get; init; }

    /// <summary>Oldest first.</summary>
    public ImmutableArray<MessageStep> Steps { get; init; } = [];

    public ImmutableArray<ActionButton> Buttons { get; init; } = [];

    /// <summary>When the message was made.</summary>
    public required DateTimeOffset AsOf { get; init; }
}

public enum MessageTone
{
    /// <summary>Somebody should look; the severity says how urgently.</summary>
    Open = 1,

    /// <summary>A fix is under way.</summary>
    Working,

    /// <summary>Fixed or resolved.</summary>
    Good,

    /// <summary>Accepted.</summary>
    Muted,

    /// <summary>The guard could not do its part.</summary>
    Trouble,
}

public sealed record MessageResource(Provider Provider, string NativeType, string Id, string Name, string? Account, string? Region);

/// <param name="Sentence">What would be, or was, done.</param>
/// <param name="MoreChanges">How many are not among them.</param>
public sealed record MessagePlan(string Sentence, string Call, ImmutableArray<PlanChange> Changes, int MoreChanges, string Risk,
    bool IsReversible);

/// <param name="Path">A place in the state: <c>block.BlockPublicAcls</c>.</param>
/// <param name="Before">JSON; <c>absent</c>.</param>
/// <param name="After">JSON; <c>absent</c>.</param>
public sealed record PlanChange(string Path, string Before, string After);

public sealed record MessageStep(DateTimeOffset At, string Text);

/// <summary>A decision that a message offers.</summary>
public sealed record ActionButton
{
    public required CommandKind Kind { get; init; }

    /// <summary>Exempt only: for how long.</summary>
    public int? Days { get; init; }

    public required string Label { get; init; }
    public ButtonStyle Style { get; init; } = ButtonStyle.Plain;

    /// <summary>What the person is asked before it counts.</summary>
    public string? Confirm { get; init; }

    public required ButtonTarget Target { get; init; }

    /// <summary><c>approve</c>, <c>exempt-30</c>: Slack's action_id, and the word in a link.</summary>
    public string Word => ButtonWords.Of(Kind, Days);
}

public enum ButtonStyle
{
    Plain = 1,
    Primary,
    Danger,
}

/// <summary>What a click is about: bound to what the person saw.</summary>
/// <param name="FindingId">Null for what concerns the whole deployment.</param>
/// <param name="Revision">Of the finding as it was shown.</param>
/// <param name="PlanId">Of the plan that was shown.</param>
/// <param name="Severity">As it was shown; null: a message of an earlier version.</param>
/// <param name="Evidence">What it rested on, see <see cref="Weakness.Digest"/>.</param>
public sealed record ButtonTarget(string Partition, string? FindingId = null, long Revision = 0, string? PlanId = null,
    Severity? Severity = null, string? Evidence = null)
{
    public static ButtonTarget Of(Finding finding, string? planId) =>
        new(RowKeys.Partition(finding.Resource), finding.Id, finding.Revision, planId, finding.Severity, Weakness.Of(finding).Digest());

    public Seen Seen() => new(Revision, PlanId, Severity, Evidence);
}
