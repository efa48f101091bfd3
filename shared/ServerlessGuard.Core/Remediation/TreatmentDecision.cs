using ServerlessGuard.Findings;
using ServerlessGuard.Guards;

namespace ServerlessGuard.Remediation;

/// <summary>Whether a plan is applied, waits, is shown or is refused: every guard in one pure place.</summary>
public static class TreatmentDecision
{
    internal const string NeverTouch = "it is never to be changed (a tag, its account, or an emergency user)";

    /// <summary>How a proposal begins that would have been a fix.</summary>
    internal const string BreakerOpen = "the circuit breaker is open: ";

    /// <param name="finding">With what was done about it before.</param>
    /// <param name="plan">Made from the live state just now.</param>
    /// <param name="settings">The modes and limits.</param>
    /// <param name="fixesThisHour">Of this rule in this account.</param>
    /// <param name="control">The deployment's switch.</param>
    /// <param name="now">The time.</param>
    public static (TreatmentState State, string? Detail) Decide(
        Finding finding, RemediationPlan plan, RemediationSettings settings, int fixesThisHour, Control control, DateTimeOffset now)
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

        if (control.Stops is { } stopped)
        {
            // What was approved before the stop is asked for again after it.
            return (before is { State: TreatmentState.Approved } || settings.ModeOf(finding.RuleId, finding.Resource.Account) is RemediationMode.Approve ? TreatmentState.AwaitingApproval : TreatmentState.Proposed, stopped);
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

        if (settings.DryWindow > TimeSpan.Zero && now < control.FirstSeen + settings.DryWindow)
        {
            return (TreatmentState.Proposed, $"the dry window after the first deployment lasts until {control.FirstSeen + settings.DryWindow:yyyy-MM-dd HH:mm} UTC");
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
            ? (TreatmentState.Proposed, BreakerOpen + $"{fixesThisHour} fixes of this rule in this account within the hour")
            : (TreatmentState.Applying, null);
    }

    private static string Who(Finding finding) => finding.Actor is { } actor ? $" (last by {actor})" : string.Empty;
}
