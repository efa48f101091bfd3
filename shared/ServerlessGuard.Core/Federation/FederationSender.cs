using ServerlessGuard.Due;
using ServerlessGuard.Findings;
using ServerlessGuard.Resources;
using ServerlessGuard.Tables;

namespace ServerlessGuard.Federation;

/// <summary>
/// Brings our rows to the peer: what the outbox holds, oldest first, until it is acknowledged. One run at a time works on an account;
/// several runs share the accounts between them. A row that the peer will never take is set aside with its reason, out of the way of the
/// others.
/// </summary>
public sealed partial class FederationSender(ITable table, IPeer peer, Provider own, TimeProvider time, Func<double> jitter)
{
    private static readonly TimeSpan FirstDelay = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan MaxDelay = TimeSpan.FromMinutes(15);

    private readonly LinkLog _link = new(table, own, PeerRows.Sent, time);

    /// <summary>
    /// One run over the accounts that owe the peer something. Bounded: it stops between batches when the token is cancelled.
    /// </summary>
    /// <param name="runId">Of this run: two runs at once have different ones.</param>
    /// <param name="maxBatches">At most so many batches in this run.</param>
    public async Task<SenderReport> RunAsync(string runId, int maxBatches, CancellationToken cancellation)
    {
        var report = new SenderReport();
        var index = new DueIndex(table, time);
        await foreach (var account in new DueWalk(table, time)
            .RunAsync([DueKind.Command, DueKind.Federate], IsOurs, later: null, cancellation))
        {
            // The peer is away: the other accounts would meet the same silence.
            var kind = account.Kind is DueKind.Command ? OutboxKind.Command : OutboxKind.Federate;
            if (cancellation.IsCancellationRequested || !await DrainAsync(account.Partition, kind, runId, maxBatches, report, cancellation))
            {
                break;
            }

            if (!cancellation.IsCancellationRequested)
            {
                await index.SettleAsync(account, kind, cancellation);
            }
        }

        if (report.Fault is { } fault)
        {
            await _link.FailedAsync(fault, CancellationToken.None);
        }
        else if (report.Batches > 0)
        {
            await _link.WorkedAsync(CancellationToken.None);
        }

        return report;
    }

    /// <summary>
    /// First what people decided about the peer's resources; they wait for it. Then our own: what concerns the whole deployment before the
    /// accounts.
    /// </summary>
    private bool IsOurs(DueAccount account) => account.Kind is DueKind.Command
        ? Ownership.IsAccountOf(Ownership.Other(own), account.Partition)
        : Ownership.Owns(own, account.Partition);

    /// <summary>False when the peer could not be reached.</summary>
    private async Task<bool> DrainAsync(string partition, OutboxKind kind, string runId, int maxBatches, SenderReport report,
        CancellationToken cancellation)
    {
        while (true)
        {
            // An account that owes nothing costs one query.
            if (!await OutboxPage.IsDueAsync(table, partition, kind, time, cancellation)
                || await OutboxLease.TakeAsync(table, partition, kind, runId, time, cancellation) is not { } lease)
            {
                return true;
            }

            var before = report.Delivered + report.SetAside;
            try
            {
                if (!await PumpAsync(new OutboxPage(table, partition, kind, time), lease, maxBatches, report, cancellation))
                {
                    return false;
                }
            }
            finally
            {
                await lease.GiveBackAsync();
            }

            // Whoever was woken while the lease was held went away again: what woke them is looked for once more, or it would wait for the
            // schedule.
            if (report.Delivered + report.SetAside == before || report.Batches >= maxBatches || cancellation.IsCancellationRequested)
            {
                return true;
            }
        }
    }

    /// <summary>
    /// Three things at once: while the peer takes a batch, the one before it is acknowledged and the one after it is read. A batch is sent
    /// only when the one before it was answered, so the order stays.
    /// </summary>
    private async Task<bool> PumpAsync(OutboxPage page, OutboxLease lease, int maxBatches, SenderReport report,
        CancellationToken cancellation)
    {
        var acknowledging = Task.CompletedTask;
        var reading = ReadAsync(page, cancellation);
        try
        {
            while (report.Batches < maxBatches && !cancellation.IsCancellationRequested && await reading is { } batch
                && await lease.HoldsAsync(cancellation))
            {
                var sending = SendAsync(batch, cancellation);
                reading = ReadAsync(page, cancellation);
                var fault = await sending;
                await acknowledging;
                if (fault is not null)
                {
                    report.Fault = fault;
                    await PostponeAsync(page.Partition, (batch.Entries[0].Row, batch.Entries[0].Entry), fault, cancellation);
                    return false;
                }

                report.Batches += batch.Rows.Count > 0 ? 1 : 0;
                acknowledging = AcknowledgeAsync(page.Partition, batch, report, cancellation);
            }

            return true;
        }
        finally
        {
            // Nothing of this run goes on when the lease is given back.
            await Task.WhenAll(acknowledging, reading);
        }
    }
}
