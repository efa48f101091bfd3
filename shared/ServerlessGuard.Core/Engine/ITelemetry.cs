using ServerlessGuard.Decisions;
using ServerlessGuard.Federation;
using ServerlessGuard.Findings;
using ServerlessGuard.Notifications;
using ServerlessGuard.Remediation;
using ServerlessGuard.Remediation.Seals;

namespace ServerlessGuard.Engine;

/// <summary>
/// What happened, for whoever runs the deployment: each host counts and logs it by the names that its platform's alarms and queries know.
/// </summary>
public interface ITelemetry
{
    /// <summary>
    /// Files of the team's own rules were left out. Said with every event: an alarm on what is said once at the start would go back by
    /// itself.
    /// </summary>
    void RuleFilesRefused(int count);

    /// <summary>One resource was judged and recorded.</summary>
    void Judged(Observation observation, PipelineResult result);

    /// <summary>A fix was carried through, or there was nothing to do.</summary>
    void Fixed(OutboxEntry entry, RemedyOutcome outcome);

    /// <summary>A person's command was carried out or turned down.</summary>
    void CarriedOut(OutboxPlace place, OutboxEntry entry, CommandOutcome outcome);

    /// <summary>A message came about an entry that is no more.</summary>
    void DoneBefore();

    /// <summary>Why an entry was not treated could not be noted in it.</summary>
    void NotNoted(OutboxEntry entry, string reason);

    /// <summary>A message to ourselves was lost; the schedule comes by.</summary>
    /// <param name="kind">Of the entries that it was about; <see cref="OutboxKind.Federate"/> for whatever leaves this cloud.</param>
    /// <param name="reason">One line.</param>
    void WakeLost(OutboxKind kind, string reason);

    void Forwarded(SenderReport report);

    void Told(NotifierReport report);

    /// <summary>Forwarding or telling stopped before the deadline; the next run goes on.</summary>
    void GoesOn(OutboxKind kind);

    /// <summary>Approvals and exemptions that ended by time.</summary>
    void EndedByTime(int count);

    /// <summary>A plan that might be an attacker's was not applied.</summary>
    void SealRefused(SealFault fault);

    /// <summary>The peer does what somebody should know of.</summary>
    void PeerAlarm(PeerAlarmKind kind);

    /// <summary>What waits in the outbox after a scheduled run.</summary>
    void Waiting(OutboxKind kind, OutboxDepth depth);
}
