using System.Text.Json;
using ServerlessGuard.Azure.Events;
using ServerlessGuard.Azure.Needs;
using ServerlessGuard.Azure.Reporting;
using ServerlessGuard.Azure.Runtime;
using ServerlessGuard.Engine;
using ServerlessGuard.Facts.Azure;
using ServerlessGuard.Findings;
using ServerlessGuard.Resources;

namespace ServerlessGuard.Azure.Functions;

/// <summary>
/// <c>work</c>: one message of the queue. A failed call makes the message visible again; after five the platform sets it aside in
/// <c>guard-work-poison</c>.
/// </summary>
internal sealed class WorkFunction(
    Scanner scanner, IResourceSource source, IMessageSink work, OutboxTask task, AllowedAccounts subscriptions, Outgoing outgoing,
    Journal journal, TimeProvider time)
{
    public async Task<Answer> RunAsync(JsonElement data, CancellationToken cancellation)
    {
        switch (WorkMessage.Read(data))
        {
            case WorkMessage.Scan(var id):
                return await ScanAsync(id, cancellation);
            case WorkMessage.Remediate(var partition, var key):
                return await CarryOutAsync(new OutboxPlace(partition, key), cancellation);
            case WorkMessage.Forward:
                return Answer.Done(await outgoing.RunAsync(deadline: null, cancellation));
            default:
                journal.Metric("work.unknown", 1);
                return Answer.Failed("a message that is none of ours: neither scan nor remediate");
        }
    }

    private async Task<Answer> ScanAsync(string id, CancellationToken cancellation)
    {
        if (SoundArmId.Fault(id) is { } fault)
        {
            return Answer.Failed("a scan message with " + fault);
        }

        if (!subscriptions.Contains(ArmId.Subscription(id)?.ToLowerInvariant()))
        {
            return Answer.Failed("a scan message of a subscription that is not ours");
        }

        var type = AzureRoutes.TypeOf(id)!;
        var children = await SweepChildrenAsync(id, type, cancellation);
        if (!scanner.Judges(type))
        {
            return Answer.Done($"no rule reads {type}; {children} children to evaluate");
        }

        var now = time.GetUtcNow();
        return Answer.Done(
            (await scanner.ScanAsync(new Arrival(id, now, now, Actor: null, IsDeletion: false, DetectedBy.Sweep), cancellation))
                .ToString());
    }

    /// <summary>Resource Graph does not know every child that has findings of its own; ARM does.</summary>
    private async Task<int> SweepChildrenAsync(string id, string type, CancellationToken cancellation)
    {
        var found = 0;
        foreach (var listed in AzureRoutes.ListedBy(type))
        {
            foreach (var child in await source.ListAsync(id + listed[listed.LastIndexOf('/')..], listed, cancellation))
            {
                if (ArmDocument.Read(child, captured: null)?.Ref.Id is { } childId && SoundArmId.Fault(childId) is null)
                {
                    await work.SendAsync(new WorkMessage.Scan(childId).ToJson(), delay: null, cancellation);
                    found++;
                }
            }
        }

        return found;
    }

    private async Task<Answer> CarryOutAsync(OutboxPlace place, CancellationToken cancellation)
    {
        try
        {
            return Answer.Done(await task.RunAsync(place, subscriptions, cancellation));
        }
        catch (ForeignAccountException foreign)
        {
            return Answer.Failed(foreign.Message);
        }
    }
}
