using System.Collections.Immutable;
using ServerlessGuard.Findings;
using ServerlessGuard.Guards;
using ServerlessGuard.Resources;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Remediation.Seals;

/// <summary>
/// A plan as this deployment made it from the live state, with what became of it, under a seal that only the remediating identity can make.
/// The finding's row says whether something is to be written; what is written is taken from here only.
/// </summary>
public sealed record SealedPlan
{
    /// <summary>How long a fix that was begun may be brought to its end: an outage, not a holiday.</summary>
    public static readonly TimeSpan ResumeLife = TimeSpan.FromHours(24);

    /// <summary>How long a fix can be undone: as long as its story is kept.</summary>
    public static readonly TimeSpan UndoLife = TimeSpan.FromDays(400);

    public required string FindingId { get; init; }
    public required string RuleId { get; init; }
    public required ResourceRef Resource { get; init; }

    /// <summary>The remediator's: one of <see cref="Rules.Remediations"/>.</summary>
    public required string Remediation { get; init; }

    public required RemediationPlan Plan { get; init; }

    /// <summary>Where the two states lie that are too large for this row, in which they are empty then; null: here.</summary>
    public PlanParts? Parts { get; init; }

    /// <summary>Of the finding when the before-state was read.</summary>
    public required Severity Severity { get; init; }

    public required SealedPlanState State { get; init; }

    /// <summary>The finding's revision on which the intent rests: the same intent after a kill is counted once.</summary>
    public long FindingRevision { get; init; }

    public ImmutableArray<SealedApproval> Approvals { get; init => field = value.IsDefault ? [] : value; } = [];

    /// <summary>Why this plan is not applied again without a person.</summary>
    public string? HeldBack { get; init; }

    /// <summary>Who asked for the undo.</summary>
    public string? UndoneBy { get; init; }

    /// <summary>Planned, Approved, Applying: later than that it is not applied, nor brought to its end.</summary>
    public required DateTimeOffset ApplyUntil { get; init; }

    public required DateTimeOffset UndoUntil { get; init; }

    /// <summary>Raised by one at every seal.</summary>
    public required long Revision { get; init; }

    /// <summary>Over everything above, see <see cref="SealContent"/>.</summary>
    public string Seal { get; init => field = value ?? string.Empty; } = string.Empty;

    public int Schema { get; init => field = value == 0 ? 1 : value; } = 1;

    public static SealedPlan Of(Finding finding, RemediationPlan plan, DateTimeOffset now, TimeSpan expiry) => new()
    {
        FindingId = finding.Id,
        RuleId = finding.RuleId,
        Resource = finding.Resource,
        Remediation = finding.Remediation ?? string.Empty,
        Plan = plan,
        Severity = finding.Severity,
        State = SealedPlanState.Planned,
        ApplyUntil = now + expiry,
        UndoUntil = now + UndoLife,
        Revision = 0,
    };

    /// <summary>The intent on this very revision of the finding, which the breaker counted within this clock hour.</summary>
    public bool IsIntent(Finding finding, DateTimeOffset now) => State is SealedPlanState.Applying && FindingRevision == finding.Revision
        && (ApplyUntil - ResumeLife).UtcTicks / TimeSpan.TicksPerHour == now.UtcTicks / TimeSpan.TicksPerHour;

    /// <summary>Enough different people said yes to this very plan, lately enough.</summary>
    public bool IsApproved(ApprovalSettings settings, DateTimeOffset now) =>
        State is SealedPlanState.Approved or SealedPlanState.Applying && now <= ApplyUntil
        && settings.AreEnough(RuleId, Approvals.Select(approval => approval.Person));

    /// <summary>The same but for what every seal changes.</summary>
    public bool Says(SealedPlan other) =>
        SealContent.Of(this with { Revision = 0 }).AsSpan().SequenceEqual(SealContent.Of(other with { Revision = 0 }));
}
