using ServerlessGuard.Findings;
using ServerlessGuard.Guards;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Remediation;

/// <summary>Whether a plan is applied, waits, is shown or is refused: every guard in one pure place.</summary>
public static class TreatmentDecision
{
    internal const string NeverTouch = "it is never to be changed (a tag, its account, or an emergency user)";

    private const string NeedsApproval = "such a fix now needs a person's approval, and this one has none";

    internal const string Observed = "the rule is set to observe here: nothing is changed";

    /// <param name="finding">With what was done about it before.</param>
    /// <param name="plan">Made from the live state just now.</param>
    /// <param name="standing">What is sealed of this very plan.</param>
    /// <param name="count">Of this rule in this account and hour.</param>
    public static TreatmentAnswer Decide(
        Finding finding, RemediationPlan plan, PlanStanding standing, RemediationSettings settings, BreakerCount count, Control control,
        DateTimeOffset now)
    {
        var before = finding.Treatment;
        var mode = settings.ModeOf(finding.RuleId, finding.Resource.Account);
        if (finding.NeverTouch)
        {
            return new TreatmentAnswer(TreatmentState.Refused, NeverTouch);
        }

        if (standing.IsRejected || before is { State: TreatmentState.Rejected } && before.Plan?.Id == plan.Id)
        {
            return new TreatmentAnswer(TreatmentState.Rejected, before?.Detail);
        }

        if (control.Stops is { } stopped)
        {
            // What was approved before the stop is asked for again after it.
            return new TreatmentAnswer(before is { State: TreatmentState.Approved } || mode is RemediationMode.Approve
                ? TreatmentState.AwaitingApproval
                : TreatmentState.Proposed, stopped, HeldBackBy.Stop);
        }

        if (standing.IsApproved)
        {
            return mode is RemediationMode.Observe ? new TreatmentAnswer(TreatmentState.Refused, Observed)
                : Breaks(finding, standing, settings, count, isApproved: true) is { } much
                    ? new TreatmentAnswer(TreatmentState.AwaitingApproval, much, HeldBackBy.Breaker)
                : new TreatmentAnswer(TreatmentState.Applying, null);
        }

        var fixes = before?.Fixes.Count(at => at > now - settings.LoopWindow) ?? 0;
        if (fixes >= settings.MaxFixesPerFinding)
        {
            return new TreatmentAnswer(TreatmentState.Escalated,
                $"fixed {fixes} times within {settings.LoopWindow.TotalMinutes:0} minutes and back again: something re-applies it"
                + Who(finding));
        }

        if (mode is not RemediationMode.Enforce)
        {
            return new TreatmentAnswer(mode is RemediationMode.Approve ? TreatmentState.AwaitingApproval : TreatmentState.Proposed, null);
        }

        if (settings.DryWindow > TimeSpan.Zero && now < control.FirstSeen + settings.DryWindow)
        {
            return new TreatmentAnswer(
                TreatmentState.Proposed,
                $"the dry window after the first deployment lasts until {control.FirstSeen + settings.DryWindow:yyyy-MM-dd HH:mm} UTC",
                HeldBackBy.DryWindow);
        }

        if ((before?.HeldBack ?? standing.HeldBack) is { } held)
        {
            return new TreatmentAnswer(TreatmentState.Proposed, held);
        }

        if (plan.Risk is not Risk.None && !settings.EnforceRisky.Contains(SubFinding.RuleOf(finding.RuleId)))
        {
            return new TreatmentAnswer(TreatmentState.AwaitingApproval,
                plan.Risk is Risk.Irreversible ? "it cannot be undone" : "clients may lose access");
        }

        return Breaks(finding, standing, settings, count, isApproved: false) is { } tooMany
            ? new TreatmentAnswer(TreatmentState.Proposed, tooMany, HeldBackBy.Breaker)
            : new TreatmentAnswer(TreatmentState.Applying, null);
    }

    /// <summary>Why a fix that was begun may not be brought to its end as things stand now; null: it may.</summary>
    /// <param name="isApproved">By as many people as it takes, under the seal.</param>
    public static string? Forbids(Finding finding, Risk risk, bool isApproved, RemediationSettings settings) =>
        finding.NeverTouch ? NeverTouch : settings.ModeOf(finding.RuleId, finding.Resource.Account) switch
    {
        RemediationMode.Observe => Observed,
        RemediationMode.Propose or RemediationMode.Approve => isApproved ? null : NeedsApproval,
        RemediationMode.Enforce =>
            isApproved || risk is Risk.None || settings.EnforceRisky.Contains(SubFinding.RuleOf(finding.RuleId)) ? null : NeedsApproval,
    };

    /// <summary>Why the breaker lets no more through; null: it does.</summary>
    public static string? Breaks(Severity severity, RemediationSettings settings, BreakerCount count, bool isApproved)
    {
        var (isCritical, ceiling) = (severity is Severity.Critical, settings.Ceiling(isApproved));
        var done = count.Of(isCritical, isApproved);
        return done < ceiling ? null
            : $"the circuit breaker is open: {done} {(isApproved ? "changes that people asked for" : "fixes")} of this "
                + $"rule{(isCritical ? "'s critical findings" : string.Empty)} in this account within the hour";
    }

    /// <summary>An intent that was counted already, before a kill, is not held back by itself.</summary>
    private static string? Breaks(Finding finding, PlanStanding standing, RemediationSettings settings, BreakerCount count,
        bool isApproved) =>
        standing.IsCounted ? null : Breaks(finding.Severity, settings, count, isApproved);

    private static string Who(Finding finding) => finding.Actor is { } actor ? $" (last by {actor})" : string.Empty;
}

/// <param name="HeldBackBy">Where it would be applied otherwise.</param>
public sealed record TreatmentAnswer(TreatmentState State, string? Detail, HeldBackBy? HeldBackBy = null);

/// <summary>What is sealed of a plan, as far as a decision needs it.</summary>
/// <param name="IsApproved">The finding says so, and the seal too.</param>
/// <param name="IsRejected">A person said no to it.</param>
/// <param name="IsCounted">The breaker has counted this very intent.</param>
/// <param name="HeldBack">Why it is not applied again without a person.</param>
public sealed record PlanStanding(bool IsApproved = false, bool IsRejected = false, bool IsCounted = false, string? HeldBack = null);
