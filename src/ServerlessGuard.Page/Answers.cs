using System.Text.Json.Serialization;
using ServerlessGuard.Decisions;
using ServerlessGuard.Findings;
using ServerlessGuard.Guards;
using ServerlessGuard.Page.Board;
using ServerlessGuard.Page.Insights;
using ServerlessGuard.Page.Queries;
using ServerlessGuard.Resources;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Page;

// What the API answers. The browser's side of it is web/src/api.ts.

/// <summary>Why there is no answer: one sentence.</summary>
internal sealed record Fault(string Error);

internal sealed record ChangesAnswer(long Version);

/// <param name="Version">See <see cref="FindingBoard.Version"/>.</param>
/// <param name="Table">Its address, as it was given.</param>
/// <param name="Peer">The other table's; null: none is at hand.</param>
/// <param name="Person">In whose name decisions are made; null: none can be.</param>
/// <param name="Loading">How far the reading has got.</param>
/// <param name="Counts">Exact from the first second.</param>
/// <param name="Sync">Of each cloud that has rows.</param>
/// <param name="Fault">Why the table cannot be read now.</param>
internal sealed record StateAnswer(
    long Version, DateTimeOffset Now, string Table, string? Peer, string? Person, LoadingView Loading, CountsView Counts,
    IReadOnlyList<AccountView> Accounts,
    IReadOnlyList<RuleView> Rules, IReadOnlyList<SyncView> Sync, string? Fault);

internal sealed record LoadingView(bool Complete, bool History, long Rows, long Of, int Unreadable);

internal sealed record CountsView(SeverityCounts Open, long Suppressed, long Resolved);

internal sealed record SeverityCounts(long Critical, long High, long Medium, long Low)
{
    public static SeverityCounts Of(int[] counts) => new(counts[3], counts[2], counts[1], counts[0]);

    public static SeverityCounts Of(Summary summary, FindingStatus status) =>
        new(summary[status, Severity.Critical], summary[status, Severity.High], summary[status, Severity.Medium],
            summary[status, Severity.Low]);

    [JsonIgnore]
    public long Total => Critical + High + Medium + Low;
}

internal sealed record AccountView(string Id, Provider Provider, SeverityCounts Open);

internal sealed record RuleView(string Id, string Title);

internal sealed record SyncView(
    Provider Provider, SyncState State, int Waiting, bool More, DateTimeOffset? Oldest, string? Fault, int SetAside,
    IReadOnlyList<string> Differing);

internal sealed record FindingsAnswer(long Version, int Total, int Offset, IReadOnlyList<RowView> Rows);

internal sealed record RowView(
    string Id, string Rule, string Title, string Reason, Severity Severity, FindingStatus Status, TreatmentState? Treatment,
    Provider Provider, string Account,
    string Type, string Resource, string? Name, string? Region, DateTimeOffset Opened, DateTimeOffset Changed, bool? Preview = null)
{
    public static RowView Of(FindingRow row) => new(
        row.Id, row.RuleId, Cut.Short(row.Title), Cut.Short(row.Reason), row.Severity, row.Status, row.Treatment, row.Provider,
        row.Partition, Cut.Short(row.NativeType),
        Cut.Short(row.ResourceId), row.Name is { } name ? Cut.Short(name) : null, row.Region is { } region ? Cut.Short(region) : null,
        row.OpenedAt, row.ChangedAt,
        row.Preview ? true : null);
}

internal sealed record GroupsAnswer(long Version, int Total, int Count, IReadOnlyList<GroupView> Groups);

internal sealed record GroupView(string Key, string Label, int Total, SeverityCounts Counts);

internal sealed record OverviewAnswer(long Version, TrendView Trend, IReadOnlyList<LatencyView> Latency, HeatView Heat,
    IReadOnlyList<SyncView> Sync, IReadOnlyList<StepView> Recent, IdentityView Identity);

/// <summary>Who signs in beside the one identity provider.</summary>
/// <param name="Outside">Users, and assignments of guests, that it does not control.</param>
/// <param name="Accepted">Of them that an exemption accepts.</param>
/// <param name="NoLonger">That once were: they came under it, or are gone.</param>
/// <param name="Who">The first of those outside, the worst and oldest first.</param>
internal sealed record IdentityView(int Outside, int Accepted, int NoLonger, IReadOnlyList<RowView> Who);

internal sealed record TrendView(int Minutes, IReadOnlyList<TrendPoint> Points);

internal sealed record TrendPoint(DateTimeOffset At, SeverityCounts Open);

/// <param name="After">The one that it waits for.</param>
/// <param name="Count">Findings that it was measured on.</param>
/// <param name="P50">Milliseconds.</param>
/// <param name="P95">Milliseconds.</param>
/// <param name="Max">Milliseconds.</param>
internal sealed record LatencyView(string Stage, string After, int Count, int? P50, int? P95, int? Max);

internal sealed record HeatView(int Accounts, IReadOnlyList<RuleView> Rules, IReadOnlyList<HeatRow> Rows);

/// <param name="Cells">One a rule, in the order of the rules; null: none open.</param>
internal sealed record HeatRow(string Account, IReadOnlyList<HeatCell?> Cells);

internal sealed record HeatCell(int Count, Severity Worst);

internal sealed record StepView(
    string Finding, string Rule, string Resource, Provider Provider, FindingStep Step, long Revision, DateTimeOffset At,
    DateTimeOffset Recorded, FindingStatus Status,
    Severity Severity, string? Actor, string? Detail)
{
    public static StepView Of(FindingEvent step) => new(
        step.FindingId, step.RuleId, step.Resource.Name ?? step.Resource.Id, step.Resource.Provider, step.Step, step.Revision, step.At,
        step.RecordedAt, step.Status,
        step.Severity, step.Actor, step.Detail);
}

/// <param name="ExemptWhen">When one may live with it.</param>
/// <param name="Story">Oldest first.</param>
/// <param name="Actions">What may be decided about it now, here.</param>
internal sealed record StoryAnswer(
    Finding Finding, string Account, string? Why, string? Fix, string? ExemptWhen, IReadOnlyList<string> Controls,
    IReadOnlyList<StepView> Story, IReadOnlyList<CommandKind> Actions);

/// <summary>A decision as the page sends it.</summary>
internal sealed record DecisionRequest
{
    public required string Finding { get; init; }
    public required CommandKind Kind { get; init; }

    /// <summary>The revision that the person saw.</summary>
    public required long Revision { get; init; }

    public string? Reason { get; init; }
    public int? Days { get; init; }
}

internal sealed record DecisionAnswer(string Id, CommandState State, string? Outcome);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(Fault))]
[JsonSerializable(typeof(ChangesAnswer))]
[JsonSerializable(typeof(StateAnswer))]
[JsonSerializable(typeof(FindingsAnswer))]
[JsonSerializable(typeof(GroupsAnswer))]
[JsonSerializable(typeof(OverviewAnswer))]
[JsonSerializable(typeof(StoryAnswer))]
[JsonSerializable(typeof(DecisionRequest))]
[JsonSerializable(typeof(DecisionAnswer))]
internal sealed partial class PageJson : JsonSerializerContext;
