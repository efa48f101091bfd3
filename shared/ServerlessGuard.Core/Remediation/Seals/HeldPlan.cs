namespace ServerlessGuard.Remediation.Seals;

/// <summary>What is held of a plan.</summary>
/// <param name="Plan">Verified; null where there is a fault.</param>
/// <param name="Fault">Null where there is none.</param>
/// <param name="Version">Of its row; null: there is no row.</param>
public sealed record HeldPlan(SealedPlan? Plan, SealFault? Fault, string? Version)
{
    /// <summary>Why the plan may not be used in one of the states, as the finding shows it; null: it may.</summary>
    /// <param name="now">Compared with the plan's own end.</param>
    public SealFault? FaultIn(DateTimeOffset now, params ReadOnlySpan<SealedPlanState> states)
    {
        if (Plan is not { } plan)
        {
            return Fault ?? SealFault.Missing;
        }

        if (!states.Contains(plan.State))
        {
            return SealFault.OutOfTurn;
        }

        var until = plan.State is SealedPlanState.Applied or SealedPlanState.Undoing or SealedPlanState.Undone
            ? plan.UndoUntil
            : plan.ApplyUntil;
        return now > until ? SealFault.Expired : null;
    }
}
