using ServerlessGuard.Exemptions;
using ServerlessGuard.Guards;
using ServerlessGuard.Resources;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Decisions;

/// <summary>
/// A person's decision. Written in the cloud where it was made; carried out, once, by the cloud that owns what it is about. Its row is the
/// audit record: what was asked, by whom, and what came of it.
/// </summary>
public sealed record Command
{
    /// <summary>32 hex digits. Two clicks on one button are one command: the id follows from what was clicked.</summary>
    public required string Id { get; init; }

    public required CommandKind Kind { get; init; }

    /// <summary>
    /// The owner's account, <c>aws:111122223333</c>; <c>aws:guard</c> for what concerns its whole deployment (see
    /// <see cref="Tables.RowKeys.Deployment"/>).
    /// </summary>
    public required string Partition { get; init; }

    /// <summary>Approve, Reject, Undo, Exempt.</summary>
    public string? FindingId { get; init; }

    /// <summary>The plan that the person saw: another one needs another decision.</summary>
    public string? PlanId { get; init; }

    /// <summary>
    /// Of the finding that the person saw. Null: made by an earlier version, and refused where it counts (see <see cref="AsSeen"/>).
    /// </summary>
    public long? Revision { get; init; }

    /// <summary>How bad it was when the person saw it.</summary>
    public Severity? Severity { get; init; }

    /// <summary>What that rested on, see <see cref="Findings.Weakness.Digest"/>.</summary>
    public string? Evidence { get; init; }

    /// <summary>Exempt: the exemption to be written; Revoke: only its id counts.</summary>
    public Exemption? Exemption { get; init; }

    /// <summary>Undo: although fixes are stopped. Counts from an operator of the owning cloud only.</summary>
    public bool WhileStopped { get; init; }

    /// <summary>In the person's own words.</summary>
    public string? Reason { get; init; }

    public required Person By { get; init; }

    public required Provider IssuedIn { get; init; }

    public required DateTimeOffset IssuedAt { get; init; }

    /// <summary>Later than that it is not carried out any more.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    public required CommandState State { get; init; }

    /// <summary>One sentence for the person; null while pending.</summary>
    public string? Outcome { get; init; }

    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>What the owner asked the person, where the command came through the peer; it stays when it was answered.</summary>
    public Question? Question { get; init; }

    /// <summary>The version of this document.</summary>
    public int Schema { get; init => field = value == 0 ? 1 : value; } = 1;
}

public enum CommandState
{
    Pending = 1,
    Done = 2,

    /// <summary>Not carried out: the outcome says why.</summary>
    Refused = 3,

    /// <summary>
    /// At its owner only: it came through the peer, and the person was asked by the owner itself. Nothing is done until they answer there.
    /// </summary>
    AwaitsConfirmation = 4,
}

/// <param name="Next">The outbox entry that it left to be done at once: the fix after the last approval; null: none.</param>
public sealed record CommandOutcome(CommandState State, string Detail, string? Next = null);
