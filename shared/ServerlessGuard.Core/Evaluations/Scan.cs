using ServerlessGuard.Facts;
using ServerlessGuard.Resources;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Evaluations;

/// <summary>
/// Many resources judged together. Each is assessed by itself first (<see cref="Assessor.Assess"/>), on any thread and in any order;
/// accepting and completing are for one thread at a time. Of several captures of one resource the latest counts.
/// </summary>
/// <param name="keepEverything">Keep compliant and not-applicable verdicts too; otherwise they are counted only.</param>
/// <param name="shelf">Where kept verdicts go; null: into memory.</param>
/// <param name="recall">Reads the facts of assessments that say where they come from; null: all facts are held.</param>
public sealed partial class Scan(Assessor assessor, bool keepEverything, IVerdictShelf? shelf = null, IRecall? recall = null)
{
    private readonly KeyIndex _slots = new();
    private readonly Chunks<Entry> _entries = new();
    private readonly Chunks<Place> _places = new();
    private readonly Dictionary<int, Held> _held = [];
    private readonly Dictionary<(FactsKind, string), (JoinedFacts Facts, DateTimeOffset? CapturedAt)> _shared = [];
    private readonly Dictionary<VerdictCounts, int> _countNumbers = [];
    private readonly List<VerdictCounts> _counts = [];
    private readonly List<string> _faults = [];
    private readonly IVerdictShelf _shelf = shelf ?? new VerdictList();
    private FarNeighbours? _far;
    private int _versions;
    private long _kept;

    /// <summary>Resources, each once.</summary>
    public int Resources => _entries.Count;

    /// <summary>False when a later capture of the same resource is there already.</summary>
    public bool Accept(Assessment assessment)
    {
        _faults.AddRange(assessment.Faults);
        if (_slots.Add(assessment.Key, out var slot))
        {
            _entries.Add(default);
        }
        else if (!Supersedes(assessment, _entries[slot]))
        {
            return false;
        }

        _entries[slot] = Enter(assessment, slot, ++_versions);
        foreach (var evaluation in assessment.Evaluations.Where(evaluation => keepEverything || IsTelling(evaluation)))
        {
            _shelf.Add(new Kept(evaluation, slot, _versions, _kept++));
        }

        foreach (var shared in assessment.Waiting.Where(waiting => waiting.IsShared))
        {
            var place = (shared.Kind, shared.Subject.Key);
            if (!_shared.TryGetValue(place, out var other) || other.Facts.SeverityShift == 0)
            {
                _shared[place] = (shared, assessment.CapturedAt);
            }
        }

        return true;
    }

    private Entry Enter(Assessment assessment, int slot, int version)
    {
        VerdictCounts counts = default;
        foreach (var evaluation in assessment.Evaluations)
        {
            counts.Add(evaluation);
        }

        var waits = assessment.Waiting.Any(waiting => !waiting.IsShared);
        var place = -1;
        _held.Remove(slot);
        if (waits || assessment.Neighbours.Count > 0)
        {
            if (recall is not null && assessment.Place is { } far)
            {
                place = _places.Add(far);
                _far ??= new FarNeighbours(recall, PlaceOf);
                foreach (var facts in assessment.Neighbours)
                {
                    _far.Add(facts, slot);
                }
            }
            else
            {
                _held[slot] = new Held([.. assessment.Waiting.Where(waiting => !waiting.IsShared)], [.. assessment.Neighbours]);
            }
        }

        return new Entry(assessment.CapturedAt?.UtcTicks ?? 0, assessment.Sequence, version, Number(counts), place, waits,
            assessment.IsObserved);
    }

    /// <summary>Few resources have counts that no other has.</summary>
    private int Number(VerdictCounts counts)
    {
        if (!_countNumbers.TryGetValue(counts, out var number))
        {
            _countNumbers[counts] = number = _counts.Count;
            _counts.Add(counts);
        }

        return number;
    }

    private Place? PlaceOf(int slot) => _entries[slot].Place is >= 0 and var place ? _places[place] : null;

    private static bool Supersedes(Assessment assessment, Entry known) => (assessment.CapturedAt, known.Captured) switch
    {
        ({ } mine, { } theirs) when mine != theirs => mine > theirs,
        _ when assessment.Status is not ResourceStatus.Deleted && assessment.IsObserved != known.IsObserved => assessment.IsObserved,
        _ => assessment.Sequence >= known.Sequence,
    };

    private static bool IsTelling(Evaluation evaluation) =>
        evaluation.Verdict.Compliance is Compliance.NonCompliant or Compliance.InsufficientData || !evaluation.Verdict.SubFindings.IsEmpty;

    /// <param name="Counts">A number in the list of counts.</param>
    /// <param name="Place">A number in the list of places; -1: its facts are held, or there are none.</param>
    private readonly record struct Entry(long CapturedAt, long Sequence, int Version, int Counts, int Place, bool Waits, bool IsObserved)
    {
        public DateTimeOffset? Captured => CapturedAt == 0 ? null : new DateTimeOffset(CapturedAt, TimeSpan.Zero);
    }

    private sealed record Held(JoinedFacts[] Waiting, NeighbourFacts[] Neighbours);
}
