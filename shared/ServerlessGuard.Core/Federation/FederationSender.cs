using System.Collections.Immutable;
using System.Text.Json;
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
    /// <summary>Longer than a run may take between two batches: a killed run blocks its account for so long.</summary>
    private static readonly TimeSpan LeaseLife = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan FirstDelay = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan MaxDelay = TimeSpan.FromMinutes(15);

    /// <summary>One run over all accounts. Bounded: it stops between batches when the token is cancelled.</summary>
    /// <param name="runId">Of this run: two runs at once have different ones.</param>
    /// <param name="maxBatches">At most so many batches in this run.</param>
    /// <param name="cancellation">The deadline.</param>
    public async Task<SenderReport> RunAsync(string runId, int maxBatches, CancellationToken cancellation)
    {
        var report = new SenderReport();
        await foreach (var partition in new FindingReader(table).PartitionsAsync(cancellation))
        {
            if (!Ownership.Owns(own, partition) || cancellation.IsCancellationRequested)
            {
                continue;
            }

            if (await DrainAsync(partition, runId, maxBatches, report, cancellation) is false)
            {
                // The peer is away: the other accounts would meet the same silence.
                break;
            }
        }

        return report;
    }

    /// <summary>False when the peer could not be reached.</summary>
    private async Task<bool> DrainAsync(string partition, string runId, int maxBatches, SenderReport report, CancellationToken cancellation)
    {
        var lease = await LeaseAsync(partition, runId, cancellation);
        if (lease is null)
        {
            return true;
        }

        try
        {
            while (report.Batches < maxBatches && !cancellation.IsCancellationRequested)
            {
                var (entries, more) = await DueAsync(partition, cancellation);
                if (entries.Count == 0)
                {
                    return true;
                }

                if (!await SendAsync(partition, entries, report, cancellation))
                {
                    return false;
                }

                if (!more)
                {
                    return true;
                }

                lease = await RenewAsync(lease, runId, cancellation);
                if (lease is null)
                {
                    return true;
                }
            }

            return true;
        }
        finally
        {
            if (lease is not null)
            {
                await table.CommitAsync(partition, [new TableWrite.Delete(lease.Key, lease.Version)], CancellationToken.None);
            }
        }
    }

    private async Task<(List<(TableRow Row, OutboxEntry Entry)> Due, bool More)> DueAsync(string partition, CancellationToken cancellation)
    {
        var due = new List<(TableRow, OutboxEntry)>();
        var now = time.GetUtcNow();
        var prefix = RowKeys.Outbox(OutboxKind.Federate);
        await foreach (var row in table.QueryAsync(partition, prefix, RowKeys.After(prefix), limit: null, cancellation))
        {
            var entry = RowCodec.Outbox(row);
            if (entry.NextAttemptAt is { } next && next > now)
            {
                // Oldest first, and in order per finding: nothing overtakes an entry that waits for its next attempt.
                return (due, false);
            }

            due.Add((row, entry));
            if (due.Count == FederationLimits.MaxRows / 2)
            {
                return (due, true);
            }
        }

        return (due, false);
    }

    private async Task<bool> SendAsync(string partition, List<(TableRow Row, OutboxEntry Entry)> entries, SenderReport report, CancellationToken cancellation)
    {
        var batch = await BatchAsync(partition, entries, cancellation);
        try
        {
            if (batch.Rows.Count > 0)
            {
                var answer = await peer.SendAsync(new FederationBatch { Rows = [.. batch.Rows.Select(row => row.Row)] }, cancellation);
                if (answer.Rows.IsDefault || answer.Rows.Length != batch.Rows.Count)
                {
                    throw new PeerUnavailableException("the peer answered another number of rows than it was sent");
                }

                report.Batches++;
                batch.Answer(answer.Rows);
            }
        }
        catch (PeerUnavailableException away)
        {
            report.Fault = away.Message;
            await PostponeAsync(partition, entries, away.Message, cancellation);
            return false;
        }

        var writes = new List<TableWrite>(ITable.MaxWrites);
        foreach (var (row, entry) in entries)
        {
            writes.Add(new TableWrite.Delete(row.Key, row.Version));
            switch (batch.Verdict(row.Key))
            {
                case { Verdict: RowVerdict.Rejected } refused:
                    writes.Add(new TableWrite.Put(RowCodec.Row(partition, entry with { Fault = refused.Reason }, version: null) with { Key = RowKeys.SetAside(row.Key) }));
                    report.SetAside++;
                    break;
                default:
                    report.Delivered++;
                    break;
            }
        }

        // False: another run was quicker with one of them. They are all acknowledged; the next run finds what is left.
        await table.CommitAsync(partition, writes, cancellation);
        return true;
    }

    /// <summary>For each entry its step and, once a finding, the finding as it is now: the latest revision, whatever the entry asked for.</summary>
    private async Task<Batch> BatchAsync(string partition, List<(TableRow Row, OutboxEntry Entry)> entries, CancellationToken cancellation)
    {
        var batch = new Batch();
        var size = 0;
        foreach (var (row, entry) in entries)
        {
            if (size > FederationLimits.MaxBatch)
            {
                break;
            }

            var hash = RowKeys.Hash(entry.Resource);
            var findingKey = RowKeys.Finding(hash, entry.RuleId);
            if (!batch.Has(findingKey) && await table.FindAsync(partition, findingKey, cancellation) is { } finding)
            {
                size += batch.Add(findingKey, partition, finding, RowKind.Finding);
            }

            if (await table.FindAsync(partition, RowKeys.History(hash, entry.RuleId, entry.Revision), cancellation) is { } step)
            {
                size += batch.Add(step.Key, partition, step, RowKind.Event);
            }

            batch.Belongs(row.Key, findingKey, RowKeys.History(hash, entry.RuleId, entry.Revision));
        }

        // What did not fit stays for the next batch.
        entries.RemoveAll(one => !batch.Covers(one.Row.Key));
        return batch;
    }

    private async Task PostponeAsync(string partition, List<(TableRow Row, OutboxEntry Entry)> entries, string fault, CancellationToken cancellation)
    {
        // The oldest alone carries the delay: nothing overtakes it, so the whole account waits, at the cost of one write.
        var (row, entry) = entries[0];
        var delay = TimeSpan.FromTicks(Math.Min(MaxDelay.Ticks, FirstDelay.Ticks << Math.Min(entry.Attempts, 12)));
        var later = entry with { Attempts = entry.Attempts + 1, NextAttemptAt = time.GetUtcNow() + delay * (0.5 + jitter() / 2), Fault = fault };
        await table.CommitAsync(partition, [new TableWrite.Replace(RowCodec.Row(partition, later, row.Version))], cancellation);
    }

    /// <summary>Null when another run is at this account.</summary>
    private async Task<TableRow?> LeaseAsync(string partition, string runId, CancellationToken cancellation)
    {
        var key = RowKeys.Lease(OutboxKind.Federate);
        var known = await table.FindAsync(partition, key, cancellation);
        if (known is not null && known.ExpiresAt > time.GetUtcNow())
        {
            return null;
        }

        var mine = RowCodec.LeaseRow(partition, key, runId, time.GetUtcNow() + LeaseLife, known?.Version);
        return await table.CommitAsync(partition, [TableWrite.Guarded(mine)], cancellation) ? await MineAsync(mine, cancellation) : null;
    }

    private async Task<TableRow?> RenewAsync(TableRow lease, string runId, CancellationToken cancellation)
    {
        var longer = RowCodec.LeaseRow(lease.Partition, lease.Key, runId, time.GetUtcNow() + LeaseLife, lease.Version);
        return await table.CommitAsync(lease.Partition, [new TableWrite.Replace(longer)], cancellation) ? await MineAsync(longer, cancellation) : null;
    }

    /// <summary>With the version that the store gave it, unless it was lost in the meantime.</summary>
    private async Task<TableRow?> MineAsync(TableRow lease, CancellationToken cancellation) =>
        await table.FindAsync(lease.Partition, lease.Key, cancellation) is { } row && row.Document == lease.Document ? row : null;

    private sealed class Batch
    {
        private readonly Dictionary<string, int> _places = new(StringComparer.Ordinal);
        private readonly Dictionary<string, string[]> _needs = new(StringComparer.Ordinal);
        private ImmutableArray<RowAnswer> _answers = [];

        public List<(string Key, FederatedRow Row)> Rows { get; } = [];

        public bool Has(string key) => _places.ContainsKey(key);

        public int Add(string key, string partition, TableRow row, RowKind kind)
        {
            using var document = JsonDocument.Parse(row.Document);
            if (_places.TryAdd(key, Rows.Count))
            {
                Rows.Add((key, new FederatedRow { Kind = kind, Partition = partition, Schema = FederationLimits.Schema, Document = document.RootElement.Clone() }));
            }

            return row.Document.Length;
        }

        public void Belongs(string entry, params string[] rows) => _needs[entry] = rows;

        public bool Covers(string entry) => _needs.ContainsKey(entry);

        public void Answer(ImmutableArray<RowAnswer> answers) => _answers = answers;

        /// <summary>The entry's worst answer; null when there was nothing to send for it any more.</summary>
        public RowAnswer? Verdict(string entry) => _needs[entry].Where(_places.ContainsKey).Select(key => _answers[_places[key]]).MaxBy(answer => answer.Verdict);
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
