using System.Collections.Immutable;

namespace ServerlessGuard.Findings;

/// <summary>What has been done about a finding; part of it.</summary>
public sealed record Treatment
{
    public required TreatmentState State { get; init; }
    public RemediationPlan? Plan { get; init; }
    public required DateTimeOffset At { get; init; }

    /// <summary>Why it was refused, failed or escalated.</summary>
    public string? Detail { get; init; }

    /// <summary>Who approved, rejected or undid it.</summary>
    public string? By { get; init; }

    /// <summary>
    /// Why this finding is no longer fixed without a person, whatever the mode: a person undid the fix, or it was escalated. Stays until a
    /// person approves a plan.
    /// </summary>
    public string? HeldBack { get; init; }

    /// <summary>What holds a plan back for a time, where it would be applied otherwise; null: nothing does.</summary>
    public HeldBackBy? HeldBackBy { get; init; }

    /// <summary>Who has said yes to this very plan so far, by the id of the person, where one is not enough.</summary>
    public ImmutableArray<string> Approvals { get; init => field = value.IsDefault ? [] : value; } = [];

    /// <summary>When this finding was fixed by us, latest last, at most ten: what the loop guard counts.</summary>
    public ImmutableArray<DateTimeOffset> Fixes { get; init => field = value.IsDefault ? [] : value; } = [];
}

/// <summary>What ends by itself, or by one person's word for all findings.</summary>
public enum HeldBackBy
{
    Stop = 1,
    Breaker = 2,
    DryWindow = 3,
}

public enum TreatmentState
{
    Proposed = 1,
    AwaitingApproval = 2,

    /// <summary>A person said yes; the plan is made again before it is applied.</summary>
    Approved = 3,

    Rejected = 4,

    /// <summary>The intent is recorded with the before-state; the call may or may not have happened.</summary>
    Applying = 5,

    /// <summary>Done and read back.</summary>
    Fixed = 6,

    /// <summary>Somebody else had done it, or the resource is gone.</summary>
    AlreadyDone = 7,

    /// <summary>A guard or the remediator said no.</summary>
    Refused = 8,

    Failed = 9,
    Undone = 10,

    /// <summary>Something re-applies what we fix.</summary>
    Escalated = 11,

    /// <summary>The intent to undo is recorded; the call may or may not have happened.</summary>
    Undoing = 12,

    /// <summary>Nobody approved in time: the next change of the resource plans anew.</summary>
    Expired = 13,
}
