using ServerlessGuard.Facts;
using ServerlessGuard.Resources;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Evaluations;

/// <summary>
/// Many resources judged together. Each is assessed by itself first (<see cref="Assessor.Assess"/>), on any thread and in any order;
/// accepting and completing are for one thread at a time. Of several captures of one resource the latest counts.
/// </summary>
/// <param name="keepEverything">Keep compliant and not-applicable verdicts too; otherwise they are counted only.</param>
public sealed class Scan(Assessor assessor, bool keepEverything)
{
    private readonly Dictionary<UInt128, Entry> _entries = [];
    private readonly Dictionary<(FactsKind, string), (JoinedFacts Facts, DateTimeOffset? CapturedAt)> _shared = [];
    private readonly List<string> _faults = [];

    /// <summary>Resources, each once.</summary>
    public int Resources => _entries.Count;

    /// <summary>False when a later capture of the same resource is there already.</summary>
    public bool Accept(Assessment assessment)
    {
        _faults.AddRange(assessment.Faults);
        var key = assessment.Key;
        if (_entries.TryGetValue(key, out var known) && !Supersedes(assessment, known))
        {
            return false;
        }

        _entries[key] = new Entry(assessment, keepEverything);
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

    /// <summary>Joins what waits, judges it, and orders everything: worst first, then by rule and subject.</summary>
    public ScanResult Complete()
    {
        var neighbours = new Neighbours(assessor.Context);
        foreach (var entry in _entries.Values)
        {
            foreach (var facts in entry.Neighbours)
            {
                neighbours.Add(facts);
            }
        }

        VerdictCounts counts = default;
        var kept = new List<Evaluation>();
        var spoken = new HashSet<(FactsKind, string)>();
        foreach (var entry in _entries.Values)
        {
            counts.Add(entry.Counts);
            kept.AddRange(entry.Kept);
            foreach (var waiting in entry.Waiting)
            {
                if (!spoken.Contains((waiting.Kind, waiting.Subject.Key))
                    && Finish(waiting, entry.CapturedAt, neighbours, ref counts, kept))
                {
                    spoken.Add((waiting.Kind, waiting.Subject.Key));
                }
            }
        }

        foreach (var (facts, capturedAt) in _shared.Values.Where(shared => !spoken.Contains((shared.Facts.Kind, shared.Facts.Subject.Key))))
        {
            Finish(facts, capturedAt, neighbours, ref counts, kept);
        }

        kept.Sort(Order);
        return new ScanResult(kept, counts, Resources, _faults);
    }

    /// <summary>False when these facts leave the word to others about the same subject.</summary>
    private bool Finish(JoinedFacts waiting, DateTimeOffset? capturedAt, Neighbours neighbours, ref VerdictCounts counts,
        List<Evaluation> kept)
    {
        var evaluations = assessor.Complete(waiting, neighbours, capturedAt, _faults);
        foreach (var evaluation in evaluations)
        {
            counts.Add(evaluation);
            if (keepEverything || IsTelling(evaluation))
            {
                kept.Add(evaluation);
            }
        }

        return evaluations.Count > 0;
    }

    private static bool Supersedes(Assessment assessment, Entry known) => (assessment.CapturedAt, known.CapturedAt) switch
    {
        ({ } mine, { } theirs) when mine != theirs => mine > theirs,
        _ when assessment.Status is not ResourceStatus.Deleted && assessment.IsObserved != known.IsObserved => assessment.IsObserved,
        _ => assessment.Sequence >= known.Sequence,
    };

    private static bool IsTelling(Evaluation evaluation) =>
        evaluation.Verdict.Compliance is Compliance.NonCompliant or Compliance.InsufficientData || !evaluation.Verdict.SubFindings.IsEmpty;

    private static int Order(Evaluation left, Evaluation right)
    {
        var bySeverity = Rank(right).CompareTo(Rank(left));
        if (bySeverity != 0)
        {
            return bySeverity;
        }

        var byRule = string.CompareOrdinal(left.Rule.Id, right.Rule.Id);
        return byRule != 0 ? byRule : string.CompareOrdinal(left.Subject.Id, right.Subject.Id);
    }

    private static int Rank(Evaluation evaluation) =>
        evaluation.Verdict.Compliance is Compliance.NonCompliant ? (int)evaluation.Severity : 0;

    private sealed class Entry
    {
        private readonly long _capturedAt;

        public Entry(Assessment assessment, bool keepEverything)
        {
            _capturedAt = assessment.CapturedAt?.UtcTicks ?? 0;
            IsObserved = assessment.IsObserved;
            Sequence = assessment.Sequence;
            Kept = keepEverything ? [.. assessment.Evaluations] : [.. assessment.Evaluations.Where(IsTelling)];
            Waiting = [.. assessment.Waiting.Where(waiting => !waiting.IsShared)];
            Neighbours = [.. assessment.Neighbours];
            foreach (var evaluation in assessment.Evaluations)
            {
                Counts.Add(evaluation);
            }
        }

        public DateTimeOffset? CapturedAt => _capturedAt == 0 ? null : new DateTimeOffset(_capturedAt, TimeSpan.Zero);
        public bool IsObserved { get; }
        public long Sequence { get; }
        public Evaluation[] Kept { get; }
        public JoinedFacts[] Waiting { get; }
        public NeighbourFacts[] Neighbours { get; }
        public VerdictCounts Counts;
    }
}
