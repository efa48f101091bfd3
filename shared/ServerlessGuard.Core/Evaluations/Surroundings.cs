using ServerlessGuard.Facts;
using ServerlessGuard.Resources;

namespace ServerlessGuard.Evaluations;

/// <summary>
/// What the verdicts on one resource need beside it. The joins themselves say it: they are completed with what is there, and what they
/// looked up is what they need. What was read may name more (a role names its policies), so they are completed again, until they ask for
/// nothing new.
/// </summary>
public sealed class Surroundings(Assessor assessor, INeedReader reader)
{
    /// <summary>A join leads from one neighbour to the next: user, group, policy. A document cannot make the chain longer.</summary>
    private const int MaxRounds = 4;

    /// <summary>The neighbours, each once, without the resource itself.</summary>
    /// <param name="known">Neighbours that the host has read already.</param>
    public async Task<IReadOnlyList<Resource>> OfAsync(Resource resource, Assessment own, IEnumerable<Resource> known,
        CancellationToken cancellation)
    {
        var looked = new List<Wanted>();
        var neighbours = new Neighbours(assessor.Context, looked);
        var found = new Dictionary<(string, string), Resource>();
        var asked = new HashSet<(Source, string)>();
        Add(own.Neighbours, neighbours);
        Accept(known);
        for (var round = 0; round < MaxRounds; round++)
        {
            looked.Clear();
            foreach (var waiting in own.Waiting.Where(waiting => waiting.OutOfReach is null))
            {
                assessor.Complete(waiting, neighbours, resource.CapturedAt, []);
            }

            var needs = looked.Where(wanted => asked.Add((wanted.Source, wanted.Key))).GroupBy(wanted => wanted.Source)
                .Select(group => new Need(group.Key, resource.Ref, [.. group])).ToList();
            if (needs.Count == 0)
            {
                break;
            }

            foreach (var need in needs)
            {
                Accept(await reader.ReadAsync(need, cancellation));
            }
        }

        return [.. found.Values];

        void Accept(IEnumerable<Resource> resources)
        {
            foreach (var one in resources.Where(one => one.Ref.Key != resource.Ref.Key || one.Ref.NativeType != resource.Ref.NativeType))
            {
                if (found.TryAdd((one.Ref.NativeType, one.Ref.Key), one))
                {
                    Add(assessor.Assess(one).Neighbours, neighbours);
                }
            }
        }
    }

    private static void Add(IEnumerable<NeighbourFacts> facts, Neighbours neighbours)
    {
        foreach (var one in facts)
        {
            neighbours.Add(one);
        }
    }
}
