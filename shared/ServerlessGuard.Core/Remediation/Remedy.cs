using System.Text.Json.Nodes;
using ServerlessGuard.Findings;
using ServerlessGuard.Guards;
using ServerlessGuard.Recording;
using ServerlessGuard.Remediation.Seals;
using ServerlessGuard.Rules;
using ServerlessGuard.Settings;
using ServerlessGuard.Tables;

namespace ServerlessGuard.Remediation;

/// <summary>
/// Carries one finding's remediation through: read live, plan, decide, seal and record the intent, write, read back, seal and record. The
/// intent with its before-state is in the table before the first call, so that a process killed anywhere is replayed to the same end, with
/// the same number of fixes.
/// </summary>
/// <remarks>
/// The finding's row decides whether something is written, never what: that comes from the live state, or from the sealed plan
/// (<see cref="SealedPlans"/>) that was made from it. Every sealed row is written before the finding's: a kill between the two leaves a
/// plan that nobody asks for. Transient faults (<see cref="CloudCallException.IsTransient"/>, <see cref="TableUnavailableException"/>) are
/// thrown: the outbox entry stays and is tried again. What a service refuses for good is recorded as Failed.
/// </remarks>
public sealed partial class Remedy(
    ITable table,
    SealedPlans plans,
    IReadOnlyList<Remediator> remediators,
    RuleSettings rules,
    RemediationSettings settings,
    ApprovalSettings approvals,
    Controls controls,
    TimeProvider time,
    Backoff backoff,
    OutboxPolicy outbox)
{
    private const int MaxFixesKept = 10;

    /// <summary>Does what the entry asks for and deletes it in the transaction that records the outcome.</summary>
    public async Task<RemedyOutcome> HandleAsync(OutboxEntry entry, CancellationToken cancellation)
    {
        var partition = RowKeys.Partition(entry.Resource);
        var entryKey = OutboxRows.Key(entry);
        return await backoff.WinAsync(time, $"remediation of {entry.RuleId}", async Task<RemedyOutcome?> () =>
        {
            if (await table.FindAsync(partition, entryKey, cancellation) is not { } entryRow)
            {
                return new RemedyOutcome(null, "done before");
            }

            var row = await table.FindAsync(partition, FindingKeys.Finding(RowKeys.Hash(entry.Resource), entry.RuleId), cancellation);
            var finding = row is null ? null : FindingRows.Finding(row);
            if (row is not null && finding is not null && !IsAt(finding, row))
            {
                finding = null;
            }

            var work = new Work(partition, row, finding is null ? null : Touched(finding), entry.Step,
                new TableWrite.Delete(entryKey, entryRow.Version));
            return await TreatAsync(work, cancellation);
        }, cancellation);
    }

    /// <summary>A row that speaks of another resource or rule than its place does is nobody's.</summary>
    internal static bool IsAt(Finding finding, TableRow row) =>
        FindingKeys.Finding(finding) == row.Key && RowKeys.Partition(finding.Resource) == row.Partition
            && FindingId.Of(finding.RuleId, finding.Resource) == finding.Id;

    /// <summary>Null when another was there first: read again.</summary>
    private async Task<RemedyOutcome?> TreatAsync(Work work, CancellationToken cancellation)
    {
        if (work.Finding is not { } finding || !Concerns(finding)
            || remediators.FirstOrDefault(candidate => candidate.Handles(finding)) is not { } remediator)
        {
            return await DoneAsync(work, new RemedyOutcome(null, "nothing to do"), cancellation);
        }

        try
        {
            return await PlanAndApplyAsync(work, finding, remediator, cancellation);
        }
        catch (CloudCallException refused) when (!refused.IsTransient)
        {
            return await RecordAsync(work, finding, TreatmentState.Failed, finding.Treatment?.Plan, refused.Message, cancellation);
        }
    }

    /// <summary>
    /// A fix that was begun is always looked at again, even when its own effect has resolved the finding in the meantime. An undo that was
    /// begun is not touched. A rule is treated by its own remediation only, whatever the row says.
    /// </summary>
    private bool Concerns(Finding finding) =>
        finding.Remediation is not null && RuleCatalog.BuiltIn.Find(finding.RuleId)?.Descriptor.Remediation == finding.Remediation
            && finding.Treatment switch
    {
        { State: TreatmentState.Applying, Plan: not null } => true,
        { State: TreatmentState.Undoing } => false,
        _ when finding.Preview => false,
        { State: TreatmentState.Approved } => finding.Status is FindingStatus.Open,
        _ => finding.Status is FindingStatus.Open
            && settings.ModeOf(finding.RuleId, finding.Resource.Account) is not RemediationMode.Observe,
    };

    /// <summary>What is never to be changed, by the settings as they are now: the row may be older.</summary>
    private Finding Touched(Finding finding) =>
        finding.NeverTouch || !NeverTouched.Is(finding.Resource, rules) ? finding : finding with { NeverTouch = true };

    private async Task<RemedyOutcome?> DoneAsync(Work work, RemedyOutcome outcome, CancellationToken cancellation) =>
        await table.CommitAsync(work.Partition, [work.Done], cancellation) ? outcome : null;

    private async Task<RemedyOutcome?> PlanAndApplyAsync(Work work, Finding finding, Remediator remediator, CancellationToken cancellation)
    {
        var live = await remediator.ReadAsync(finding, cancellation);
        if (finding.Treatment is { State: TreatmentState.Applying, Plan: { } begun } && live is not null)
        {
            return await ResumeAsync(work, finding, remediator, begun, live, cancellation);
        }

        if (finding.Treatment is { State: TreatmentState.Fixed, Plan: { } done } && live is not null
            && await IsFixedAsync(finding, done, live, cancellation))
        {
            // Still open only because the cloud has not reported the fix yet, or because the fix contains rather than cures: the way back
            // must not be forgotten.
            return await DoneAsync(work, new RemedyOutcome(TreatmentState.Fixed, "fixed before"), cancellation);
        }

        switch (live is null ? null : remediator.Desire(live, finding))
        {
            case null:
                return await RecordAsync(work, finding, TreatmentState.AlreadyDone, null, "the resource is gone", cancellation);
            case Desired.Nothing:
                return await RecordAsync(work, finding, TreatmentState.AlreadyDone, null, "the live state needs no change", cancellation);
            case Desired.Refuse(var reason):
                return await RecordAsync(work, finding, TreatmentState.Refused, null, reason, cancellation);
            case Desired.Change change:
                return await DecideAsync(work, finding, remediator, Planning.Plan(finding, remediator, live!, change, time.GetUtcNow()),
                    cancellation);
            default:
                throw new InvalidOperationException("a desired state of no known kind");
        }
    }

    private async Task<bool> IsFixedAsync(Finding finding, RemediationPlan done, JsonNode live, CancellationToken cancellation) =>
        await plans.FindAsync(finding, done.Id, cancellation) is { Plan: { State: SealedPlanState.Applied } known }
            && JsonNode.DeepEquals(live, JsonNode.Parse(known.Plan.After));

    private sealed record Work(string Partition, TableRow? Row, Finding? Finding, FindingStep Step, TableWrite.Delete Done,
        bool IsQuiet = false);
}

/// <param name="State">Null when nothing was to be done.</param>
public sealed record RemedyOutcome(TreatmentState? State, string Detail);
