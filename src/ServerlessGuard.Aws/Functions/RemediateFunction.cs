using System.Text;
using ServerlessGuard.Aws.Events;
using ServerlessGuard.Aws.Runtime;
using ServerlessGuard.Decisions;
using ServerlessGuard.Documents;
using ServerlessGuard.Engine;
using ServerlessGuard.Findings;
using ServerlessGuard.Remediation;
using ServerlessGuard.Tables;

namespace ServerlessGuard.Aws.Functions;

/// <summary><c>remediate</c>: a batch of kicks. What is to be done stands in the table, so a forged or repeated kick does nothing.</summary>
internal sealed class RemediateFunction(ITable table, Remedy remedy, CommandRunner runner, OutboxWalk walk, ForwardKick kick, HostSettings settings, TimeProvider time, Log log, Metrics metrics) : IFunction
{
    public async Task<ReadOnlyMemory<byte>> HandleAsync(Invocation invocation, CancellationToken cancellation)
    {
        var accounts = new AllowedAccounts(settings.Accounts, invocation.FunctionArn);
        try
        {
            var record = SqsBatch.Parse(invocation.Payload.Span);
            return SqsBatch.Recognises(record)
                ? await SqsBatch.HandleAsync(
                    record,
                    (_, body, stop) => TreatAsync(SqsBatch.Parse(Encoding.UTF8.GetBytes(body)), invocation.RequestId, accounts, stop),
                    (id, fault) => log.Failed(metrics, invocation.RequestId, id, fault),
                    cancellation)
                : throw new PoisonEventException("remediate takes SQS batches of kicks only");
        }
        finally
        {
            metrics.Flush(invocation.RequestId);
        }
    }

    private async Task TreatAsync(Doc message, string requestId, AllowedAccounts accounts, CancellationToken cancellation)
    {
        metrics.Count("Kicks");
        var (partition, key) = KickMessage.Read(message);
        if (!RowKeys.IsDeployment(partition))
        {
            accounts.Check(partition["aws:".Length..]);
        }

        if (await table.FindAsync(partition, key, cancellation) is not { Kind: RowKind.Outbox } row)
        {
            metrics.Count("KicksDoneBefore");
            return;
        }

        if (OutboxRows.Read(row) is { Kind: OutboxKind.Command } decided)
        {
            await CommandAsync(partition, row, decided, requestId, cancellation);
            return;
        }

        await FixAsync(row, requestId, cancellation);
    }

    private async Task FixAsync(TableRow row, string requestId, CancellationToken cancellation)
    {
        var entry = OutboxRows.Read(row);
        try
        {
            var outcome = await remedy.HandleAsync(entry, cancellation);
            if (outcome.State is not null)
            {
                await kick.SendAsync(requestId, cancellation);
            }

            metrics.Count("Remediation" + (outcome.State?.ToString() ?? "Nothing"));
            metrics.Time("AskedToTreated", time.GetUtcNow() - entry.CreatedAt);
            log.Write(
                LogLevel.Info,
                "remediation",
                ("requestId", requestId),
                ("ruleId", entry.RuleId),
                ("resource", entry.Resource.Id),
                ("state", outcome.State?.ToString()),
                ("detail", outcome.Detail));
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            // The queue delivers again; the entry remembers why, whatever it was, and when the schedule may kick.
            await RememberAsync(row, entry, fault, cancellation);
            throw;
        }
    }

    private async Task CommandAsync(string partition, TableRow row, OutboxEntry entry, string requestId, CancellationToken cancellation)
    {
        CommandOutcome outcome;
        try
        {
            outcome = await runner.HandleAsync(partition, row.Key, cancellation);
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            await RememberAsync(row, entry, fault, cancellation);
            throw;
        }

        metrics.Count("Command" + outcome.State);
        metrics.Time("AskedToTreated", time.GetUtcNow() - entry.CreatedAt);
        log.Write(LogLevel.Info, "command", ("requestId", requestId), ("partition", partition), ("state", outcome.State.ToString()), ("detail", outcome.Detail));
        await kick.SendAsync(requestId, cancellation);

        // Whoever approved is watching: the fix does not wait for the schedule.
        if (outcome.Next is { } next && await table.FindAsync(partition, next, cancellation) is { Kind: RowKind.Outbox } approved)
        {
            await FixAsync(approved, requestId, cancellation);
        }
    }

    private async Task RememberAsync(TableRow row, OutboxEntry entry, Exception fault, CancellationToken cancellation)
    {
        try
        {
            await walk.PostponeAsync(new PendingEntry(row, entry, time.GetUtcNow() - entry.CreatedAt, IsDue: true), Log.Line(fault), cancellation);
        }
        catch (TableUnavailableException lost)
        {
            log.Write(LogLevel.Warn, "the fault of a remediation could not be noted", ("ruleId", entry.RuleId), ("detail", Log.Line(lost)));
        }
    }
}
