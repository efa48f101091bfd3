using ServerlessGuard.Findings;
using ServerlessGuard.Guards;
using ServerlessGuard.Tables;

namespace ServerlessGuard.Recording;

/// <summary>Which outbox entries a change of a finding leaves behind: the same answer in both clouds.</summary>
/// <param name="settings">The modes.</param>
/// <param name="federates">A peer is configured: every change is its business.</param>
/// <param name="notifies">Somebody is to be told.</param>
public sealed class OutboxPolicy(RemediationSettings settings, bool federates = false, bool notifies = false)
{
    /// <summary>Whether anything ever leaves this cloud.</summary>
    public bool Sends => federates || notifies;

    /// <remarks>A rule in preview is judged and recorded, in both tables, and that is all: here, once, for every way in which a finding
    /// changes.</remarks>
    public IEnumerable<OutboxKind> After(FindingChange change)
    {
        var isPreview = change.After.Preview;
        if (!isPreview && Remediates(change))
        {
            yield return OutboxKind.Remediate;
        }

        if (federates)
        {
            yield return OutboxKind.Federate;
        }

        if (notifies && !isPreview && Tells(change.Event.Step))
        {
            yield return OutboxKind.Notify;
        }
    }

    /// <summary>After a row that is no finding changed.</summary>
    /// <param name="partition">The account's.</param>
    /// <param name="key">Of the row.</param>
    /// <param name="at">The time.</param>
    /// <param name="tells">Whether people are told of it.</param>
    /// <param name="federated">Whether the peer holds it too.</param>
    public IEnumerable<TableWrite> AfterRow(string partition, string key, DateTimeOffset at, bool tells, bool federated = true)
    {
        if (federates && federated)
        {
            yield return new TableWrite.Put(
                OutboxRows.Row(partition, OutboxEntry.OfRow(OutboxKind.Federate, partition, key, at), version: null));
        }

        if (notifies && tells)
        {
            yield return new TableWrite.Put(
                OutboxRows.Row(partition, OutboxEntry.OfRow(OutboxKind.Notify, partition, key, at), version: null));
        }
    }

    private bool Remediates(FindingChange change) => change.After is { Status: FindingStatus.Open, Remediation: not null } finding
        && change.Event.Step is FindingStep.Opened or FindingStep.Reopened or FindingStep.Changed or FindingStep.Approved
        && (settings.ModeOf(finding.RuleId, finding.Resource.Account) is not RemediationMode.Observe
            || change.Event.Step is FindingStep.Approved);

    /// <summary>What a person would want to know of; the intent before a fix is not, its outcome is.</summary>
    private static bool Tells(FindingStep step) => step switch
    {
        FindingStep.Opened or FindingStep.Changed or FindingStep.Resolved or FindingStep.Reopened or FindingStep.Suppressed
            or FindingStep.Proposed
            or FindingStep.AwaitingApproval or FindingStep.Approved or FindingStep.Rejected or FindingStep.Fixed or FindingStep.AlreadyDone
            or FindingStep.Refused or FindingStep.Failed or FindingStep.Undone or FindingStep.Escalated or FindingStep.Expired
            or FindingStep.Declined or FindingStep.ExemptionEnding => true,
        FindingStep.Applying or FindingStep.Undoing => false,
    };
}
