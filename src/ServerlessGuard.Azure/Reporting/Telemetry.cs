using ServerlessGuard.Decisions;
using ServerlessGuard.Engine;
using ServerlessGuard.Federation;
using ServerlessGuard.Findings;
using ServerlessGuard.Notifications;
using ServerlessGuard.Remediation;
using ServerlessGuard.Remediation.Seals;

namespace ServerlessGuard.Azure.Reporting;

/// <summary>The engine's events as lines and numbers for Application Insights.</summary>
internal sealed class Telemetry(Journal journal) : ITelemetry
{
    public void RuleFilesRefused(int count) => journal.Metric("rules.refused", count);

    public void Judged(Observation observation, PipelineResult result)
    {
        foreach (var fault in result.Faults)
        {
            journal.Warn("rule fault", ("fault", fault));
            journal.Metric("rules.faults", 1);
        }

        foreach (var change in result.Changes)
        {
            journal.Info(
                "finding",
                ("id", change.After.Id),
                ("step", change.Event.Step.ToString()),
                ("severity", change.After.Severity.ToString()),
                ("resource", change.After.Resource.Id));
        }
    }

    public void Fixed(OutboxEntry entry, RemedyOutcome outcome)
    {
        journal.Info("remediation", ("rule", entry.RuleId), ("resource", entry.Resource.Id), ("state", outcome.State?.ToString()),
            ("detail", outcome.Detail));
        journal.Metric("remediations", 1, ("rule", entry.RuleId), ("state", outcome.State?.ToString() ?? "none"));
    }

    public void CarriedOut(OutboxPlace place, OutboxEntry entry, CommandOutcome outcome)
    {
        journal.Info("command", ("partition", place.Partition), ("state", outcome.State.ToString()), ("detail", outcome.Detail));
        journal.Metric("commands", 1, ("state", outcome.State.ToString()));
    }

    public void DoneBefore()
    {
        // The call's own answer says so.
    }

    public void NotNoted(OutboxEntry entry, string reason) =>
        journal.Warn("the fault of a remediation could not be noted", ("rule", entry.RuleId), ("detail", reason));

    public void WakeLost(OutboxKind kind, string reason) => journal.Warn("kick lost", ("reason", reason));

    public void Forwarded(SenderReport report)
    {
        journal.Metric("federation.delivered", report.Delivered);
        journal.Metric("federation.set_aside", report.SetAside);
        if (report.Fault is { } fault)
        {
            journal.Warn("peer away", ("reason", fault));
        }
    }

    public void Told(NotifierReport report)
    {
        journal.Metric("chat.posted", report.Posted);
        journal.Metric("chat.updated", report.Updated + report.Replied);
        journal.Metric("chat.digests", report.Digests);
        journal.Metric("chat.set_aside", report.SetAside);
        if (report.Fault is { } fault)
        {
            journal.Warn("chat does not answer as it should", ("reason", fault));
        }
    }

    public void GoesOn(OutboxKind kind)
    {
        // The call's own answer says so.
    }

    public void EndedByTime(int count) => journal.Metric("ended_by_time", count);

    public void SealRefused(SealFault fault) => journal.Metric(SealedPlans.Metric, 1, ("fault", fault.ToString()));

    public void PeerAlarm(PeerAlarmKind kind) => journal.Metric("peer.alarm", 1, ("kind", kind.ToString()));

    public void Waiting(OutboxKind kind, OutboxDepth depth)
    {
        var name = kind.ToString().ToLowerInvariant();
        journal.Metric("outbox.depth", depth.Depth, ("kind", name), ("whole", depth.IsWhole ? "true" : "so far"));
        journal.Metric("outbox.oldest_s", depth.Oldest.TotalSeconds, ("kind", name));
    }
}
