namespace ServerlessGuard.Evaluations;

/// <summary>Where a scan puts the verdicts that it keeps, until everything was read.</summary>
public interface IVerdictShelf
{
    void Add(Kept kept);

    /// <summary>By <see cref="Kept.Order"/>; can be asked for several times.</summary>
    IEnumerable<Kept> InOrder();
}

/// <summary>A verdict that a scan keeps.</summary>
/// <param name="Slot">The resource that it came from.</param>
/// <param name="Version">The capture of it: verdicts of an older one do not count.</param>
/// <param name="Number">Which of the scan's kept verdicts.</param>
public sealed record Kept(Evaluation Evaluation, int Slot, int Version, long Number)
{
    /// <summary>Worst first, then by rule and subject, then as they came.</summary>
    public static IComparer<Kept> Order { get; } = Comparer<Kept>.Create(Compare);

    private static int Compare(Kept? left, Kept? right)
    {
        var (one, other) = (left!.Evaluation, right!.Evaluation);
        var bySeverity = other.Rank.CompareTo(one.Rank);
        if (bySeverity != 0)
        {
            return bySeverity;
        }

        var byRule = string.CompareOrdinal(one.Rule.Id, other.Rule.Id);
        if (byRule != 0)
        {
            return byRule;
        }

        var bySubject = string.CompareOrdinal(one.Subject.Id, other.Subject.Id);
        return bySubject != 0 ? bySubject
            : left.Slot != right.Slot ? left.Slot.CompareTo(right.Slot)
            : left.Number.CompareTo(right.Number);
    }
}

/// <summary>In memory: for one resource and its neighbours.</summary>
internal sealed class VerdictList : IVerdictShelf
{
    private readonly List<Kept> _kept = [];
    private bool _sorted;

    public void Add(Kept kept)
    {
        _kept.Add(kept);
        _sorted = false;
    }

    public IEnumerable<Kept> InOrder()
    {
        if (!_sorted)
        {
            _kept.Sort(Kept.Order);
            _sorted = true;
        }

        return _kept;
    }
}
