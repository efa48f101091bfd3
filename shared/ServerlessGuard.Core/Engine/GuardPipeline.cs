using ServerlessGuard.Evaluations;
using ServerlessGuard.Findings;
using ServerlessGuard.Guards;
using ServerlessGuard.Recording;
using ServerlessGuard.Resources;

namespace ServerlessGuard.Engine;

/// <summary>
/// Resource → facts → rules → verdicts → findings → table. What follows (remediate, federate, notify) is driven by the outbox that the
/// table now holds.
/// </summary>
public sealed class GuardPipeline(Assessor assessor, FindingRecorder recorder, TimeProvider time)
{
    private const int MaxOwner = 100;

    /// <summary>What judges: it also says what must be read beside a resource.</summary>
    public Assessor Assessor => assessor;

    public async Task<PipelineResult> RunAsync(Observation observation, CancellationToken cancellation)
    {
        var received = time.GetUtcNow();
        var (evaluations, faults) = Judge(observation);
        var evaluated = time.GetUtcNow();

        var resource = observation.Resource;
        var captured = resource.CapturedAt ?? received;
        var changes = new List<FindingChange>();
        var stale = false;
        foreach (var subject in Subjects(resource, evaluations))
        {
            var recorded = await recorder.RecordAsync(
                new SubjectVerdicts(subject.Key, resource.Ref.NativeType, captured)
                {
                    Deleted = resource.Status is ResourceStatus.Deleted && subject.Key.Key == resource.Ref.Key,
                    Verdicts = SubjectVerdicts.Flatten(subject.Value),
                    DetectedBy = observation.DetectedBy,
                    Actor = observation.Actor,
                    Tag = name => resource.Tags[name],
                    NeverTouch = NeverTouched.Is(resource, assessor.Context.Settings),
                    Owner = Owner(resource.Tags[assessor.Context.Settings.OwnerTag]),
                    Stages = new FindingStages
                        { Captured = captured, Delivered = observation.DeliveredAt ?? received, Evaluated = evaluated },
                },
                cancellation);
            stale |= recorded.IsStale;
            changes.AddRange(recorded.Changes);
        }

        return new PipelineResult(evaluations, changes, stale, faults);
    }

    /// <summary>The neighbours take part in the joins; only what the resource itself speaks of is kept.</summary>
    private (IReadOnlyList<Evaluation> Evaluations, IReadOnlyList<string> Faults) Judge(Observation observation)
    {
        var own = assessor.Assess(observation.Resource);
        var scan = new Scan(assessor, keepEverything: true);
        scan.Accept(own);
        foreach (var neighbour in observation.Neighbours)
        {
            scan.Accept(assessor.Assess(neighbour) with { Sequence = -1 });
        }

        var mine = own.Evaluations.Select(evaluation => (evaluation.Subject.Key, evaluation.Rule.Id)).ToHashSet();
        var waiting = own.Waiting.Select(facts => (facts.Subject.Key, facts.Kind)).ToHashSet();
        var result = scan.Complete();
        return (
            [
                .. result.Evaluations.Where(evaluation => mine.Contains((evaluation.Subject.Key, evaluation.Rule.Id))
                    || assessor.KindOf(evaluation.Rule.Id) is { } kind && waiting.Contains((evaluation.Subject.Key, kind))),
            ],
            result.Faults);
    }

    private static string? Owner(string? tag) => tag is { Length: > MaxOwner } ? tag[..MaxOwner] : tag;

    /// <summary>
    /// The resource always, so that its deletion and its capture are known even without a verdict; then whatever else it speaks of.
    /// </summary>
    private static Dictionary<ResourceRef, List<Evaluation>> Subjects(Resource resource, IReadOnlyList<Evaluation> evaluations)
    {
        var subjects = new Dictionary<ResourceRef, List<Evaluation>>(SameKey.Instance) { [resource.Ref] = [] };
        foreach (var evaluation in evaluations)
        {
            if (!subjects.TryGetValue(evaluation.Subject, out var list))
            {
                subjects[evaluation.Subject] = list = [];
            }

            list.Add(evaluation);
        }

        return subjects;
    }

    private sealed class SameKey : IEqualityComparer<ResourceRef>
    {
        public static SameKey Instance { get; } = new();

        public bool Equals(ResourceRef? x, ResourceRef? y) => x?.Key == y?.Key && x?.Provider == y?.Provider;

        public int GetHashCode(ResourceRef obj) => obj.Key.GetHashCode(StringComparison.Ordinal);
    }
}

/// <param name="IsStale">A newer capture was judged before.</param>
/// <param name="Faults">Bugs of ours, one line each.</param>
public sealed record PipelineResult(IReadOnlyList<Evaluation> Evaluations, IReadOnlyList<FindingChange> Changes, bool IsStale,
    IReadOnlyList<string> Faults);
