using ServerlessGuard.Aws.Api;
using ServerlessGuard.Aws.Runtime;
using ServerlessGuard.Evaluations;
using ServerlessGuard.Facts;
using ServerlessGuard.Facts.Aws;
using ServerlessGuard.Remediation;
using ServerlessGuard.Resources;

namespace ServerlessGuard.Aws.Needs;

/// <summary>
/// What verdicts need beside a resource: items of AWS Config's inventory and, where no item carries it, the service's answer. Kept for a
/// minute, since a burst of events asks for the same account again and again.
/// </summary>
/// <remarks>What cannot be read is missing: the core says InsufficientData then, which changes no finding.</remarks>
public sealed class NeedReader(ConfigInventory inventory, LiveReader live, NeighbourCache cache, Log log, Metrics metrics) : INeedReader
{
    public async Task<IReadOnlyList<Resource>> ReadAsync(Need need, CancellationToken cancellation)
    {
        if (need.Source is not AwsSource source || ResourceRegion.OfConfig(need.Beside) is not { } region)
        {
            return [];
        }

        var found = new List<Resource>();
        if (source.By is { } column)
        {
            foreach (var place in Places(source.In, region))
            {
                found.AddRange(await ItemsAsync(place, source, column, [.. need.Wanted.Select(wanted => wanted.At)], cancellation));
            }
        }

        if (source.Live is { } read && found.Count == 0)
        {
            foreach (var wanted in need.Wanted)
            {
                found.AddRange(await LiveAsync(read, source, new LiveTarget(region, need.Beside, wanted.Key, wanted.At), cancellation));
            }
        }

        return found;
    }

    /// <summary>Whose Config is asked.</summary>
    private IEnumerable<AwsRegion> Places(ConfigPlace place, AwsRegion region) => place switch
    {
        ConfigPlace.Beside => [inventory.Near(region)],
        ConfigPlace.Home => [AwsRegion.Home],
        ConfigPlace.Both => new[] { AwsRegion.Home, inventory.Near(region) }.Distinct(),
    };

    private Task<IReadOnlyList<Resource>> ItemsAsync(AwsRegion place, AwsSource source, ConfigColumn column, IReadOnlyList<string> values,
        CancellationToken cancellation)
    {
        var named = values is [var only]
            ? $"= {ConfigInventory.Quoted(only)}"
            : $"IN {ConfigInventory.Listed(values.Order(StringComparer.Ordinal))}";
        var where = $"resourceType = {ConfigInventory.Quoted(source.NativeType)} AND {Column(source, column)} {named}";
        return TryAsync($"{place} {where}", source, async () =>
        {
            var items = await inventory.SelectAsync(place, where, cancellation);
            return FactReaders.For(source.NativeType)?.CompletedBy is { } completion
                ? await CompletedAsync(completion, items, cancellation)
                : items;
        });
    }

    private static string Column(AwsSource source, ConfigColumn column) => column switch
    {
        ConfigColumn.Account => "accountId",
        ConfigColumn.Arn => "arn",
        ConfigColumn.Id => "resourceId",
        ConfigColumn.Name => "resourceName",
        ConfigColumn.Relationship => "relationships.resourceId",
        ConfigColumn.Field => source.Field ?? throw new InvalidOperationException($"{source.NativeType}: no field is named"),
    };

    private async Task<IReadOnlyList<Resource>> CompletedAsync(LiveRead completion, IReadOnlyList<Resource> items,
        CancellationToken cancellation)
    {
        var completed = new List<Resource>();
        foreach (var item in items)
        {
            completed.Add(await live.CompletedAsync(completion, item, cancellation));
        }

        return completed;
    }

    private Task<IReadOnlyList<Resource>> LiveAsync(LiveRead read, AwsSource source, LiveTarget target, CancellationToken cancellation) =>
        TryAsync($"{target.Region} {read} {target.Key}", source, () => live.ReadAsync(read, target, cancellation));

    private async Task<IReadOnlyList<Resource>> TryAsync(string key, AwsSource source, Func<Task<IReadOnlyList<Resource>>> read)
    {
        try
        {
            return source.IsFresh ? await read() : await cache.GetAsync(source.NativeType, key, read);
        }
        catch (CloudCallException fault)
        {
            metrics.Count("NeighbourFailures");
            log.Write(
                LogLevel.Warn,
                "a neighbour could not be read: verdicts that need it are InsufficientData",
                ("type", source.NativeType),
                ("code", fault.Code),
                ("detail", Log.Line(fault)));
            return [];
        }
    }
}
