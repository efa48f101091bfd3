using System.Collections.Immutable;
using ServerlessGuard.Decisions;
using ServerlessGuard.Findings;
using ServerlessGuard.Tables;

namespace ServerlessGuard.Federation;

/// <summary>One batch: read and sent, then acknowledged, set aside or put off.</summary>
public sealed partial class FederationSender
{
    /// <summary>The next entries that are due and what they stand for; null when there are none.</summary>
    private async Task<OutgoingBatch?> ReadAsync(OutboxPage page, CancellationToken cancellation)
    {
        var due = await page.NextAsync(cancellation);
        if (due.Count == 0)
        {
            return null;
        }

        var batch = await OutgoingBatch.ReadAsync(table, page.Partition, own, due, cancellation);
        page.Took(batch.Entries.Count);
        return batch;
    }

    /// <summary>Null when the peer answered; else why it did not.</summary>
    private async Task<string?> SendAsync(OutgoingBatch batch, CancellationToken cancellation)
    {
        try
        {
            return batch.Wire is not { } wire || batch.Takes(await peer.SendAsync(wire, cancellation))
                ? null
                : "the peer answered for a different number of rows than it was sent";
        }
        catch (PeerUnavailableException away)
        {
            return away.Message;
        }
    }

    /// <summary>Takes what was answered out of the outbox, and notes since when the peer has it.</summary>
    private async Task AcknowledgeAsync(string partition, OutgoingBatch batch, SenderReport report, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var steps = ImmutableArray.CreateBuilder<string>();
        var writes = new List<TableWrite>(ITable.MaxWrites);
        foreach (var (row, entry, needs) in batch.Entries)
        {
            writes.Add(new TableWrite.Delete(row.Key, row.Version));
            if (batch.Verdict(needs) is not { Verdict: RowVerdict.Rejected } refused)
            {
                report.Delivered++;
                if (entry.Row is null)
                {
                    steps.Add(FindingKeys.Step(entry.Resource, entry.RuleId, entry.Revision));
                }

                continue;
            }

            report.SetAside++;
            writes.Add(new TableWrite.Put(OutboxRows.Row(partition, entry with { Fault = refused.Reason }, version: null) with
                { Key = OutboxRows.SetAside(row.Key) }));
            if (batch.Sent(needs[0]) is { Kind: RowKind.Command } command && !Ownership.Owns(own, partition))
            {
                writes.Add(new TableWrite.Replace(Refused(command, refused.Reason, now)));
            }
        }

        if (steps.Count > 0)
        {
            writes.Add(new TableWrite.Put(
                PeerRows.Row(partition, PeerRows.AcknowledgementKey(batch.Entries[^1].Row.Key),
                    new Acknowledgement(now, steps.DrainToImmutable()))));
        }

        // False: another run was quicker with one of them. They are all acknowledged; the next run finds what is left.
        foreach (var some in writes.Chunk(ITable.MaxWrites))
        {
            await table.CommitAsync(partition, some, cancellation);
        }
    }

    /// <summary>The owner will never have it: the person who asked is told, here where it was asked.</summary>
    private static TableRow Refused(TableRow command, string? reason, DateTimeOffset now) => CommandRows.Row(
        CommandRows.Read(command) with
            { State = CommandState.Refused, Outcome = "the owner's deployment rejected it: " + (reason ?? "it gave no reason"),
                FinishedAt = now }, command.Version);

    private async Task PostponeAsync(string partition, (TableRow Row, OutboxEntry Entry) oldest, string fault,
        CancellationToken cancellation)
    {
        // The oldest alone carries the delay: nothing overtakes it, so the whole account waits, at the cost of one write.
        var (row, entry) = oldest;
        var delay = TimeSpan.FromTicks(Math.Min(MaxDelay.Ticks, FirstDelay.Ticks << Math.Min(entry.Attempts, 12)));
        var later = entry with
            { Attempts = entry.Attempts + 1, NextAttemptAt = time.GetUtcNow() + delay * (0.5 + jitter() / 2), Fault = fault };
        await table.CommitAsync(partition, [new TableWrite.Replace(OutboxRows.Row(partition, later, row.Version))], cancellation);
    }
}
