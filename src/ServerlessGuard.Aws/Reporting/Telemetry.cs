using ServerlessGuard.Aws.Runtime;
using ServerlessGuard.Decisions;
using ServerlessGuard.Engine;
using ServerlessGuard.Federation;
using ServerlessGuard.Findings;
using ServerlessGuard.Notifications;
using ServerlessGuard.Remediation;
using ServerlessGuard.Remediation.Seals;

namespace ServerlessGuard.Aws.Reporting;

/// <summary>The engine's events as CloudWatch metrics and log lines.</summary>
internal sealed class Telemetry(Log log, Metrics metrics, TimeProvider time) : ITelemetry
{
    public void RuleFilesRefused(int count) => metrics.Count("RuleFilesRefused", count);

    public void Judged(Observation observation, PipelineResult result)
    {
        var now = time.GetUtcNow();
        if (observation.DeliveredAt is { } delivered)
        {
            metrics.Time("DeliveredToRecorded", now - delivered);
        }

        if (observation.Resource.CapturedAt is { } captured)
        {
            metrics.Time("CapturedToRecorded", now - captured);
        }

        metrics.Count("Stale", result.IsStale ? 1 : 0);
        foreach (var group in result.Evaluations.GroupBy(evaluation => evaluation.Verdict.Compliance))
        {
            metrics.Count("Verdicts" + group.Key, group.Count());
        }

        foreach (var change in result.Changes)
        {
            metrics.Count($"Findings{change.Event.Step}{change.After.Severity}");
            log.Write(
                LogLevel.Info,
                "finding",
                ("step", change.Event.Step),
                ("ruleId", change.After.RuleId),
                ("severity", change.After.Severity),
                ("status", change.After.Status),
                ("resource", change.After.Resource.Id),
                ("revision", change.After.Revision));
        }

        foreach (var fault in result.Faults)
        {
            metrics.Count("RuleFaults");
            log.Write(LogLevel.Error, "a rule or reader failed", ("detail", fault));
        }
    }

    public void Fixed(OutboxEntry entry, RemedyOutcome outcome)
    {
        metrics.Count("Remediation" + (outcome.State?.ToString() ?? "Nothing"));
        metrics.Time("AskedToTreated", time.GetUtcNow() - entry.CreatedAt);
        log.Write(
            LogLevel.Info,
            "remediation",
            ("ruleId", entry.RuleId),
            ("resource", entry.Resource.Id),
            ("state", outcome.State?.ToString()),
            ("detail", outcome.Detail));
    }

    public void CarriedOut(OutboxPlace place, OutboxEntry entry, CommandOutcome outcome)
    {
        metrics.Count("Command" + outcome.State);
        metrics.Time("AskedToTreated", time.GetUtcNow() - entry.CreatedAt);
        log.Write(LogLevel.Info, "command", ("partition", place.Partition), ("state", outcome.State.ToString()),
            ("detail", outcome.Detail));
    }

    public void DoneBefore() => metrics.Count("KicksDoneBefore");

    public void NotNoted(OutboxEntry entry, string reason) =>
        log.Write(LogLevel.Warn, "the fault of a remediation could not be noted", ("ruleId", entry.RuleId), ("detail", reason));

    public void WakeLost(OutboxKind kind, string reason)
    {
        metrics.Count("KickFailures");
        var what = kind switch
        {
            OutboxKind.Remediate => "the remediation was not kicked; the outbox schedule will",
            OutboxKind.Command => "a command was not kicked; the outbox schedule will",
            OutboxKind.Federate or OutboxKind.Notify => "the outbox was not woken; its schedule will come by",
        };
        log.Write(LogLevel.Warn, what, ("detail", reason));
    }

    public void Forwarded(SenderReport report)
    {
        metrics.Count("FederationDelivered", report.Delivered);
        metrics.Count("FederationSetAside", report.SetAside);
        metrics.Count("FederationFailures", report.Fault is null ? 0 : 1);
        if (report.Delivered + report.SetAside > 0 || report.Fault is not null)
        {
            log.Write(
                report.Fault is null ? LogLevel.Info : LogLevel.Warn,
                "forwarded",
                ("delivered", report.Delivered),
                ("setAside", report.SetAside),
                ("detail", report.Fault));
        }
    }

    public void Told(NotifierReport report)
    {
        metrics.Count("ChatPosted", report.Posted);
        metrics.Count("ChatUpdated", report.Updated + report.Replied);
        metrics.Count("ChatDigests", report.Digests);
        metrics.Count("ChatSetAside", report.SetAside);
        metrics.Count("ChatFailures", report.Failed);
        if (report.Fault is { } fault)
        {
            log.Write(LogLevel.Warn, "chat does not answer as it should", ("detail", fault));
        }
    }

    public void GoesOn(OutboxKind kind) =>
        log.Write(LogLevel.Info,
            kind is OutboxKind.Notify ? "telling stopped before the deadline" : "forwarding stopped before the deadline");

    public void EndedByTime(int count) => metrics.Count("EndedByTime", count);

    public void SealRefused(SealFault fault) => metrics.Count(SealedPlans.Metric);

    public void PeerAlarm(PeerAlarmKind kind) => metrics.Count($"Peer{kind}");

    public void Waiting(OutboxKind kind, OutboxDepth depth)
    {
        // What the alarms on fixes have always been named.
        var (entries, age) = kind is OutboxKind.Remediate
            ? ("OutboxDepth", "OutboxAgeSeconds")
            : ($"Outbox{kind}Depth", $"Outbox{kind}AgeSeconds");
        metrics.Count(entries, depth.Depth);
        metrics.Count(age, Math.Round(depth.Oldest.TotalSeconds));
        if (kind is not OutboxKind.Remediate && depth.Depth > 0)
        {
            log.Write(
                LogLevel.Info,
                "outbox",
                ("kind", kind.ToString()),
                ("depth", depth.Depth),
                ("oldestSeconds", depth.Oldest.TotalSeconds),
                ("whole", depth.IsWhole));
        }
    }
}
