using System.Globalization;
using System.Text.Json;
using ServerlessGuard.Aws.Events;
using ServerlessGuard.Aws.Needs;
using ServerlessGuard.Aws.Reporting;
using ServerlessGuard.Aws.Runtime;
using ServerlessGuard.Documents;
using ServerlessGuard.Engine;
using ServerlessGuard.Evaluations;
using ServerlessGuard.Facts;
using ServerlessGuard.Findings;
using ServerlessGuard.Ingestion;
using ServerlessGuard.Remediation;
using ServerlessGuard.Resources;

namespace ServerlessGuard.Aws.Functions;

/// <summary>One event from its text to its findings, the answer to Config and the kick of the remediation.</summary>
internal sealed class Examination(ScanParts parts, DateTimeOffset? deadline, AllowedAccounts accounts)
{
    /// <summary>A clock that is ahead by more would make every true event after it stale.</summary>
    private static readonly TimeSpan ClockSkew = TimeSpan.FromMinutes(10);

    private readonly Assessor _assessor = parts.NewAssessor();

    public async Task RunAsync(Doc record, CancellationToken cancellation)
    {
        parts.Metrics.Count("Events");
        switch (IncomingReader.Read(record))
        {
            case Incoming.Items items:
                await JudgeAsync(items.Resources, items.Call, items.FromSweep ? DetectedBy.Sweep : DetectedBy.Change, actor: null,
                    cancellation);
                break;
            case Incoming.Reference reference:
                accounts.Check(reference.Item.Account);
                await JudgeAsync([await ReadAsync(reference.Item, cancellation)], reference.Call,
                    reference.FromSweep ? DetectedBy.Sweep : DetectedBy.Change, actor: null, cancellation);
                break;
            case Incoming.ApiCall call:
                await ApiCallAsync(call.Detail, cancellation);
                break;
            case Incoming.Sweep { FromQueue: true }:
                await parts.Sweeper.RunAsync(accounts, deadline, cancellation);
                break;
            case Incoming.Sweep:
                await BeginSweepAsync(cancellation);
                break;
            case Incoming.Refused refused:
                parts.Metrics.Count("EventsRefused");
                parts.Log.Write(LogLevel.Warn, "an event was refused", ("detail", refused.Reason));
                break;
            case Incoming.Nothing nothing:
                parts.Metrics.Count("Ignored");
                parts.Log.Write(LogLevel.Info, "nothing to evaluate", ("detail", nothing.Reason));
                break;
        }
    }

    /// <summary>Config's scheduled rule waits for an answer, not for a sweep: the sweep is put into the work queue.</summary>
    private async Task BeginSweepAsync(CancellationToken cancellation)
    {
        if (parts.WorkQueue is { } queue)
        {
            await parts.Queue.SendAsync(queue, [WorkMessage.Sweep], cancellation);
            return;
        }

        parts.Metrics.Count("Ignored");
        parts.Log.Write(LogLevel.Warn, "a scheduled notification without GUARD_WORK_QUEUE: only the sweep's own schedule starts a sweep");
    }

    /// <summary>
    /// The announced item, from the Config of its region: another one may have a resource of the same name. One that Config does not know
    /// (yet, or any more) is an error: the event comes again, and in the end lies in the dead-letter queue.
    /// </summary>
    private async Task<Resource> ReadAsync(ItemReference reference, CancellationToken cancellation)
    {
        var region = ResourceRegion.OfConfig(reference.Region)
            ?? throw new PoisonEventException($"an item of type {reference.NativeType} without a region");
        var latest = await parts.Inventory.LatestAsync(region, reference.NativeType, reference.ResourceId, cancellation);
        if (latest is not null && (reference.Region is null || latest.Ref.Region is null || latest.Ref.Region == reference.Region)
            && (reference.CapturedAt is not { } announced || latest.CapturedAt >= announced.AddSeconds(-1)))
        {
            return latest;
        }

        if (reference is { Deleted: true, ResourceArn: { } arn })
        {
            return Gone(reference, arn);
        }

        throw new CloudCallException("ResourceNotDiscovered", $"config: the announced item of {reference.NativeType} is not in the history",
            isTransient: true);
    }

