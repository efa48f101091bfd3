namespace ServerlessGuard.Decisions;

/// <summary>
/// What the owner asks the person whose name came with a command of the peer. All of it is the owner's own: nothing of the peer's is
/// believed but the name.
/// </summary>
/// <param name="Revision">Of the finding when it was asked; 0 for what is about no finding.</param>
/// <param name="PlanId">Approve and Undo: the plan that the answer is about.</param>
/// <param name="Days">Exempt: for how long.</param>
/// <param name="Claimed">The name that the peer gave: for the record only.</param>
public sealed record Question(long Revision, string? PlanId, int? Days, DateTimeOffset AskedAt, string Claimed);
