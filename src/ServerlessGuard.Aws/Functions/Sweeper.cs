using System.Globalization;
using ServerlessGuard.Aws.Api;
using ServerlessGuard.Aws.Events;
using ServerlessGuard.Aws.Needs;
using ServerlessGuard.Aws.Runtime;
using ServerlessGuard.Due;
using ServerlessGuard.Engine;
using ServerlessGuard.Facts;
using ServerlessGuard.Findings;
using ServerlessGuard.Ingestion;
using ServerlessGuard.Remediation;
using ServerlessGuard.Resources;
using ServerlessGuard.Tables;

namespace ServerlessGuard.Aws.Functions;

/// <summary>
/// Closes the gap that lost events leave: everything that Config holds of the types that are judged goes into the work queue, page by page,
/// and what has an open finding and is no longer listed is looked for in the history. A slice stops well before its deadline; the next goes
/// on from the row that says how far it came.
/// </summary>
internal sealed class Sweeper(ITable table, ConfigInventory inventory, QueueSender queue, Uri? workQueue, string region,
    IEnumerable<string> ownTypes, TimeProvider time, Log log, Metrics metrics)
{
    /// <summary>One page, its messages and the row: what a step may take at most.</summary>
    private static readonly TimeSpan Reserve = TimeSpan.FromSeconds(15);

    private static readonly TimeSpan SliceWithoutDeadline = TimeSpan.FromMinutes(5);

    private const int RowsPerStep = 40;

    /// <summary>A query has at most 4,096 characters.</summary>
    private const int ArnsPerQuery = 10;

    /// <summary>Types that Config can record and a rule judges; what Config does not record comes by its API calls.</summary>
    internal static IReadOnlyList<string> Types { get; } =
    [
        .. FactReaders.All.Where(reader => reader.NativeType.StartsWith("AWS::", StringComparison.Ordinal) && reader.Gives.Count > 0
            && !AwsAnswerTypes.Is(reader.NativeType)).Select(reader => reader.NativeType).Order(StringComparer.Ordinal),
    ];

    /// <summary>With the types of the team's own rules, which may be of any that Config records.</summary>
    private readonly IReadOnlyList<string> _types =
    [
        .. Types.Union(ownTypes.Where(type => type.StartsWith("AWS::", StringComparison.Ordinal) && !AwsAnswerTypes.Is(type)),
            StringComparer.Ordinal).Order(StringComparer.Ordinal),
    ];

    /// <summary>One slice. True when the sweep is complete.</summary>
    public async Task<bool> RunAsync(AllowedAccounts accounts, DateTimeOffset? deadline, CancellationToken cancellation)
    {
        var target = workQueue ?? throw new SettingsException("GUARD_WORK_QUEUE is not set: the sweep has nowhere to put what it finds");
        var until = (deadline ?? time.GetUtcNow() + SliceWithoutDeadline) - Reserve;
        var partitions = (accounts.All ?? []).Order(StringComparer.Ordinal).Select(account => RowKeys.Partition(Provider.Aws, account))
            .ToList();
        var key = RowKeys.Sweep($"aws-{region}");
        var row = await table.FindAsync(RowKeys.Directory, key, cancellation);
        var state = row is null || SweepRows.Read(row).Complete ? Begin() : SweepRows.Read(row);
        do
        {
            var place = SweepPlace.Read(state.Next, _types[0]);
            var (next, sent) = place.Lists
                ? await ListAsync(place, target, partitions, cancellation)
                : await SeekAsync(place, target, partitions, cancellation);
            state = state with { Next = next?.ToString(), Queued = state.Queued + sent, Complete = next is null };
            if (!await table.CommitAsync(RowKeys.Directory, [TableWrite.Guarded(SweepRows.Row(key, state, row?.Version))], cancellation))
            {
                log.Write(LogLevel.Info, "another sweep is at work: this one leaves it the rest", ("run", state.Run));
                return false;
            }

            row = await table.FindAsync(RowKeys.Directory, key, cancellation);
        }
        while (!state.Complete && time.GetUtcNow() < until);

        metrics.Count("SweepQueued", state.Queued);
        log.Write(LogLevel.Info, state.Complete ? "the sweep is complete" : "the sweep goes on in its next slice", ("run", state.Run),
            ("queued", state.Queued));
        if (!state.Complete)
        {
            await queue.SendAsync(target, [WorkMessage.Sweep], cancellation);
        }

        return state.Complete;
    }

    private SweepState Begin()
    {
        var now = time.GetUtcNow();
        return new SweepState { Run = now.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture), StartedAt = now };
    }

    /// <summary>One page of one type.</summary>
    private async Task<(SweepPlace? Next, long Sent)> ListAsync(SweepPlace place, Uri target, List<string> partitions,
        CancellationToken cancellation)
    {
        var rows = new List<string>();
        string? token = null;
        try
        {
            var accounts = ConfigInventory.Listed(partitions.Select(partition => partition["aws:".Length..]));
            (var page, token) = await inventory.PageAsync(AwsRegion.Home,
                $"resourceType = {ConfigInventory.Quoted(place.Of)} AND accountId IN {accounts}", place.At, cancellation);
            rows.AddRange(page.Select(WorkMessage.Item));
        }
        catch (CloudCallException fault) when (fault.Code is "InvalidNextTokenException")
        {
            // A token does not live for ever: this type from its beginning. What is judged twice changes nothing.
            return (place with { At = null }, 0);
        }

        await queue.SendAsync(target, rows, cancellation);
        if (token is not null)
        {
            return (place with { At = token }, rows.Count);
        }

        var following = _types.FirstOrDefault(type => string.CompareOrdinal(type, place.Of) > 0);
        return (following is not null
            ? new SweepPlace(Lists: true, following, null)
            : partitions is [var first, ..] ? new SweepPlace(Lists: false, first, null) : null, rows.Count);
    }

    /// <summary>The resources of some unresolved findings of one account.</summary>
    private async Task<(SweepPlace? Next, long Sent)> SeekAsync(SweepPlace place, Uri target, List<string> partitions,
        CancellationToken cancellation)
    {
        var resources = new Dictionary<string, ResourceRef>(StringComparer.Ordinal);
        string? last = null;
        foreach (var status in (FindingStatus[])[FindingStatus.Open, FindingStatus.Suppressed])
        {
            var prefix = FindingKeys.IndexOf(status);
            var from = place.At is { } at && string.CompareOrdinal(at, prefix) > 0 ? at + "!" : prefix;
            if (string.CompareOrdinal(from, RowKeys.After(prefix)) >= 0)
            {
                continue;
            }

            await foreach (var row in table.QueryAsync(place.Of, from, RowKeys.After(prefix), RowsPerStep, cancellation))
            {
                last = row.Key;
                var resource = FindingRows.Finding(row).Resource;
                if (resource.Id.StartsWith("arn:", StringComparison.Ordinal) && !resources.ContainsKey(resource.Key))
                {
                    resources[resource.Key] = resource;
                    if (resources.Count == RowsPerStep)
                    {
                        break;
                    }
                }
            }

            if (last is not null)
            {
                break;
            }
        }

        var sent = await GoneAsync([.. resources.Values], target, cancellation);
        if (last is not null)
        {
            return (place with { At = last }, sent);
        }

        var following = partitions.Find(partition => string.CompareOrdinal(partition, place.Of) > 0);
        return (following is null ? null : new SweepPlace(Lists: false, following, null), sent);
    }

    private async Task<long> GoneAsync(IReadOnlyList<ResourceRef> resources, Uri target, CancellationToken cancellation)
    {
        var gone = new List<string>();
        foreach (var (region, some) in resources.GroupBy(ResourceRegion.OfConfig).Where(group => group.Key is not null)
            .SelectMany(group => group.Chunk(ArnsPerQuery).Select(chunk => (Region: group.Key!, Some: chunk))))
        {
            try
            {
                var there = (
                    await inventory.SelectAsync(region, $"arn IN {ConfigInventory.Listed(some.Select(resource => resource.Id))}",
                        cancellation))
                    .Select(row => row.Ref.Id).ToHashSet(StringComparer.Ordinal);
                foreach (var resource in some.Where(resource => !there.Contains(resource.Id)))
                {
                    if (await DeletedAsync(region, resource, cancellation) is { } item)
                    {
                        gone.Add(WorkMessage.Item(item.Document));
                    }
                }
            }
            catch (CloudCallException fault) when (!fault.IsTransient)
            {
                // A type that Config does not know, an ARN too long for a query: the sweep must not stand still because of it.
                metrics.Count("SweepFailures");
                log.Write(LogLevel.Warn, "vanished resources could not be looked up", ("first", some[0].Id), ("count", some.Length),
                    ("detail", Log.Line(fault)));
            }
        }

        await queue.SendAsync(target, gone, cancellation);
        return gone.Count;
    }

    /// <summary>
    /// The item that says that the resource was deleted; null while nothing says so: not listed is not yet gone, and a bucket that was
    /// deleted in one region may live on in another under the same ARN.
    /// </summary>
    private async Task<Resource?> DeletedAsync(AwsRegion region, ResourceRef resource, CancellationToken cancellation)
    {
        foreach (var id in await inventory.IdsAsync(region, resource.NativeType, resource.Name ?? resource.Id, cancellation))
        {
            if (await inventory.LatestAsync(region, resource.NativeType, id, cancellation) is { Status: ResourceStatus.Deleted } latest
                && latest.Ref.Key == resource.Key && latest.Ref.Region == resource.Region)
            {
                return latest;
            }
        }

        return null;
    }
}
