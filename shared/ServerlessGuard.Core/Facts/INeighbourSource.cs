namespace ServerlessGuard.Facts;

/// <summary>Neighbours that are held elsewhere.</summary>
public interface INeighbourSource
{
    /// <summary>What was observed under the key; empty when nothing was.</summary>
    IReadOnlyList<NeighbourFacts> Of(Type kind, string key);
}
