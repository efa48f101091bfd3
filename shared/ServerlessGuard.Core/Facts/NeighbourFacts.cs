using ServerlessGuard.Resources;

namespace ServerlessGuard.Facts;

/// <summary>
/// Facts that no rule reads, but that others are joined with. They can be looked up once they say where they are found
/// (<see cref="INeighbour"/>).
/// </summary>
public abstract record NeighbourFacts(ResourceRef Subject) : SubjectFacts(Subject)
{
    public override FactsKind Kind => FactsKind.Neighbour;

    /// <summary>What others look these facts up by: an ARN, an ARM key, an account, a principal's id.</summary>
    public abstract IEnumerable<string> JoinKeys { get; }
}
