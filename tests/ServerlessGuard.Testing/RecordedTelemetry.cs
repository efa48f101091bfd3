using System.Collections.Concurrent;
using ServerlessGuard.Decisions;
using ServerlessGuard.Engine;
using ServerlessGuard.Federation;
using ServerlessGuard.Findings;
using ServerlessGuard.Notifications;
using ServerlessGuard.Remediation;
using ServerlessGuard.Remediation.Seals;

namespace ServerlessGuard.Testing;

/// <summary>What the engine told, a word each: <c>WakeLost Remediate</c>.</summary>
public sealed class RecordedTelemetry : ITelemetry
{
    public ConcurrentQueue<string> Told { get; } = new();

    public void RuleFilesRefused(int count) => Told.Enqueue($"RuleFilesRefused {count}");

    public void Judged(Observation observation, PipelineResult result) => Told.Enqueue("Judged");

    public void Fixed(OutboxEntry entry, RemedyOutcome outcome) => Told.Enqueue($"Fixed {outcome.State}");

    public void CarriedOut(OutboxPlace place, OutboxEntry entry, CommandOutcome outcome) => Told.Enqueue($"CarriedOut {outcome.State}");

    public void DoneBefore() => Told.Enqueue("DoneBefore");

    public void NotNoted(OutboxEntry entry, string reason) => Told.Enqueue("NotNoted");

    public void WakeLost(OutboxKind kind, string reason) => Told.Enqueue($"WakeLost {kind}");

    public void Forwarded(SenderReport report) => Told.Enqueue("Forwarded");

    void ITelemetry.Told(NotifierReport report) => Told.Enqueue("Told");

    public void GoesOn(OutboxKind kind) => Told.Enqueue($"GoesOn {kind}");

    public void EndedByTime(int count) => Told.Enqueue($"EndedByTime {count}");

    public void SealRefused(SealFault fault) => Told.Enqueue($"SealRefused {fault}");

    public void PeerAlarm(PeerAlarmKind kind) => Told.Enqueue($"PeerAlarm {kind}");

    public void Waiting(OutboxKind kind, OutboxDepth depth) => Told.Enqueue($"Waiting {kind} {depth.Depth}");
}
