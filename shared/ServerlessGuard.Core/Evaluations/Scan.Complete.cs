using ServerlessGuard.Facts;

namespace ServerlessGuard.Evaluations;

/// <summary>The end of a scan: what waited for others is judged.</summary>
public sealed partial class Scan
{
    /// <summary>Joins what waits, judges it, and orders everything: worst first, then by rule and subject.</summary>
    public ScanResult Complete()
    {
        var neighbours = new Neighbours(assessor.Context, more: _far);
        foreach (var slot in _held.Keys.Order())
        {
            foreach (var facts in _held[slot].Neighbours)
            {
                neighbours.Add(facts);
            }
        }

        VerdictCounts counts = default;
        for (var slot = 0; slot < _entries.Count; slot++)
        {
            counts.Add(_counts[_entries[slot].Counts]);
        }

        var spoken = new KeyIndex();
        foreach (var (slot, waiting) in Waiting())
        {
            foreach (var facts in waiting)
            {
                if (spoken.Find(Speaker(facts)) < 0 && Finish(facts, slot, _entries[slot].Captured, neighbours, ref counts))
                {
                    spoken.Add(Speaker(facts), out _);
                }
            }
        }

        foreach (var (facts, capturedAt) in _shared.Values.Where(shared => spoken.Find(Speaker(shared.Facts)) < 0))
        {
            Finish(facts, int.MaxValue, capturedAt, neighbours, ref counts);
        }

        return new ScanResult(Live(), counts, Resources, _faults);
    }

    /// <summary>What waits, by slot; what is not held is read again, all of it in one go.</summary>
    private IEnumerable<(int Slot, IEnumerable<JoinedFacts> Facts)> Waiting()
    {
        var slots = Enumerable.Range(0, _entries.Count).Where(slot => _entries[slot].Waits);
        using var again = recall?.Again(slots.Select(PlaceOf).OfType<Place>()).GetEnumerator();
        foreach (var slot in slots)
        {
            if (_entries[slot].Place < 0)
            {
                yield return (slot, _held[slot].Waiting);
            }
            else if (again!.MoveNext() && again.Current is { } assessment)
            {
                yield return (slot, assessment.Waiting.Where(waiting => !waiting.IsShared));
            }
        }
    }

    /// <summary>Verdicts of captures that a later one replaced are still on the shelf.</summary>
    private Verdicts Live() => new(_shelf, kept => kept.Slot == int.MaxValue || _entries[kept.Slot].Version == kept.Version);

    private static UInt128 Speaker(JoinedFacts facts) => KeyIndex.Hash($"{facts.Kind}|{facts.Subject.Key}");

    /// <summary>False when these facts leave the word to others about the same subject.</summary>
    private bool Finish(JoinedFacts waiting, int slot, DateTimeOffset? capturedAt, Neighbours neighbours, ref VerdictCounts counts)
    {
        var evaluations = assessor.Complete(waiting, neighbours, capturedAt, _faults);
        foreach (var evaluation in evaluations)
        {
            counts.Add(evaluation);
            if (keepEverything || IsTelling(evaluation))
            {
                _shelf.Add(new Kept(evaluation, slot, slot == int.MaxValue ? 0 : _entries[slot].Version, _kept++));
            }
        }

        return evaluations.Count > 0;
    }

    private sealed class Verdicts(IVerdictShelf shelf, Func<Kept, bool> isLive) : IEnumerable<Evaluation>
    {
        public IEnumerator<Evaluation> GetEnumerator() => shelf.InOrder().Where(isLive).Select(kept => kept.Evaluation).GetEnumerator();

        System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
