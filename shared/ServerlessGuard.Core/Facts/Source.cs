namespace ServerlessGuard.Facts;

/// <summary>
/// Where facts that others are joined with come from, as data. A join says what it needs by looking it up (<see cref="Neighbours"/>), and
/// every kind of neighbour has a source: a need that no host can read does not compile.
/// </summary>
public abstract record Source
{
    private protected Source()
    {
    }

    /// <summary>
    /// Whether the key is one that can be asked by. A key out of a document is a stranger's: what has not the shape of the source's keys is
    /// looked up in the scan only.
    /// </summary>
    public virtual bool Takes(string key) => key.Length > 0;

    /// <summary>Nothing is read for it: it is there when the scan holds it, or when it comes with something else.</summary>
    /// <param name="Why">What brings it, or why no host reads it.</param>
    public sealed record Given(string Why) : Source
    {
        public override bool Takes(string key) => false;
    }
}

/// <summary>A kind of facts that others can be joined with.</summary>
public interface INeighbour
{
    /// <summary>One object for each kind: needs with the same source are read together.</summary>
    static abstract Source Source { get; }
}
