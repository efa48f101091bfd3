using ServerlessGuard.Findings;

namespace ServerlessGuard.Remediation;

/// <summary>Whether a plan is applied, waits, is shown or is refused: every guard in one pure place.</summary>
public static class TreatmentDecision
{
    internal const string NeverTouch = "a tag of the resource says that it is never to be changed";

    /// <param name="finding">With what was done about it before.</param>
    /// <param name="plan">Made from the live state just now.</param>
    /// <param name="settings">The modes and limits.</param>
    /// <param name="fixesThisHour">Of this rule in this account.</param>
    /// <param name="now">The time.</param>
    public static (TreatmentState State, string? Detail) Decide(Finding finding, RemediationPlan plan, RemediationSettings settings, int fixesThisHour, DateTimeOffset now)
    {
        var before = finding.Treatment;
        var fixes = before?.Fixes.Count(at => at > now - settings.LoopWindow) ?? 0;
        if (finding.NeverTouch)
        {
            return (TreatmentState.Refused, NeverTouch);
        }

        if (before is { State: TreatmentState.Rejected } && before.Plan?.Id == plan.Id)
        {
            return (TreatmentState.Rejected, before.Detail);
        }

        if (before is { State: TreatmentState.Approved } && before.Plan?.Id == plan.Id)
        {
            return (TreatmentState.Applying, null);
        }

        if (fixes >= settings.MaxFixesPerFinding)
        {
            return (TreatmentState.Escalated, $"fixed {fixes} times within {settings.LoopWindow.TotalMinutes:0} minutes and back again: something re-applies it" + Who(finding));
        }

        var mode = settings.ModeOf(finding.RuleId, finding.Resource.Account);
        if (mode is not RemediationMode.Enforce)
        {
            return (mode is RemediationMode.Approve ? TreatmentState.AwaitingApproval : TreatmentState.Proposed, null);
        }

        if (before?.HeldBack is { } held)
        {
            return (TreatmentState.Proposed, held);
        }

        if (plan.Risk is not Risk.None && !settings.EnforceRisky.Contains(finding.RuleId.Split('/')[0]))
        {
            return (TreatmentState.AwaitingApproval, plan.Risk is Risk.Irreversible ? "it cannot be undone" : "clients may lose access");
        }

        return fixesThisHour >= settings.MaxFixesPerHour
            ? (TreatmentState.Proposed, $"the circuit breaker is open: {fixesThisHour} fixes of this rule in this account within the hour")
            : (TreatmentState.Applying, null);
    }

    private static string Who(Finding finding) => finding.Actor is { } actor ? $" (last by {actor})" : string.Empty;
}
