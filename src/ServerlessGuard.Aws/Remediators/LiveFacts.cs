using System.Text.Json.Nodes;
using ServerlessGuard.Engine;
using ServerlessGuard.Facts;
using ServerlessGuard.Findings;
using ServerlessGuard.Resources;

namespace ServerlessGuard.Aws.Remediators;

/// <summary>What the core's own readers make of a live state: a remediator judges by the same code as the rule.</summary>
internal static class LiveFacts
{
    /// <param name="reader">The core's reader of the native type.</param>
    /// <param name="settings">The team's. No time is passed: what is asked here has no age.</param>
    public static T? Of<T>(
        FactReader reader, Finding finding, JsonObject configuration, JsonObject supplementary, GuardSettings settings,
        params IEnumerable<NeighbourFacts> neighbours)
        where T : SubjectFacts
    {
        var context = new FactContext(settings, default) { ReadsNeighbours = true };
        var item = new JsonObject { ["configuration"] = configuration, ["supplementaryConfiguration"] = supplementary };
        var document = PolicyDocuments.Doc(item);
        var facts = new List<SubjectFacts>();
        reader.Read(
            new Resource { Ref = finding.Resource, Document = document, Configuration = document["configuration"],
                Supplementary = document["supplementaryConfiguration"] },
            context,
            facts);
        var known = new Neighbours(context);
        foreach (var neighbour in facts.OfType<NeighbourFacts>().Concat(neighbours))
        {
            known.Add(neighbour);
        }

        return facts.Select(found => found is JoinedFacts joined ? joined.Complete(known) : found).OfType<T>().FirstOrDefault();
    }
}
