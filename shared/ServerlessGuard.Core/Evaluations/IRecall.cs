namespace ServerlessGuard.Evaluations;

/// <summary>Where the record of a resource lies.</summary>
/// <param name="File">A number of the recall's own.</param>
/// <param name="Offset">In bytes.</param>
/// <param name="Length">In bytes.</param>
/// <param name="Part">Which of the record's resources, from 0.</param>
public readonly record struct Place(int File, long Offset, int Length, int Part);

/// <summary>
/// Reads a resource's facts again where they are needed, so that a scan need not hold the facts of a million resources until it has seen
/// the last one.
/// </summary>
public interface IRecall
{
    /// <summary>What was read there at first, in the order of the places; null where the record cannot be read again.</summary>
    IEnumerable<Assessment?> Again(IEnumerable<Place> places);
}
