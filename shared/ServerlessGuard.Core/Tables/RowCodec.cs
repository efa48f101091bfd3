using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using ServerlessGuard.Commands;
using ServerlessGuard.Due;
using ServerlessGuard.Exemptions;
using ServerlessGuard.Federation;
using ServerlessGuard.Findings;
using ServerlessGuard.Guards;
using ServerlessGuard.Remediation.Seals;

namespace ServerlessGuard.Tables;

/// <summary>Documents to rows and back.</summary>
public static class RowCodec
{
    /// <summary>How long the story of a finding is kept.</summary>
    private static readonly TimeSpan EventLife = TimeSpan.FromDays(400);

    private static readonly TimeSpan BreakerLife = TimeSpan.FromHours(2);

    public static Finding Finding(TableRow row) => Read(row, GuardJson.Default.Finding);

    public static FindingEvent Event(TableRow row) => Read(row, GuardJson.Default.FindingEvent);

    public static ResourceState Resource(TableRow row) => Read(row, GuardJson.Default.ResourceState);

    public static Summary Summary(TableRow? row) => row is null ? Findings.Summary.Empty : Read(row, GuardJson.Default.Summary);

    public static OutboxEntry Outbox(TableRow row) => Read(row, GuardJson.Default.OutboxEntry);

    public static BreakerCount Breaker(TableRow? row) => row is null ? new BreakerCount(0) : Read(row, GuardJson.Default.BreakerCount);

    public static SealedPlan SealedPlan(TableRow row) => Read(row, GuardJson.Default.SealedPlan);

    public static Command Command(TableRow row) => Read(row, GuardJson.Default.Command);

    public static Exemption Exemption(TableRow row) => Read(row, GuardJson.Default.Exemption);

    public static Control Control(TableRow row) => Read(row, GuardJson.Default.Control);

    public static Acknowledgement Acknowledgement(TableRow row) => Read(row, GuardJson.Default.Acknowledgement);

    public static PeerLink Link(TableRow? row) => row is null ? new PeerLink() : Read(row, GuardJson.Default.PeerLink);

    public static DueMark Due(TableRow row) => Read(row, GuardJson.Default.DueMark);

    public static PeerNote Peer(TableRow row) => Read(row, GuardJson.Default.PeerNote);

    public static SweepState Sweep(TableRow row) => Read(row, GuardJson.Default.SweepState);

    public static TableRow Row(string partition, Finding finding, string? version) =>
        Write(partition, RowKeys.Finding(finding), RowKind.Finding, finding, GuardJson.Default.Finding) with { Version = version };

    public static TableRow IndexRow(string partition, Finding finding) => Write(partition, RowKeys.Index(finding), RowKind.Index, finding, GuardJson.Default.Finding);

    public static TableRow Row(string partition, string key, FindingEvent step) =>
        Write(partition, key, RowKind.Event, step, GuardJson.Default.FindingEvent) with { ExpiresAt = step.RecordedAt + EventLife };

    public static TableRow Row(string partition, ResourceState state, string? version) =>
        Write(partition, RowKeys.Resource(RowKeys.Hash(state.Resource)), RowKind.Resource, state, GuardJson.Default.ResourceState) with { Version = version };

    public static TableRow Row(string partition, string key, Summary summary, string? version) =>
        Write(partition, key, RowKind.Summary, summary, GuardJson.Default.Summary) with { Version = version };

    public static TableRow Row(string partition, OutboxEntry entry, string? version) =>
        Write(partition, RowKeys.Outbox(entry), RowKind.Outbox, entry, GuardJson.Default.OutboxEntry) with { Version = version };

    public static TableRow Row(string partition, string key, BreakerCount count, DateTimeOffset now, string? version) =>
        Write(partition, key, RowKind.Breaker, count, GuardJson.Default.BreakerCount) with { Version = version, ExpiresAt = now + BreakerLife };

    public static TableRow Row(string partition, SealedPlan plan, string? version) =>
        Write(partition, RowKeys.SealedPlan(plan.Resource, plan.RuleId, plan.Plan.Id), RowKind.Seal, plan, GuardJson.Default.SealedPlan) with { Version = version, ExpiresAt = plan.UndoUntil };

    public static TableRow Row(string key, SweepState state, string? version) =>
        Write(RowKeys.Directory, key, RowKind.Sweep, state, GuardJson.Default.SweepState) with { Version = version };

    public static TableRow Row(DueKind kind, string partition, DueMark mark, string? version) =>
        Write(RowKeys.Directory, RowKeys.Due(kind, partition), RowKind.Due, mark, GuardJson.Default.DueMark) with { Version = version };

    /// <summary>Since when the finding's plan waits for its approval.</summary>
    public static TableRow WaitingRow(string partition, DateTimeOffset since, Finding finding) =>
        new(partition, RowKeys.Waiting(since, finding), RowKind.Due, "{}") { ExpiresAt = since + EventLife };

    public static TableRow Row(Command command, string? version) =>
        Write(command.Partition, RowKeys.Command(command.Id), RowKind.Command, command, GuardJson.Default.Command) with { Version = version, ExpiresAt = command.IssuedAt + EventLife };

    public static TableRow Row(string partition, Exemption exemption, string? version) =>
        Write(partition, RowKeys.Exemption(exemption.Id), RowKind.Exemption, exemption, GuardJson.Default.Exemption) with { Version = version, ExpiresAt = exemption.ExpiresAt + EventLife };

    public static TableRow Row(string partition, Control control, string? version) =>
        Write(partition, RowKeys.Control, RowKind.Control, control, GuardJson.Default.Control) with { Version = version };

    public static TableRow Row(string partition, string key, Acknowledgement acknowledgement) =>
        Write(partition, key, RowKind.Acknowledgement, acknowledgement, GuardJson.Default.Acknowledgement) with { ExpiresAt = acknowledgement.At + EventLife };

    public static TableRow Row(string partition, string key, PeerLink link) => Write(partition, key, RowKind.Link, link, GuardJson.Default.PeerLink);

    public static TableRow Row(string partition, string key, PeerNote note, string? version) =>
        Write(partition, key, RowKind.Peer, note, GuardJson.Default.PeerNote) with { Version = version, ExpiresAt = note.At + (note.Alarm is null ? BreakerLife : EventLife) };

    /// <summary>Until when somebody is at an outbox; the holder's id is the document.</summary>
    public static TableRow LeaseRow(string partition, string key, string holder, DateTimeOffset until, string? version) =>
        new(partition, key, RowKind.Lease, $"{{\"holder\":\"{JsonEncodedText.Encode(holder)}\",\"until\":\"{until.UtcDateTime:O}\"}}") { Version = version, ExpiresAt = until };

    public static TableRow AccountRow(string partition) => new(RowKeys.Directory, RowKeys.Account(partition), RowKind.Account, "{}");

    private static T Read<T>(TableRow row, JsonTypeInfo<T> type) => JsonSerializer.Deserialize(row.Document, type)
        ?? throw new InvalidDataException($"row {row.Partition} {row.Key} holds no {typeof(T).Name}");

    private static TableRow Write<T>(string partition, string key, RowKind kind, T value, JsonTypeInfo<T> type) =>
        new(partition, key, kind, JsonSerializer.Serialize(value, type));
}

/// <summary>Where a sweep stands: a killed one goes on from here.</summary>
public sealed record SweepState
{
    public required string Run { get; init; }
    public required DateTimeOffset StartedAt { get; init; }
    public string? Next { get; init; }
    public bool Complete { get; init; }
    public long Queued { get; init; }
}
