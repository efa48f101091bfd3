using ServerlessGuard.Findings;
using ServerlessGuard.Guards;
using ServerlessGuard.Remediation;
using ServerlessGuard.Remediation.Seals;

namespace ServerlessGuard.Decisions;

/// <summary>A person's yes or no, under the seal of the plan that it is about.</summary>
/// <param name="plans">Where it is sealed.</param>
/// <param name="settings">How many it takes, and how long a yes holds.</param>
internal sealed class SealedDecision(SealedPlans plans, Command command, ApprovalSettings settings)
{
    private HeldPlan? _held;

    /// <summary>Why the plan that the finding shows is not one to say yes to; null: it may be, as far as the seal goes.</summary>
    public async Task<SealFault?> ReadAsync(Finding finding, DateTimeOffset now, CancellationToken cancellation)
    {
        if (finding.Treatment is not { Plan: { } shown } treatment || shown.Id != command.PlanId || !Decision.Waits(treatment.State))
        {
            return null;
        }

        _held = await plans.FindAsync(finding, shown.Id, cancellation);
        if (command.Kind is not CommandKind.Approve || treatment.State is TreatmentState.Expired)
        {
            // A no needs no proof, and an expired plan gets none.
            return null;
        }

        return _held.FaultIn(now, SealedPlanState.Planned, SealedPlanState.Approved)
            ?? (Planning.AreSame(shown, _held.Plan!.Plan) ? null : SealFault.Different);
    }

    /// <summary>
    /// The finding with the approvals that are sealed, in place of those that its row claims; without this very command's, which may have
    /// been sealed before a kill.
    /// </summary>
    public Finding Known(Finding finding) => _held?.Plan is not { } plan || finding.Treatment is not { } treatment ? finding : finding with
    {
        Treatment = treatment with
        {
            Approvals = [.. Others(plan).Select(approval => approval.Person)],
            By = string.Join(" and ", Others(plan).Select(approval => approval.Name)) is { Length: > 0 } names ? names : null,
        },
    };

    /// <summary>Seals what was decided. False: another was there first.</summary>
    public async Task<bool> WriteAsync(Finding next, DateTimeOffset now, CancellationToken cancellation)
    {
        if (_held is not { Plan: { } plan } held)
        {
            return command.Kind is CommandKind.Reject;
        }

        if (command.Kind is CommandKind.Reject)
        {
            return await plans.EnsureAsync(held, plan with { State = SealedPlanState.Refused, Approvals = [] }, cancellation);
        }

        if (plan.Approvals.Any(approval => approval.Command == command.Id))
        {
            return true;
        }

        var isEnough = next.Treatment?.State is TreatmentState.Approved;
        return await plans.WriteAsync(
            held,
            plan with
            {
                State = isEnough ? SealedPlanState.Approved : SealedPlanState.Planned,
                ApplyUntil = isEnough ? now + settings.Expiry : plan.ApplyUntil,
                Approvals = [.. Others(plan), new SealedApproval(command.By.Id, command.By.Name, command.Id, now)],
            },
            cancellation);
    }

    private IEnumerable<SealedApproval> Others(SealedPlan plan) => plan.Approvals.Where(approval => approval.Command != command.Id);
}
