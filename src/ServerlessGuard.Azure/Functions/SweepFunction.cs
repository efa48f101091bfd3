using System.Globalization;
using ServerlessGuard.Azure.Needs;
using ServerlessGuard.Azure.Reporting;
using ServerlessGuard.Azure.Runtime;
using ServerlessGuard.Due;
using ServerlessGuard.Facts;
using ServerlessGuard.Facts.Azure;
using ServerlessGuard.Findings;
using ServerlessGuard.Tables;

namespace ServerlessGuard.Azure.Functions;

/// <summary>
/// <c>sweep</c>: Event Grid delivers at least once, for a day, and not for changes beside ARM. So every few hours each resource that a rule
/// reads is judged again, each open finding's resource is looked for, and what has expired is deleted. A run is cut short before its
/// deadline and goes on at the next tick, from where the table says.
/// </summary>
/// <param name="source">Resource Graph.</param>
/// <param name="table">Where the state, the findings and the expired rows are.</param>
/// <param name="work">One message per resource.</param>
/// <param name="subscriptions">Ours; empty: every one that the identity can see.</param>
/// <param name="tenant">Whose subscriptions those are.</param>
/// <param name="journal">Lines and numbers.</param>
/// <param name="time">The clock.</param>
/// <param name="ownTypes">Types that the team's own rules judge.</param>
internal sealed class SweepFunction(IResourceSource source, ITable table, IMessageSink work, IReadOnlyCollection<string> subscriptions,
    string? tenant, Journal journal, TimeProvider time,
    IReadOnlySet<string>? ownTypes = null)
{
    public static readonly TimeSpan Interval = TimeSpan.FromHours(6);

    private static readonly TimeSpan Enough = TimeSpan.FromSeconds(18);

    /// <summary>Judged types, and those that only lead to judged ones; a child that is judged with its parent is not asked for.</summary>
    private static readonly IReadOnlyList<string> Types =
    [
        .. FactReaders.All.Where(reader => reader.Gives.Count > 0
            && reader.NativeType.StartsWith("Microsoft.", StringComparison.OrdinalIgnoreCase)).Select(reader => reader.NativeType)
            .Where(type => !AzureRoutes.PartTypes.Contains(type, StringComparer.OrdinalIgnoreCase))
            .Concat(AzureRoutes.Leading).Order(StringComparer.Ordinal),
    ];

    /// <summary>With those of the team's own rules.</summary>
    private readonly IReadOnlyList<string> _types =
    [
        .. Types.Concat(ownTypes ?? (IEnumerable<string>)[])
            .Where(type => !AzureRoutes.PartTypes.Contains(type, StringComparer.OrdinalIgnoreCase))
            .Distinct(StringComparer.OrdinalIgnoreCase).Order(StringComparer.Ordinal),
    ];

    private static readonly string Key = RowKeys.Sweep("azure");

    /// <summary>A sweep out of turn: it begins with the next tick. One that is under way goes on instead.</summary>
    public static async Task<string> AskAsync(ITable table, TimeProvider time, CancellationToken cancellation)
    {
        var row = await table.FindAsync(RowKeys.Directory, Key, cancellation);
        if (row is not null && !SweepRows.Read(row).Complete)
        {
            return "a sweep is under way already";
        }

        var state = Begin(time.GetUtcNow());
        return await table.CommitAsync(RowKeys.Directory, [TableWrite.Guarded(SweepRows.Row(Key, state, row?.Version))], cancellation)
            ? "the sweep begins with the next tick of its timer"
            : "a sweep is under way already";
    }

    private static SweepState Begin(DateTimeOffset now) =>
        new() { Run = now.UtcDateTime.ToString("yyyyMMdd'T'HHmmss", CultureInfo.InvariantCulture), StartedAt = now };

    public async Task<Answer> RunAsync(CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var row = await table.FindAsync(RowKeys.Directory, Key, cancellation);
        var last = row is null ? null : SweepRows.Read(row);
        if (last is { Complete: true } && now - last.StartedAt < Interval)
        {
            return Answer.Done($"the next sweep begins {(last.StartedAt + Interval).UtcDateTime:s}Z");
        }

        var state = last is { Complete: false } ? last : Begin(now);
        var (listed, kept) = await SubscriptionsAsync(cancellation);
        var types = _types.Where(source.Reads).ToList();
        var steps = new SweepSteps(source, table, work, listed, kept, types, until: now + Enough, time);
        do
        {
            state = await steps.NextAsync(state, cancellation);
            var written = SweepRows.Row(Key, state, row?.Version);
            if (!await table.CommitAsync(RowKeys.Directory, [TableWrite.Guarded(written)], cancellation))
            {
                return Answer.Done("another sweep is under way");
            }

            row = await table.FindAsync(RowKeys.Directory, Key, cancellation);
        }
        while (!state.Complete && time.GetUtcNow() < now + Enough);

        journal.Metric("sweep.queued", state.Queued, ("run", state.Run), ("complete", state.Complete ? "true" : "false"));
        return Answer.Done(
            string.Create(CultureInfo.InvariantCulture,
                $"sweep {state.Run}: {state.Queued} resources to evaluate{(state.Complete ? string.Empty : ", to be continued")}"));
    }

    /// <summary>
    /// Whose resources are listed, and whose findings are looked at. Without names of ours: what the identity can see, whether there are
    /// rows of it yet or not; findings also where it can see nothing any more.
    /// </summary>
    private async Task<(IReadOnlyList<string> Listed, IReadOnlyList<string> Kept)> SubscriptionsAsync(CancellationToken cancellation)
    {
        if (subscriptions.Count > 0)
        {
            IReadOnlyList<string> named = [.. subscriptions.Order(StringComparer.Ordinal)];
            return (named, named);
        }

        var seen = await source.SubscriptionsAsync(tenant, cancellation);
        var known = new SortedSet<string>(seen, StringComparer.Ordinal);
        await foreach (var partition in new FindingReader(table).AccountsAsync(cancellation))
        {
            if (partition.StartsWith("azure:", StringComparison.Ordinal)
                && Guid.TryParseExact(partition["azure:".Length..], "D", out var id))
            {
                known.Add(id.ToString("D"));
            }
        }

        return (seen, [.. known]);
    }
}
