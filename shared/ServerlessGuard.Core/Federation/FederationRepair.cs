using System.Collections.Immutable;
using System.Text.Json;
using ServerlessGuard.Decisions;
using ServerlessGuard.Findings;
using ServerlessGuard.Resources;
using ServerlessGuard.Tables;

namespace ServerlessGuard.Federation;

/// <summary>
/// Compares an account of ours with the peer's copy, and sends what differs. For after a restore, or whenever the doctor says that the
/// tables disagree.
/// </summary>
/// <param name="peer">Where the copy is. To force anything it must take what is forced, which only a table that the operator opened
/// does.</param>
/// <param name="isForced">Everything is sent, since equal revisions may hide other documents; what is counted is what the copy
/// lacked.</param>
public sealed class FederationRepair(ITable table, IPeer peer, Provider own, TimeProvider time, bool isForced = false)
{
    private int _accepted;
    private int _findings;

    public async Task<bool> AgreesAsync(string partition, CancellationToken cancellation)
    {
        var mine = TableDigest.OfAsync(table, partition, time.GetUtcNow(), cancellation);
        var theirs = peer.DigestAsync(partition, cancellation);
        return await mine == await theirs;
    }

    /// <summary>What was sent again. Never removes anything: what the peer has and we have not is for a person.</summary>
    public async Task<Repaired> RepairAsync(string partition, CancellationToken cancellation)
    {
        if (!Ownership.Owns(own, partition))
        {
            throw new ArgumentException($"{partition} is the peer's account: repair it from the other side", nameof(partition));
        }

        var sent = _findings = 0;
        var pending = ImmutableArray.CreateBuilder<FederatedRow>();
        var theirs = new Revisions(peer, partition);
        await foreach (var row in table.QueryAsync(partition, "r:", RowKeys.After("r:"), limit: null, cancellation))
        {
            if (row.Kind is not RowKind.Finding
                || !isForced && await theirs.OfAsync(row.Key, cancellation) == FindingRows.Finding(row).Revision)
            {
                continue;
            }

            sent++;
            await AddAsync(row, RowKind.Finding, pending, cancellation);
            var history = FindingKeys.History(FindingRows.Finding(row));
            await foreach (var step in table.QueryAsync(partition, history, RowKeys.After(history), limit: null, cancellation))
            {
                await AddAsync(step, RowKind.Event, pending, cancellation);
            }
        }

        await FlushAsync(pending, cancellation);
        return new Repaired(isForced ? _findings : sent, await DecisionsAsync(partition, cancellation));
    }

    /// <summary>Exemptions, the switch and finished commands are few: all of them are sent, and the peer takes what it lacks.</summary>
    private async Task<int> DecisionsAsync(string partition, CancellationToken cancellation)
    {
        var before = _accepted;
        var pending = ImmutableArray.CreateBuilder<FederatedRow>();
        await foreach (var (row, _) in TableDigest.DecisionsAsync(table, partition, time.GetUtcNow(), cancellation))
        {
            await AddAsync(row, row.Kind, pending, cancellation);
        }

        await foreach (var row in table.QueryAsync(partition, "c:", RowKeys.After("c:"), limit: null, cancellation))
        {
            if (row.Kind is RowKind.Command && CommandRows.Read(row).State is not CommandState.Pending)
            {
                await AddAsync(row, row.Kind, pending, cancellation);
            }
        }

        await FlushAsync(pending, cancellation);
        return _accepted - before;
    }

    private async Task AddAsync(TableRow row, RowKind kind, ImmutableArray<FederatedRow>.Builder pending, CancellationToken cancellation)
    {
        using var document = JsonDocument.Parse(row.Document);
        pending.Add(new FederatedRow
            { Kind = kind, Partition = row.Partition, Schema = FederationLimits.Schema, Document = document.RootElement.Clone() });
        if (pending.Count == FederationLimits.MaxRows / 10)
        {
            // Small batches: ten documents of the largest size still fit every transport.
            await FlushAsync(pending, cancellation);
        }
    }

    private async Task FlushAsync(ImmutableArray<FederatedRow>.Builder pending, CancellationToken cancellation)
    {
        if (pending.Count > 0)
        {
            var answer = await peer.SendAsync(new FederationBatch { Rows = pending.ToImmutable() }, cancellation);
            _findings += answer.Rows.Zip(pending)
                .Count(pair => pair is { First.Verdict: RowVerdict.Accepted, Second.Kind: RowKind.Finding });
            _accepted += answer.Rows.Count(row => row.Verdict is RowVerdict.Accepted);
            pending.Clear();
        }
    }

    /// <summary>The peer's revisions in key order, read page by page beside our own.</summary>
    private sealed class Revisions(IPeer peer, string partition)
    {
        private ImmutableArray<HeldRevision> _page = [];
        private int _at;
        private bool _last;

        public async Task<long?> OfAsync(string key, CancellationToken cancellation)
        {
            while (true)
            {
                while (_at < _page.Length && string.CompareOrdinal(_page[_at].Key, key) < 0)
                {
                    _at++;
                }

                if (_at < _page.Length)
                {
                    return _page[_at].Key == key ? _page[_at].Revision : null;
                }

                if (_last)
                {
                    return null;
                }

                _page = await peer.RevisionsAsync(partition, key, cancellation);
                _at = 0;
                _last = _page.Length < FederationLimits.MaxRows;
            }
        }
    }
}

/// <param name="Decisions">Exemptions, switches and finished commands that the peer lacked.</param>
public sealed record Repaired(int Findings, int Decisions);
