using System.Text.Json;
using ServerlessGuard.Azure.Reporting;
using ServerlessGuard.Azure.Runtime;
using ServerlessGuard.Findings;
using ServerlessGuard.Remediation;
using ServerlessGuard.Tables;

namespace ServerlessGuard.Azure.Events;

/// <summary><c>work</c>: one message of the queue. A failed call makes the message visible again; after five the platform sets it aside in <c>guard-work-poison</c>.</summary>
internal sealed class WorkFunction(Scanner scanner, ITable table, Func<Remedy> remedy, Func<string, bool> isOurs, Journal journal, TimeProvider time)
{
    public async Task<Answer> RunAsync(JsonElement data, CancellationToken cancellation)
    {
        switch (WorkMessage.Read(data))
        {
            case WorkMessage.Scan(var id):
                return await ScanAsync(id, cancellation);
            case WorkMessage.Remediate(var partition, var key):
                return await RemediateAsync(partition, key, cancellation);
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

        if (ReadPlan.TypeOf(id) is not { } type || !scanner.Judges(type))
        {
            return Answer.Done("ignored: no rule reads the type");
        }

        var now = time.GetUtcNow();
        return Answer.Done((await scanner.ScanAsync(new Arrival(id, now, now, Actor: null, IsDeletion: false, DetectedBy.Sweep), cancellation)).ToString());
    }

    /// <summary>The message is a hint: what is to be done, and whether it still is, stands in the table.</summary>
    private async Task<Answer> RemediateAsync(string partition, string key, CancellationToken cancellation)
    {
        if (!key.StartsWith(RowKeys.Outbox(OutboxKind.Remediate), StringComparison.Ordinal) || !partition.StartsWith("azure:", StringComparison.Ordinal))
        {
            return Answer.Failed("a remediate message that names no entry of this cloud's outbox");
        }

        if (await table.FindAsync(partition, key, cancellation) is not { } row)
        {
            return Answer.Done("done before");
        }

        var entry = RowCodec.Outbox(row);
        var outcome = await remedy().HandleAsync(entry, cancellation);
        journal.Info("remediation", ("rule", entry.RuleId), ("resource", entry.Resource.Id), ("state", outcome.State?.ToString()), ("detail", outcome.Detail));
        journal.Metric("remediations", 1, ("rule", entry.RuleId), ("state", outcome.State?.ToString() ?? "none"));
        return Answer.Done($"{entry.RuleId}: {outcome.Detail}");
    }
}
