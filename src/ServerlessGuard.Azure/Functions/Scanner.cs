using ServerlessGuard.Azure.Events;
using ServerlessGuard.Azure.Needs;
using ServerlessGuard.Azure.Reporting;
using ServerlessGuard.Azure.Runtime;
using ServerlessGuard.Engine;
using ServerlessGuard.Facts;
using ServerlessGuard.Findings;
using ServerlessGuard.Recording;
using ServerlessGuard.Resources;
using ServerlessGuard.Tables;

namespace ServerlessGuard.Azure.Functions;

/// <summary>One resource, from its id to its findings in the table, for all events that arrived meanwhile.</summary>
/// <param name="source">Where resources are read.</param>
/// <param name="pipeline">A new pipeline each time: ages are measured at its time.</param>
/// <param name="outbox">What follows a change.</param>
/// <param name="work">Where what follows is kicked off.</param>
/// <param name="settings">The team's.</param>
/// <param name="journal">Lines and numbers.</param>
/// <param name="time">The clock.</param>
/// <param name="ownTypes">Types that the team's own rules judge.</param>
internal sealed class Scanner(
    IResourceSource source, Func<GuardPipeline> pipeline, OutboxPolicy outbox, IMessageSink work, GuardSettings settings, Journal journal, TimeProvider time,
    IReadOnlySet<string>? ownTypes = null) : IDisposable
{
    private const int AtOnce = 16;

    private static readonly TimeSpan AgainAfter = TimeSpan.FromSeconds(60);

    private BurstGate<Arrival, ScanOutcome>? _gate;

    /// <summary>Whether a rule says anything about the type, and it can be read.</summary>
    public bool Judges(string type) => source.Reads(type)
        && (FactReaders.For(type) is { Gives.Count: > 0 } || !settings.AllowedRegions.IsEmpty && settings.DataBearingTypes.Contains(type) || ownTypes?.Contains(type) is true);

    public Task<ScanOutcome> ScanAsync(Arrival arrival, CancellationToken cancellation) =>
        (_gate ??= new BurstGate<Arrival, ScanOutcome>(RunAsync, AtOnce, FunctionEndpoint.Deadline, time)).RunAsync(ArmId.Key(arrival.Id), arrival, cancellation);

    public void Dispose() => _gate?.Dispose();

    private async Task<ScanOutcome> RunAsync(string key, IReadOnlyList<Arrival> arrivals, CancellationToken cancellation)
    {
        var began = time.GetUtcNow();
        var judge = pipeline();
        var observations = await new ResourceLoader(source, judge.Assessor, journal, time).LoadAsync(arrivals[0].Id, arrivals, cancellation);
        var read = time.GetUtcNow();
        var changes = new List<FindingChange>();
        var stale = false;
        foreach (var observation in observations)
        {
            var result = await judge.RunAsync(observation, cancellation);
            stale |= result.IsStale;
            changes.AddRange(result.Changes);
            foreach (var fault in result.Faults)
            {
                journal.Warn("rule fault", ("fault", fault));
                journal.Metric("rules.faults", 1);
            }
        }

        await KickAsync(changes, cancellation);
        var isGone = observations[0].Resource.Status is ResourceStatus.Deleted;
        if (!isGone && arrivals.Any(arrival => arrival.IsDeletion))
        {
            // ARM may still show what it has just deleted. Made anew under its old name, a second look does no harm.
            await work.SendAsync(new WorkMessage.Scan(arrivals[0].Id).ToJson(), AgainAfter, cancellation);
        }

        Report(observations[0], arrivals, changes, read - began);
        return new ScanOutcome(observations[0].Resource.Ref, isGone, stale, changes);
    }

    /// <summary>Best effort: the outbox holds what must happen, and its timer sends again what got lost here.</summary>
    private async Task KickAsync(List<FindingChange> changes, CancellationToken cancellation)
    {
        try
        {
            if (changes.Exists(change => outbox.After(change).Any(kind => kind is OutboxKind.Federate or OutboxKind.Notify)))
            {
                await work.SendAsync(new WorkMessage.Forward().ToJson(), delay: null, cancellation);
            }

            foreach (var change in changes.Where(change => outbox.After(change).Contains(OutboxKind.Remediate)))
            {
                var entry = OutboxEntry.Of(OutboxKind.Remediate, change);
                await work.SendAsync(new WorkMessage.Remediate(RowKeys.Partition(entry.Resource), OutboxRows.Key(entry)).ToJson(), delay: null, cancellation);
            }
        }
        catch (QueueUnavailableException lost)
        {
            journal.Warn("kick lost", ("reason", lost.Message));
        }
    }

    private void Report(Observation first, IReadOnlyList<Arrival> arrivals, List<FindingChange> changes, TimeSpan read)
    {
        var type = first.Resource.Ref.NativeType;
        journal.Metric("resource.read_ms", read.TotalMilliseconds, ("type", type));
        journal.Metric("events.served", arrivals.Count, ("type", type));
        foreach (var change in changes)
        {
            journal.Info("finding", ("id", change.After.Id), ("step", change.Event.Step.ToString()), ("severity", change.After.Severity.ToString()), ("resource", change.After.Resource.Id));
        }

        if (changes.Count > 0)
        {
            journal.Metric("finding.delay_ms", (time.GetUtcNow() - arrivals.Min(arrival => arrival.DeliveredAt)).TotalMilliseconds, ("type", type));
        }
    }
}

/// <param name="Resource">What was judged.</param>
/// <param name="IsGone">ARM does not know it any more.</param>
/// <param name="IsStale">A newer capture was judged before.</param>
/// <param name="Changes">Findings that changed.</param>
internal sealed record ScanOutcome(ResourceRef Resource, bool IsGone, bool IsStale, IReadOnlyList<FindingChange> Changes)
{
    public override string ToString() => $"{Resource.NativeType}: {(IsGone ? "gone, " : string.Empty)}{(IsStale ? "a newer capture was judged before, " : string.Empty)}{Changes.Count} findings changed";
}
