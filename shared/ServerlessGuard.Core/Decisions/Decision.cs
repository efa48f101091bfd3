using ServerlessGuard.Findings;
using ServerlessGuard.Guards;
using ServerlessGuard.Remediation;

namespace ServerlessGuard.Decisions;

/// <summary>What a yes or a no to a plan makes of a finding. Pure.</summary>
public abstract record Decision
{
    private Decision()
    {
    }

    public sealed record Change(Finding Next, FindingStep Step, string Detail) : Decision;

    public sealed record Refuse(string Why) : Decision;

    /// <param name="settings">How many it takes, and how long a plan waits.</param>
    public static Decision Of(Finding finding, Command command, ApprovalSettings settings, DateTimeOffset now)
    {
        var word = command.Kind is CommandKind.Approve ? "approve" : "reject";
        if (finding is not { Status: FindingStatus.Open, Treatment: { Plan: { } plan } treatment } || !Waits(treatment.State))
        {
            return new Refuse($"{word}: no plan of this finding is waiting for a decision");
        }

        if (command.PlanId != plan.Id)
        {
            return new Refuse($"{word}: the plan has changed since; the new one is: {plan.Sentence}");
        }

        if (command.Kind is CommandKind.Reject)
        {
            return new Change(
                With(finding,
                    treatment with
                    { State = TreatmentState.Rejected, By = command.By.Name, At = now, Detail = command.Reason, Approvals = [] }),
                    FindingStep.Rejected, command.Reason ?? plan.Sentence);
        }

        if (finding.NeverTouch)
        {
            return new Refuse("approve: " + TreatmentDecision.NeverTouch);
        }

        if (treatment.State is TreatmentState.Expired || now - treatment.At > settings.Expiry)
        {
            return new Refuse(
                $"approve: the plan is older than {settings.Expiry.TotalHours:0} hours; a new one is made on the next change or sweep");
        }

        var needed = settings.Needed(finding.RuleId);
        if (needed > 1 && !ApprovalSettings.IsVerified(command.By.Id))
        {
            return new Refuse(
                $"approve: it needs {needed} people, and the identity of {command.By.Name} is not verified: decide in Slack, or sign in");
        }

        if (needed > 1 && command.IssuedIn != finding.Resource.Provider)
        {
            return new Refuse(
                $"approve: it needs {needed} people, and the other cloud cannot vouch for them: decide in {finding.Resource.Provider}");
        }

        if (treatment.Approvals.Any(given => settings.IsSamePerson(given, command.By.Id)))
        {
            return new Refuse($"approve: {command.By.Name} has already approved it; another person is needed");
        }

        var approvals = treatment.Approvals.Add(command.By.Id);
        var names = treatment.By is { } first && !treatment.Approvals.IsEmpty ? first + " and " + command.By.Name : command.By.Name;
        return !settings.AreEnough(finding.RuleId, approvals)
            ? new Change(With(finding, treatment with { State = TreatmentState.AwaitingApproval, By = names, Approvals = approvals }),
                FindingStep.AwaitingApproval, $"approved by {command.By.Name}, one of {needed}")
            : new Change(With(finding, treatment with { State = TreatmentState.Approved, By = names, At = now, Approvals = approvals }),
                FindingStep.Approved, plan.Sentence);
    }

    /// <summary>A proposal can be approved as well as a question.</summary>
    public static bool Waits(TreatmentState state) =>
        state is TreatmentState.Proposed or TreatmentState.AwaitingApproval or TreatmentState.Expired;

    private static Finding With(Finding finding, Treatment treatment) =>
        finding with { Revision = finding.Revision + 1, Treatment = treatment };
}
