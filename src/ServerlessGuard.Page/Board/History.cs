using ServerlessGuard.Findings;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Page.Board;

/// <summary>
/// How the number of open findings moved, by the minute and severity, and what happened last. Fed with events in the order of time.
/// </summary>
/// <remarks>
/// An event tells the state after it. The state before is that of the finding's event before; for the first event of a finding within the
/// window it follows from the step: what opens or reopens was not open, what resolves or is suppressed was.
/// </remarks>
internal sealed class History
{
    public static readonly TimeSpan Window = TimeSpan.FromDays(30);

    private const int MostRecent = 40;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, (Severity? Open, long Revision, DateTimeOffset? Asked)> _last = new(StringComparer.Ordinal);
    private readonly List<int> _fixes = [];
    private readonly Dictionary<long, int[]> _moves = [];
    private readonly List<FindingEvent> _recent = [];

    /// <summary>The first minute that anything happened in; null when nothing did.</summary>
    public DateTimeOffset? First { get; private set; }

    public IReadOnlyList<FindingEvent> Recent
    {
        get
        {
            lock (_lock)
            {
                return [.. _recent];
            }
        }
    }

    public void Add(FindingEvent step)
    {
        lock (_lock)
        {
            Remember(step);
            Severity? after = step.Status is FindingStatus.Open ? step.Severity : null;
            var known = _last.TryGetValue(step.FindingId, out var last);
            if (known && last.Revision >= step.Revision)
            {
                return;
            }

            var before = known ? last.Open : Before(step, after);
            var asked = Asks(step.Step) ? step.RecordedAt : last.Asked;
            if (step.Step is FindingStep.Fixed && last.Asked is { } since && step.RecordedAt >= since)
            {
                _fixes.Add((int)Math.Min(int.MaxValue, (step.RecordedAt - since).TotalMilliseconds));
                asked = null;
            }

            _last[step.FindingId] = (after, step.Revision, asked);
            if (before != after)
            {
                Move(step.At, before, -1);
                Move(step.At, after, 1);
            }
        }
    }

    /// <summary>
    /// Milliseconds from the change, or from a person's yes, to each fix: the finding itself forgets them when the fix resolves it.
    /// </summary>
    public int[] Fixes
    {
        get
        {
            lock (_lock)
            {
                return [.. _fixes];
            }
        }
    }

    /// <summary>By how much the open findings of each severity changed after the time. Index 0 is low.</summary>
    public List<(DateTimeOffset Minute, int[] Moves)> Since(DateTimeOffset from)
    {
        lock (_lock)
        {
            return [.. _moves.Select(one => (Time(one.Key), one.Value.ToArray())).Where(one => one.Item1 >= from)
                .OrderBy(one => one.Item1)];
        }
    }

    /// <summary>What a fix follows from.</summary>
    private static bool Asks(FindingStep step) =>
        step is FindingStep.Opened or FindingStep.Reopened or FindingStep.Changed or FindingStep.Approved;

    private static Severity? Before(FindingEvent step, Severity? after) => step.Step switch
    {
        FindingStep.Opened or FindingStep.Reopened => null,
        FindingStep.Resolved => step.Severity,
        FindingStep.Suppressed => step.Revision > 1 ? step.Severity : null,
        _ => after,
    };

    private void Move(DateTimeOffset at, Severity? severity, int by)
    {
        if (severity is not { } one)
        {
            return;
        }

        var minute = at.UtcTicks / TimeSpan.TicksPerMinute;
        if (!_moves.TryGetValue(minute, out var moves))
        {
            _moves[minute] = moves = new int[4];
            First = First is { } first && first <= Time(minute) ? first : Time(minute);
        }

        moves[(int)one - 1] += by;
    }

    private static DateTimeOffset Time(long minute) => new(minute * TimeSpan.TicksPerMinute, TimeSpan.Zero);

    private void Remember(FindingEvent step)
    {
        if (_recent.Count == MostRecent && step.RecordedAt <= _recent[^1].RecordedAt)
        {
            return;
        }

        var place = _recent.FindIndex(other => other.RecordedAt <= step.RecordedAt);
        _recent.Insert(place < 0 ? _recent.Count : place, step);
        if (_recent.Count > MostRecent)
        {
            _recent.RemoveAt(MostRecent);
        }
    }
}
