using System.Text.Json;
using ServerlessGuard.Azure.Events;
using ServerlessGuard.Azure.Needs;
using ServerlessGuard.Azure.Reporting;
using ServerlessGuard.Azure.Runtime;
using ServerlessGuard.Decisions;
using ServerlessGuard.Engine;
using ServerlessGuard.Facts.Azure;
using ServerlessGuard.Findings;
using ServerlessGuard.Remediation;
using ServerlessGuard.Tables;

namespace ServerlessGuard.Azure.Functions;

/// <summary><c>work</c>: one message of the queue. A failed call makes the message visible again; after five the platform sets it aside in <c>guard-work-poison</c>.</summary>
internal sealed class WorkFunction(Scanner scanner, IResourceSource source, IMessageSink work, ITable table, OutboxWalk walk, Func<Treating> treating, Func<string, bool> isOurs, Outgoing outgoing, Journal journal, TimeProvider time)
{
    public async Task<Answer> RunAsync(JsonElement data, CancellationToken cancellation)
    {
        switch (WorkMessage.Read(data))
        {
            case WorkMessage.Scan(var id):
                return await ScanAsync(id, cancellation);
            case WorkMessage.Remediate(var partition, var key):
                return await RemediateAsync(partition, key, cancellation);
            case WorkMessage.Forward:
                return Answer.Done(await outgoing.RunAsync(cancellation));
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

        if (!isOurs(id))
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
        return Answer.Done((await scanner.ScanAsync(new Arrival(id, now, now, Actor: null, IsDeletion: false, DetectedBy.Sweep), cancellation)).ToString());
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

    private Task WakeForwarderAsync(CancellationToken cancellation) => WakeAsync(new WorkMessage.Forward(), cancellation);

    /// <summary>Best effort: the outbox timer comes by anyway.</summary>
    private async Task WakeAsync(WorkMessage message, CancellationToken cancellation)
    {
        try
        {
            await work.SendAsync(message.ToJson(), delay: null, cancellation);
        }
        catch (QueueUnavailableException lost)
        {
            journal.Warn("kick lost", ("reason", lost.Message));
        }
    }

    /// <summary>The message is a hint: what is to be done, and whether it still is, stands in the table.</summary>
    private async Task<Answer> RemediateAsync(string partition, string key, CancellationToken cancellation)
    {
        var isCommand = key.StartsWith(OutboxRows.Prefix(OutboxKind.Command), StringComparison.Ordinal);
        if (!isCommand && !key.StartsWith(OutboxRows.Prefix(OutboxKind.Remediate), StringComparison.Ordinal) || !partition.StartsWith("azure:", StringComparison.Ordinal))
        {
            return Answer.Failed("a remediate message that names no entry of this cloud's outbox");
        }

        if (await table.FindAsync(partition, key, cancellation) is not { } row)
        {
            return Answer.Done("done before");
        }

        var entry = OutboxRows.Read(row);
        try
        {
            return isCommand ? await CommandAsync(partition, key, cancellation) : await FixAsync(entry, cancellation);
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            // The queue delivers again; the entry remembers why, whatever it was: guard doctor shows it.
            await RememberAsync(row, entry, fault, cancellation);
            throw;
        }
    }

    private async Task RememberAsync(TableRow row, OutboxEntry entry, Exception fault, CancellationToken cancellation)
    {
        try
        {
            await walk.PostponeAsync(new PendingEntry(row, entry, time.GetUtcNow() - entry.CreatedAt, IsDue: true), $"{fault.GetType().Name}: {Line(fault.Message)}", cancellation);
        }
        catch (TableUnavailableException lost)
        {
            journal.Warn("the fault of a remediation could not be noted", ("rule", entry.RuleId), ("detail", lost.Message));
        }
    }

    private static string Line(string text) => (text.Length > 500 ? text[..500] : text).ReplaceLineEndings(" ");

    private async Task<Answer> FixAsync(OutboxEntry entry, CancellationToken cancellation)
    {
        var outcome = await treating().Remedy.HandleAsync(entry, cancellation);
        if (outcome.State is not null && outgoing.IsConfigured)
        {
            await WakeForwarderAsync(cancellation);
        }

        journal.Info("remediation", ("rule", entry.RuleId), ("resource", entry.Resource.Id), ("state", outcome.State?.ToString()), ("detail", outcome.Detail));
        journal.Metric("remediations", 1, ("rule", entry.RuleId), ("state", outcome.State?.ToString() ?? "none"));
        return Answer.Done($"{entry.RuleId}: {outcome.Detail}");
    }

    private async Task<Answer> CommandAsync(string partition, string key, CancellationToken cancellation)
    {
        var outcome = await treating().Runner.HandleAsync(partition, key, cancellation);
        if (outgoing.IsConfigured)
        {
            await WakeForwarderAsync(cancellation);
        }

        if (outcome.Next is { } next)
        {
            await WakeAsync(new WorkMessage.Remediate(partition, next), cancellation);
        }

        journal.Info("command", ("partition", partition), ("state", outcome.State.ToString()), ("detail", outcome.Detail));
        journal.Metric("commands", 1, ("state", outcome.State.ToString()));
        return Answer.Done($"command: {outcome.Detail}");
    }
}

/// <summary>What changes resources: with the remediator's identity only.</summary>
internal sealed record Treating(Remedy Remedy, CommandRunner Runner);
