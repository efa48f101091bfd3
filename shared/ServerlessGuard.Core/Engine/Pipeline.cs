using ServerlessGuard.Evaluations;
using ServerlessGuard.Recording;

namespace ServerlessGuard.Engine;

/// <summary>
/// What both clouds do with a resource: judge it, record its findings with what must follow in one transaction
/// (<see cref="GuardPipeline"/>), and begin what follows (<see cref="Wakes"/>): fix, federate, notify.
/// </summary>
public sealed class Pipeline(FindingRecorder recorder, Wakes wakes, ITelemetry telemetry, TimeProvider time)
{
    /// <param name="assessor">Made for this event: ages are measured at its time.</param>
    /// <param name="observations">Of one event: what follows is begun when all of them are recorded.</param>
    /// <param name="cancellation">Ends it between two writes; the event comes again.</param>
    public async Task<IReadOnlyList<PipelineResult>> RunAsync(Assessor assessor, IReadOnlyList<Observation> observations,
        CancellationToken cancellation)
    {
        var judge = new GuardPipeline(assessor, recorder, time);
        var results = new List<PipelineResult>(observations.Count);
        foreach (var observation in observations)
        {
            var result = await judge.RunAsync(observation, cancellation);
            telemetry.Judged(observation, result);
            results.Add(result);
        }

        await wakes.AfterAsync([.. results.SelectMany(result => result.Changes)], cancellation);
        return results;
    }
}
