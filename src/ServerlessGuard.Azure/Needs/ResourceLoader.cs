using System.Text.Json;
using ServerlessGuard.Azure.Events;
using ServerlessGuard.Azure.Reporting;
using ServerlessGuard.Engine;
using ServerlessGuard.Evaluations;
using ServerlessGuard.Facts.Azure;
using ServerlessGuard.Remediation;
using ServerlessGuard.Resources;

namespace ServerlessGuard.Azure.Needs;

/// <summary>
/// Reads a resource with what its verdicts need beside it. Captured at is when the reading began: what happens during it has an event of
/// its own, and a later capture wins. The resource itself must be readable, or be gone.
/// </summary>
internal sealed class ResourceLoader(IResourceSource source, Assessor assessor, Journal journal, TimeProvider time)
{
    private readonly Attempt _attempt = new(journal);

    public async Task<IReadOnlyList<Observation>> LoadAsync(string id, IReadOnlyList<Arrival> arrivals, CancellationToken cancellation)
    {
        var began = time.GetUtcNow();
        var arrival = Arrival.Of(arrivals);
        var type = AzureRoutes.TypeOf(id)!;
        var children = AzureRoutes.JudgedWith(type).SelectMany(route => route.Paths.Select(path => (Path: path, route.IsPosted))).ToList();
        if (await source.FindAsync(id, cancellation) is not { } found)
        {
            return [.. children.Select(child => child.Path).Prepend(string.Empty)
                .Select(path => Observe(ArmDocument.Gone(id + path, began), [], arrival))];
        }

        if (ArmDocument.Read(found, began) is not { } resource)
        {
            throw new CloudCallException("not a resource", $"{type}: ARM answered with something that is not a resource",
                isTransient: true);
        }

        var judged = new List<Resource>();
        foreach (var (path, isPosted) in children)
        {
            judged.AddRange(await ChildAsync(path, id + path, isPosted, cancellation) is { } child
                && ArmDocument.Read(child, began) is { } own ? [own] : []);
        }

        var neighbours = await new Surroundings(assessor, new ArmNeedReader(source, _attempt))
            .OfAsync(resource, assessor.Assess(resource), judged, cancellation);
        return [Observe(resource, neighbours, arrival), .. judged.Select(child => Observe(child, [], arrival))];
    }

    private Task<JsonElement?> ChildAsync(string path, string id, bool isPosted, CancellationToken cancellation) =>
        _attempt.OneAsync(path, () => isPosted ? source.PostListAsync(id, cancellation) : source.FindAsync(id, cancellation));

    private static Observation Observe(Resource resource, IReadOnlyList<Resource> neighbours, Arrival arrival) => new()
    {
        Resource = resource,
        Neighbours = neighbours,
        DetectedBy = arrival.DetectedBy,
        DeliveredAt = arrival.DeliveredAt,
        Actor = arrival.Actor,
    };
}
