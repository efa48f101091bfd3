using System.Text.Json;
using ServerlessGuard.Azure.Events;
using ServerlessGuard.Azure.Reporting;
using ServerlessGuard.Documents;
using ServerlessGuard.Engine;
using ServerlessGuard.Facts;
using ServerlessGuard.Findings;
using ServerlessGuard.Ingestion;
using ServerlessGuard.Remediation;
using ServerlessGuard.Resources;

namespace ServerlessGuard.Azure.Needs;

/// <summary>
/// Reads a resource with what its rules need beside it. Captured at is when the reading began: what happens during it has an event of its own, and a later capture wins.
/// A companion that is refused or missing is not observed, which rules say; the resource itself must be readable, or be gone.
/// </summary>
internal sealed class ResourceLoader(IResourceSource source, Journal journal, TimeProvider time)
{
    public async Task<IReadOnlyList<Observation>> LoadAsync(string id, IReadOnlyList<Arrival> arrivals, CancellationToken cancellation)
    {
        var began = time.GetUtcNow();
        var arrival = Arrival.Of(arrivals);
        var plan = ReadPlan.For(ReadPlan.TypeOf(id)!);
        if (await source.FindAsync(id, cancellation) is not { } found)
        {
            return [.. plan.Judged.Concat(plan.Posted).Prepend(string.Empty).Select(child => Observe(Gone(id + child, began), [], arrival))];
        }

        if (Parse(found, began) is not { } resource)
        {
            throw new CloudCallException("not a resource", $"{plan.NativeType}: ARM answered with something that is not a resource", isTransient: true);
        }

        var neighbours = new List<Resource>();
        await ListAsync(resource, plan, neighbours, cancellation);
        foreach (var companion in plan.Companions)
        {
            neighbours.AddRange(await TryAsync(companion, () => source.FindAsync(id + companion, cancellation)) is { } one && Parse(one, began) is { } parsed ? [parsed] : []);
        }

        neighbours.AddRange(await new RelatedResources(source, TryManyAsync).ReadAsync(resource, cancellation));
        var judged = new List<Observation>();
        foreach (var (child, read) in Children(id, plan, cancellation))
        {
            if (await TryAsync(child, read) is { } one && Parse(one, began) is { } own)
            {
                judged.Add(Observe(own, [], arrival));
                neighbours.Add(own);
            }
        }

        return [Observe(resource, neighbours, arrival), .. judged];
    }

    /// <summary>A resource that ARM does not know any more.</summary>
    public static Resource Gone(string id, DateTimeOffset at) => new()
    {
        Ref = new ResourceRef
        {
            Provider = Provider.Azure,
            NativeType = ReadPlan.TypeOf(id) ?? "unknown",
            Id = ArmId.Normal(id),
            Account = ArmId.Subscription(id),
            Name = ArmId.Name(id),
        },
        Document = default,
        Status = ResourceStatus.Deleted,
        CapturedAt = at,
    };

    internal static Resource? Parse(JsonElement answer, DateTimeOffset? captured) => RecordReader.Read(new Doc(answer)).OfType<Reading.Found>()
        .Select(found => found.Resource with { CapturedAt = captured, Ref = found.Resource.Ref with { NativeType = ReadPlan.Canonical(found.Resource.Ref.NativeType) } })
        .FirstOrDefault();

    private IEnumerable<(string Name, Func<Task<JsonElement?>> Read)> Children(string id, ReadPlan plan, CancellationToken cancellation) =>
    [
        .. plan.Judged.Select(child => (child, (Func<Task<JsonElement?>>)(() => source.FindAsync(id + child, cancellation)))),
        .. plan.Posted.Select(child => (child, (Func<Task<JsonElement?>>)(() => source.PostListAsync(id + child, cancellation)))),
    ];

    private async Task ListAsync(Resource resource, ReadPlan plan, List<Resource> neighbours, CancellationToken cancellation)
    {
        foreach (var list in plan.Lists)
        {
            if (await TryManyAsync(list.Type, () => source.ListAsync(resource.Ref.Id + list.Path, list.Type, cancellation)) is { } children)
            {
                neighbours.AddRange(children);
                neighbours.Add(ListedChildren.Note(resource.Ref.Id + list.Parent, list.Type, resource.Ref.Account));
            }
        }
    }

    private async Task<IReadOnlyList<Resource>?> TryManyAsync(string what, Func<Task<IReadOnlyList<JsonElement>>> read)
    {
        try
        {
            return [.. (await read()).Select(item => Parse(item, null)).OfType<Resource>()];
        }
        catch (CloudCallException refused) when (!refused.IsTransient)
        {
            NotObserved(what, refused);
            return null;
        }
    }

    private async Task<JsonElement?> TryAsync(string what, Func<Task<JsonElement?>> read)
    {
        try
        {
            return await read();
        }
        catch (CloudCallException refused) when (!refused.IsTransient)
        {
            NotObserved(what, refused);
            return null;
        }
    }

    private void NotObserved(string what, CloudCallException refused)
    {
        if (!refused.IsNotFound)
        {
            journal.Warn("not observed", ("what", what), ("code", refused.Code));
            journal.Metric("read.refused", 1, ("what", what));
        }
    }

    private static Observation Observe(Resource resource, IReadOnlyList<Resource> neighbours, Arrival arrival) => new()
    {
        Resource = resource,
        Neighbours = neighbours,
        DetectedBy = arrival.DetectedBy,
        DeliveredAt = arrival.DeliveredAt,
        Actor = arrival.Actor,
    };
}
