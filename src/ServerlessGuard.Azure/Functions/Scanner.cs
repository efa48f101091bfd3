using ServerlessGuard.Azure.Events;
using ServerlessGuard.Azure.Needs;
using ServerlessGuard.Azure.Reporting;
using ServerlessGuard.Azure.Runtime;
using ServerlessGuard.Engine;
using ServerlessGuard.Evaluations;
using ServerlessGuard.Facts;
using ServerlessGuard.Findings;
using ServerlessGuard.Resources;

namespace ServerlessGuard.Azure.Functions;

/// <summary>One resource, from its id to its findings in the table, for all events that arrived meanwhile.</summary>
/// <param name="source">Where resources are read.</param>
/// <param name="pipeline">Judges, records, and begins what follows.</param>
/// <param name="assessor">A new one each time: ages are measured at its time.</param>
/// <param name="work">Where a second look is left.</param>
/// <param name="settings">The team's.</param>
/// <param name="journal">Lines and numbers.</param>
/// <param name="time">The clock.</param>
/// <param name="ownTypes">Types that the team's own rules judge.</param>
internal sealed class Scanner(
    IResourceSource source, Pipeline pipeline, Func<Assessor> assessor, IMessageSink work, GuardSettings settings, Journal journal,
    TimeProvider time,
    IReadOnlySet<string>? ownTypes = null) : IDisposable
{
    private const int AtOnce = 16;

    private static readonly TimeSpan AgainAfter = TimeSpan.FromSeconds(60);

    private BurstGate<Arrival, ScanOutcome>? _gate;

    /// <summary>Whether a rule says anything about the type, and it can be read.</summary>
    public bool Judges(string type) => source.Reads(type)
        && (FactReaders.For(type) is { Gives.Count: > 0 } || !settings.AllowedRegions.IsEmpty && settings.DataBearingTypes.Contains(type)
            || ownTypes?.Contains(type) is true);

    public Task<ScanOutcome> ScanAsync(Arrival arrival, CancellationToken cancellation) =>
        (_gate ??= new BurstGate<Arrival, ScanOutcome>(RunAsync, AtOnce, FunctionEndpoint.Deadline, time))
            .RunAsync(ArmId.Key(arrival.Id), arrival, cancellation);

    public void Dispose() => _gate?.Dispose();

    private async Task<ScanOutcome> RunAsync(string key, IReadOnlyList<Arrival> arrivals, CancellationToken cancellation)
    {
        var began = time.GetUtcNow();
        var judge = assessor();
        var observations = await new ResourceLoader(source, judge, journal, time).LoadAsync(arrivals[0].Id, arrivals, cancellation);
        var read = time.GetUtcNow();
        var results = await pipeline.RunAsync(judge, observations, cancellation);
        var changes = results.SelectMany(result => result.Changes).ToList();
        var isGone = observations[0].Resource.Status is ResourceStatus.Deleted;
        if (!isGone && arrivals.Any(arrival => arrival.IsDeletion))
        {
            // ARM may still show what it has just deleted. Made anew under its old name, a second look does no harm.
            await work.SendAsync(new WorkMessage.Scan(arrivals[0].Id).ToJson(), AgainAfter, cancellation);
        }

        Report(observations[0], arrivals, changes, read - began);
        return new ScanOutcome(observations[0].Resource.Ref, isGone, results.Any(result => result.IsStale), changes);
    }

    private void Report(Observation first, IReadOnlyList<Arrival> arrivals, List<FindingChange> changes, TimeSpan read)
    {
        var type = first.Resource.Ref.NativeType;
        journal.Metric("resource.read_ms", read.TotalMilliseconds, ("type", type));
        journal.Metric("events.served", arrivals.Count, ("type", type));
        if (changes.Count > 0)
        {
            journal.Metric("finding.delay_ms", (time.GetUtcNow() - arrivals.Min(arrival => arrival.DeliveredAt)).TotalMilliseconds,
                ("type", type));
        }
    }
}

/// <param name="Resource">What was judged.</param>
/// <param name="IsGone">ARM does not know it any more.</param>
/// <param name="IsStale">A newer capture was judged before.</param>
/// <param name="Changes">Findings that changed.</param>
internal sealed record ScanOutcome(ResourceRef Resource, bool IsGone, bool IsStale, IReadOnlyList<FindingChange> Changes)
{
    public override string ToString() =>
        $"{Resource.NativeType}: {(IsGone ? "gone, " : string.Empty)}"
            + $"{(IsStale ? "a newer capture was judged before, " : string.Empty)}{Changes.Count} findings changed";
}
