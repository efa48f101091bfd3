using ServerlessGuard.Commands;
using ServerlessGuard.Findings;
using ServerlessGuard.Resources;
using ServerlessGuard.Tables;

namespace ServerlessGuard.Federation;

/// <summary>
/// Brings our rows to the peer: what the outbox holds, oldest first, until it is acknowledged. One run at a time works on an account; several runs share the accounts
/// between them. A row that the peer will never take is set aside with its reason, out of the way of the others.
/// </summary>
public sealed class FederationSender(ITable table, IPeer peer, Provider own, TimeProvider time, Func<double> jitter)
{
    private static readonly TimeSpan FirstDelay = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan MaxDelay = TimeSpan.FromMinutes(15);

    private readonly LinkLog _link = new(table, own, RowKeys.Sent, time);

    /// <summary>One run over all accounts. Bounded: it stops between batches when the token is cancelled.</summary>
    /// <param name="runId">Of this run: two runs at once have different ones.</param>
    /// <param name="maxBatches">At most so many batches in this run.</param>
    /// <param name="cancellation">The deadline.</param>
    public async Task<SenderReport> RunAsync(string runId, int maxBatches, CancellationToken cancellation)
    {
        var report = new SenderReport();
        foreach (var (partition, kind) in await OutboxesAsync(cancellation))
        {
            // The peer is away: the other accounts would meet the same silence.
            if (cancellation.IsCancellationRequested || !await DrainAsync(partition, kind, runId, maxBatches, report, cancellation))
            {
                break;
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

    /// <summary>First what people decided about the peer's resources; they wait for it. Then our own: what concerns the whole deployment before the accounts.</summary>
    private async Task<List<(string Partition, OutboxKind Kind)>> OutboxesAsync(CancellationToken cancellation)
    {
        var outboxes = new List<(string Partition, OutboxKind Kind)>();
        await foreach (var partition in new FindingReader(table).PartitionsAsync(cancellation))
        {
            outboxes.Add((partition, Ownership.Owns(own, partition) ? OutboxKind.Federate : OutboxKind.Command));
        }

        return [.. outboxes.OrderByDescending(outbox => outbox.Kind is OutboxKind.Command).ThenByDescending(outbox => RowKeys.IsDeployment(outbox.Partition))];
    }

    /// <summary>False when the peer could not be reached.</summary>
    private async Task<bool> DrainAsync(string partition, OutboxKind kind, string runId, int maxBatches, SenderReport report, CancellationToken cancellation)
    {
        // An account that owes nothing costs one query.
        if ((await DueAsync(partition, kind, limit: 1, cancellation)).Count == 0
            || await OutboxLease.TakeAsync(table, partition, kind, runId, time, cancellation) is not { } lease)
        {
            return true;
        }

        try
        {
            while (report.Batches < maxBatches && !cancellation.IsCancellationRequested && await lease.HoldsAsync(cancellation))
            {
                var due = await DueAsync(partition, kind, OutgoingBatch.MaxEntries, cancellation);
                if (due.Count == 0)
                {
                    return true;
                }

                if (!await SendAsync(partition, due, report, cancellation))
                {
                    return false;
                }

                if (due.Count < OutgoingBatch.MaxEntries)
                {
                    return true;
                }
            }

            return true;
        }
        finally
        {
            await lease.GiveBackAsync();
        }
    }

    private async Task<List<(TableRow Row, OutboxEntry Entry)>> DueAsync(string partition, OutboxKind kind, int limit, CancellationToken cancellation)
    {
        var due = new List<(TableRow, OutboxEntry)>();
        var now = time.GetUtcNow();
        var prefix = RowKeys.Outbox(kind);
        await foreach (var row in table.QueryAsync(partition, prefix, RowKeys.After(prefix), limit, cancellation))
        {
            var entry = RowCodec.Outbox(row);
            if (entry.NextAttemptAt is { } next && next > now)
            {
                // Oldest first, and in order per finding: nothing overtakes an entry that waits for its next attempt.
                break;
            }

            due.Add((row, entry));
        }

        return due;
    }

    private async Task<bool> SendAsync(string partition, List<(TableRow Row, OutboxEntry Entry)> due, SenderReport report, CancellationToken cancellation)
    {
        var batch = await OutgoingBatch.ReadAsync(table, partition, own, due, cancellation);
        try
        {
            if (batch.Wire is { } wire)
            {
                if (!batch.Takes(await peer.SendAsync(wire, cancellation)))
                {
                    throw new PeerUnavailableException("the peer answered another number of rows than it was sent");
                }

                report.Batches++;
            }
        }
        catch (PeerUnavailableException away)
        {
            report.Fault = away.Message;
            await PostponeAsync(partition, due[0], away.Message, cancellation);
            return false;
        }

        await AcknowledgeAsync(partition, batch, report, cancellation);
        return true;
    }

    /// <summary>Takes what was answered out of the outbox, and notes what the peer has now.</summary>
    private async Task AcknowledgeAsync(string partition, OutgoingBatch batch, SenderReport report, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var noted = new HashSet<string>(StringComparer.Ordinal);
        var writes = new List<TableWrite>(ITable.MaxWrites);
        foreach (var (row, entry, needs) in batch.Entries)
        {
            var some = new List<TableWrite> { new TableWrite.Delete(row.Key, row.Version) };
            if (batch.Verdict(needs) is { Verdict: RowVerdict.Rejected } refused)
            {
                report.SetAside++;
                some.Add(new TableWrite.Put(RowCodec.Row(partition, entry with { Fault = refused.Reason }, version: null) with { Key = RowKeys.SetAside(row.Key) }));
                if (batch.Sent(needs[0]) is { Kind: RowKind.Command } command && !Ownership.Owns(own, partition))
                {
                    some.Add(new TableWrite.Replace(Refused(command, refused.Reason, now)));
                }
            }
            else
            {
                report.Delivered++;
                if (batch.Sent(needs[0]) is { Kind: RowKind.Finding } finding && noted.Add(finding.Key) && await NoteAsync(finding, batch.Answer(finding), entry, now, cancellation) is { } note)
                {
                    some.Add(note);
                }
            }

            if (writes.Count + some.Count > ITable.MaxWrites)
            {
                await table.CommitAsync(partition, writes, cancellation);
                writes.Clear();
            }

            writes.AddRange(some);
        }

        // False: another run was quicker with one of them. They are all acknowledged; the next run finds what is left.
        await table.CommitAsync(partition, writes, cancellation);
    }

    /// <summary>Since when the peer has the finding's revision; null when that is noted already, as it is when the finding went with an earlier batch.</summary>
    private async Task<TableWrite?> NoteAsync(TableRow finding, RowAnswer answer, OutboxEntry entry, DateTimeOffset now, CancellationToken cancellation)
    {
        var key = RowKeys.Acknowledgement(RowKeys.Hash(entry.Resource), entry.RuleId);
        var revision = RowCodec.Finding(finding).Revision;
        var isNoted = answer.Verdict is RowVerdict.Stale
            && await table.FindAsync(finding.Partition, key, cancellation) is { } known && RowCodec.Acknowledgement(known).Revision >= revision;
        return isNoted ? null : new TableWrite.Put(RowCodec.Row(finding.Partition, key, new Acknowledgement(revision, now)));
    }

    /// <summary>The owner will never have it: the person who asked is told, here where it was asked.</summary>
    private static TableRow Refused(TableRow command, string? reason, DateTimeOffset now) => RowCodec.Row(
        RowCodec.Command(command) with { State = CommandState.Refused, Outcome = "the owner's deployment did not take it: " + (reason ?? "it gave no reason"), FinishedAt = now }, command.Version);

    private async Task PostponeAsync(string partition, (TableRow Row, OutboxEntry Entry) oldest, string fault, CancellationToken cancellation)
    {
        // The oldest alone carries the delay: nothing overtakes it, so the whole account waits, at the cost of one write.
        var (row, entry) = oldest;
        var delay = TimeSpan.FromTicks(Math.Min(MaxDelay.Ticks, FirstDelay.Ticks << Math.Min(entry.Attempts, 12)));
        var later = entry with { Attempts = entry.Attempts + 1, NextAttemptAt = time.GetUtcNow() + delay * (0.5 + jitter() / 2), Fault = fault };
        await table.CommitAsync(partition, [new TableWrite.Replace(RowCodec.Row(partition, later, row.Version))], cancellation);
    }
}

/// <summary>What one run did.</summary>
public sealed class SenderReport
{
    public int Batches { get; set; }
    public int Delivered { get; set; }
    public int SetAside { get; set; }

    /// <summary>Why the peer could not be reached; null when it could.</summary>
    public string? Fault { get; set; }
}
