using System.Text.Json;
using ServerlessGuard.Azure.Events;
using ServerlessGuard.Azure.Needs;
using ServerlessGuard.Azure.Reporting;
using ServerlessGuard.Azure.Runtime;
using ServerlessGuard.Facts.Azure;
using ServerlessGuard.Findings;
using ServerlessGuard.Resources;

namespace ServerlessGuard.Azure.Functions;

/// <summary>
/// <c>scan</c>: Event Grid's events, one or many. What is transient fails the call, and Event Grid delivers again, for a day; what will
/// never be understood is set aside and answered as success, which is how an event is dropped.
/// </summary>
internal sealed class ScanFunction(EventReader reader, Scanner scanner, IResourceSource source, IMessageSink work, DeadLetters dead,
    Journal journal, TimeProvider time)
{
    public async Task<Answer> RunAsync(JsonElement data, CancellationToken cancellation)
    {
        var delivered = time.GetUtcNow();
        var events = data.ValueKind is JsonValueKind.Array ? [.. data.EnumerateArray()] : new List<JsonElement> { data };
        journal.Metric("events.received", events.Count);

        // One bad event costs the others nothing; a transient fault of one brings the whole batch again, which changes nothing for the
        // rest.
        var done = await Task.WhenAll(events.Select(item => OneAsync(item, delivered, cancellation)));
        var lines = done.Select(one => one.Line).ToList();
        return done.All(one => one.Succeeded)
            ? Answer.Done(lines)
            : Answer.Failed([.. done.OrderBy(one => one.Succeeded).Select(one => one.Line)]);
    }

    private async Task<(bool Succeeded, string Line)> OneAsync(JsonElement item, DateTimeOffset delivered, CancellationToken cancellation)
    {
        try
        {
            return (true, await LineAsync(reader.Read(item), delivered, cancellation));
        }
#pragma warning disable CA1031 // One event's fault must not hide the others' outcomes; it fails the call.
        catch (Exception fault)
        {
            journal.Metric("events.failed", 1, ("fault", fault.GetType().Name));
            return (false, Faults.Describe(fault));
        }
#pragma warning restore CA1031
    }

    private async Task<string> LineAsync(EventReading reading, DateTimeOffset delivered, CancellationToken cancellation)
    {
        switch (reading)
        {
            case EventReading.Refused refused:
                await dead.KeepAsync(refused, cancellation);
                return "refused: " + refused.Reason;
            case EventReading.Ignored ignored:
                journal.Metric("events.ignored", 1);
                return "ignored: " + ignored.Reason;
            case EventReading.Found(var change):
                return await JudgeAsync(change, delivered, cancellation);
            default:
                throw new InvalidOperationException("a reading of no known kind");
        }
    }

    private async Task<string> JudgeAsync(CloudChange change, DateTimeOffset delivered, CancellationToken cancellation)
    {
        var target = change.Kind is ChangeKind.Acted
            ? AzureRoutes.AfterAction(change.ResourceId, change.Operation)
            : AzureRoutes.AfterChange(change.ResourceId);
        var type = target is null ? null : AzureRoutes.TypeOf(target);
        if (type is not null && AzureRoutes.Through(type) is { } through)
        {
            return await ThroughAsync(target!, through, cancellation);
        }

        if (type is null || !scanner.Judges(type))
        {
            journal.Metric("events.ignored", 1);
            return $"ignored: no rule reads {change.Operation ?? ArmId.Type(change.ResourceId)}";
        }

        var isDeletion = change.Kind is ChangeKind.Deleted && ArmId.Key(target!) == ArmId.Key(change.ResourceId);
        var outcome =
            await scanner.ScanAsync(new Arrival(target!, change.At, delivered, change.Actor, isDeletion, DetectedBy.Change), cancellation);
        return outcome.ToString();
    }

    /// <summary>What changed is judged through all resources of another type: a delegation's definition through its assignments.</summary>
    private async Task<string> ThroughAsync(string changed, string type, CancellationToken cancellation)
    {
        var list = await source.ListAsync($"/subscriptions/{ArmId.Subscription(changed)}/providers/{type}", type, cancellation);
        var ids = list.Select(item => ArmDocument.Read(item, captured: null)?.Ref.Id).OfType<string>().ToList();
        foreach (var id in ids)
        {
            await work.SendAsync(new WorkMessage.Scan(id).ToJson(), delay: null, cancellation);
        }

        return $"{ids.Count} {type} to evaluate";
    }
}
