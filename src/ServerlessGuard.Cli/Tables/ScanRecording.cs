using ServerlessGuard.Cli.Input;
using ServerlessGuard.Engine;
using ServerlessGuard.Evaluations;
using ServerlessGuard.Findings;
using ServerlessGuard.Recording;
using ServerlessGuard.Resources;
using ServerlessGuard.Tables;

namespace ServerlessGuard.Cli.Tables;

/// <summary>
/// Brings a scan into a table, subject by subject, through the same recorder as the hosts'. A scan is a sweep: what it does not show is
/// left as it is, and a finding of a resource that is missing is resolved only when the input says that the resource was deleted.
/// </summary>
internal sealed class ScanRecording(ITable table, GuardSettings settings, ScanNotes notes, TimeProvider time, DateTimeOffset scannedAt)
{
    // Nothing drains the outbox of a table that no host runs on.
    private readonly FindingRecorder _recorder =
        new(table, time, new Backoff(Random.Shared.NextDouble), settings.Exemptions, static _ => []);

    public async Task<ScanRecord> RecordAsync(ScanResult result, CancellationToken cancellation)
    {
        var record = new ScanRecord();
        var spoken = new HashSet<(Provider, string)>();
        var groups = result.Evaluations.GroupBy(evaluation =>
            (evaluation.Subject.Provider, evaluation.Subject.Account, evaluation.Subject.Key, Source: notes.Source(evaluation)));
        foreach (var group in groups)
        {
            spoken.Add((group.Key.Provider, group.Key.Key));
            var evaluations = group.DistinctBy(evaluation => evaluation.Rule.Id, StringComparer.Ordinal).ToList();
            var captured = evaluations.Max(evaluation => evaluation.CapturedAt) ?? scannedAt;
            await OneAsync(record, evaluations[0].Subject, group.Key.Source, captured, evaluations, cancellation);
        }

        foreach (var gone in notes.Deleted.Where(gone => !spoken.Contains((gone.Ref.Provider, gone.Ref.Key))))
        {
            await OneAsync(record, gone.Ref, gone.Ref.NativeType, gone.CapturedAt ?? scannedAt, [], cancellation);
        }

        return record;
    }

    private async Task OneAsync(
        ScanRecord record, ResourceRef subject, string source, DateTimeOffset captured, IReadOnlyList<Evaluation> evaluations,
        CancellationToken cancellation)
    {
        var recorded = await _recorder.RecordAsync(
            new SubjectVerdicts(subject, source, captured)
            {
                Deleted = notes.IsDeleted(subject),
                Verdicts = SubjectVerdicts.Flatten(evaluations),
                DetectedBy = DetectedBy.Sweep,
                Tag = name => notes.Tag(subject, name),
                NeverTouch = notes.IsNeverTouched(subject),
                Stages = new FindingStages { Captured = captured, Delivered = scannedAt, Evaluated = time.GetUtcNow() },
            },
            cancellation);
        record.Add(recorded);
    }
}

/// <summary>What a scan changed in the table.</summary>
internal sealed class ScanRecord
{
    private readonly List<FindingEvent> _changes = [];

    public int Subjects { get; private set; }

    /// <summary>Subjects of which the table knows a later capture.</summary>
    public int Stale { get; private set; }

    public IReadOnlyList<FindingEvent> Changes => _changes;

    public void Add(RecordedChanges recorded)
    {
        Subjects++;
        Stale += recorded.IsStale ? 1 : 0;
        _changes.AddRange(recorded.Changes.Select(change => change.Event));
    }

    public void Write(string address, TextWriter output)
    {
        const int Most = 40;
        foreach (var step in _changes.OrderBy(step => step.Step).ThenByDescending(step => step.Severity).Take(Most))
        {
            output.WriteLine(
                $"{step.Step.ToString().ToLowerInvariant(),-10} {step.Severity.ToString().ToLowerInvariant(),-9} {step.RuleId,-16} "
                    + $"{Terminal.Safe(step.Resource.Id)}");
        }

        if (_changes.Count > Most)
        {
            output.WriteLine($"and {_changes.Count - Most} more (guard findings timeline lists them all)");
        }

        var counts = string.Join(", ",
            new[] { FindingStep.Opened, FindingStep.Reopened, FindingStep.Suppressed, FindingStep.Changed, FindingStep.Resolved }
            .Select(step => $"{_changes.Count(change => change.Step == step)} {step.ToString().ToLowerInvariant()}"));
        output.WriteLine(
            $"Recorded in {Terminal.Safe(address)}: "
                + $"{counts}{(Stale > 0 ? $"; {Stale} of {Subjects} resources are known from a later capture: nothing changed there" : string.Empty)}.");
    }
}