    /// <summary>An announced deletion is an item of its own, which the history may not show yet.</summary>
    private static Resource Gone(ItemReference reference, string arn)
    {
        var item = JsonBytes.Of(writer =>
        {
            writer.WriteString("resourceType", reference.NativeType);
            writer.WriteString("resourceId", reference.ResourceId);
            writer.WriteString("ARN", arn);
            writer.WriteString("awsAccountId", reference.Account);
            writer.WriteString("awsRegion", reference.Region);
            writer.WriteString("configurationItemStatus", "ResourceDeleted");
            writer.WriteString("configurationItemCaptureTime", reference.CapturedAt?.ToString("O", CultureInfo.InvariantCulture));
        });
        return RecordReader.Read(new Doc(JsonElement.Parse(item.Span))).OfType<Reading.Found>().Single().Resource;
    }

    private async Task ApiCallAsync(Doc detail, CancellationToken cancellation)
    {
        var account = accounts.Check(detail["recipientAccountId"].NonEmpty ?? detail["userIdentity", "accountId"].NonEmpty);
        if (detail["errorCode"].Exists || !CalledResource.Follows(detail))
        {
            parts.Metrics.Count("Ignored");
            parts.Log.Write(
                LogLevel.Debug, "an API call that changes nothing evaluated here", ("source", detail["eventSource"].Text),
                ("name", detail["eventName"].Text));
            return;
        }

        var actor = parts.Actors.Of(detail["userIdentity"]);
        if (await parts.Called.ReadAsync(detail, account, cancellation) is { } resource)
        {
            await JudgeAsync([resource], call: null, DetectedBy.Change, actor, cancellation);
            return;
        }

        parts.Metrics.Count("Ignored");
        parts.Log.Write(LogLevel.Info, "the resource has no item yet: its own event will bring it", ("name", detail["eventName"].Text));
    }

    private async Task JudgeAsync(IReadOnlyList<Resource> resources, ConfigCall? call, DetectedBy by, string? actor,
        CancellationToken cancellation)
    {
        var delivered = parts.Time.GetUtcNow();
        var answers = new List<ConfigEvaluation>();
        var faults = new List<string>();
        foreach (var resource in resources)
        {
            Check(resource, delivered);
            var enriched = await EnrichedAsync(resource, cancellation);
            var own = _assessor.Assess(enriched);
            if (own.Neighbours.Count > 0)
            {
                parts.Cache.Told(enriched);
            }

            var observation = new Observation
            {
                Resource = enriched,
                Neighbours = await new Surroundings(_assessor, parts.Needs).OfAsync(enriched, own, [], cancellation),
                DetectedBy = by,
                DeliveredAt = delivered,
                Actor = actor,
            };
            var result = (await parts.Pipeline.RunAsync(_assessor, [observation], cancellation)).Single();
            faults.AddRange(result.Faults);
            if (call is not null && ConfigEvaluation.Of(enriched, result.Evaluations, delivered) is { } answer)
            {
                answers.Add(answer);
            }
        }

        if (call is not null)
        {
            await parts.Reporter.ReportAsync(call, answers, cancellation);
        }

        if (faults.Count > 0)
        {
            // Everything else is stored by now. A bug of ours must not pass for a judged resource.
            throw new InvalidOperationException($"{faults.Count} faults of rules or readers: {string.Join("; ", faults.Take(3))}");
        }
    }

    private void Check(Resource resource, DateTimeOffset now)
    {
        var account = accounts.Check(resource.Ref.Account);
        if (Arn.TryParse(resource.Ref.Id, out var arn) && Arn.IsAccount(arn.Account) && arn.Account != account)
        {
            throw new PoisonEventException($"an item of account {account} about a resource of account {arn.Account}");
        }

        if (resource.CapturedAt > now + ClockSkew)
        {
            throw new PoisonEventException("the item's capture time is in the future: it would override every real one");
        }
    }

    private async Task<Resource> EnrichedAsync(Resource resource, CancellationToken cancellation)
    {
        if (FactReaders.For(resource.Ref.NativeType)?.CompletedBy is not { } completion)
        {
            return resource;
        }

        try
        {
            return await parts.Live.CompletedAsync(completion, resource, cancellation);
        }
        catch (CloudCallException fault)
        {
            parts.Metrics.Count("NeighbourFailures");
            parts.Log.Write(LogLevel.Warn, "what the item lacks could not be read", ("resource", resource.Ref.Id),
                ("detail", Log.Line(fault)));
            return resource;
        }
    }
}
