using System.Collections.Immutable;
using System.Text.Json;
using ServerlessGuard.Findings;
using ServerlessGuard.Resources;
using ServerlessGuard.Tables;

namespace ServerlessGuard.Federation;

/// <summary>
/// Applies the peer's rows to our table. The sender was authenticated by the transport; here is checked that it owns what it sends, that the document is what the
/// row says, and that the revision moves forward. Duplicates, reordering and replays are harmless by construction.
/// </summary>
/// <param name="table">Our table.</param>
/// <param name="peer">Which cloud the authenticated sender is.</param>
/// <param name="peerAccounts">The peer's accounts, where they are known; empty: all of its cloud.</param>
/// <param name="time">The clock.</param>
/// <param name="backoff">Between lost races.</param>
public sealed class FederationReceiver(ITable table, Provider peer, IReadOnlySet<string> peerAccounts, TimeProvider time, Backoff backoff)
{
    private const int MaxAttempts = 12;

    /// <summary>One answer for each row. <see cref="InvalidDataException"/> for a batch that is none; <see cref="TableUnavailableException"/> as always.</summary>
    public async Task<FederationAnswer> ReceiveAsync(FederationBatch batch, CancellationToken cancellation)
    {
        if (batch.Schema != 1)
        {
            throw new InvalidDataException($"a batch of schema {batch.Schema}; this version reads schema 1");
        }

        if (batch.Rows.IsDefaultOrEmpty || batch.Rows.Length > FederationLimits.MaxRows)
        {
            throw new InvalidDataException($"a batch holds 1 to {FederationLimits.MaxRows} rows");
        }

        var answers = ImmutableArray.CreateBuilder<RowAnswer>(batch.Rows.Length);
        foreach (var row in batch.Rows)
        {
            answers.Add(await ApplyAsync(row, cancellation));
        }

        return new FederationAnswer { Rows = answers.MoveToImmutable() };
    }

    private Task<RowAnswer> ApplyAsync(FederatedRow row, CancellationToken cancellation)
    {
        if (!Ownership.Owns(peer, row.Partition))
        {
            return Rejected($"{peer} does not own this partition");
        }

        if (peerAccounts.Count > 0 && !peerAccounts.Contains(row.Partition[(row.Partition.IndexOf(':', StringComparison.Ordinal) + 1)..]))
        {
            return Rejected("an account that is not one of the peer's");
        }

        if (row.Document.ValueKind is not JsonValueKind.Object || row.Document.GetRawText().Length > TableRow.MaxDocument)
        {
            return Rejected($"not a JSON object of at most {TableRow.MaxDocument} characters");
        }

        if (row.Schema > FederationLimits.Schema)
        {
            return KeepAsync(row, cancellation);
        }

        try
        {
            return row.Kind switch
            {
                RowKind.Finding => FindingAsync(row, row.Document.Deserialize(GuardJson.Default.Finding)!, cancellation),
                RowKind.Event => EventAsync(row, row.Document.Deserialize(GuardJson.Default.FindingEvent)!, cancellation),
                RowKind.Index or RowKind.Summary or RowKind.Outbox or RowKind.Resource or RowKind.Breaker or RowKind.Account or RowKind.Sweep =>
                    Rejected($"rows of kind {row.Kind} are each table's own"),
                RowKind.Asset or RowKind.Exemption or RowKind.Command => Rejected($"rows of kind {row.Kind} are not exchanged by this version"),
                _ => Rejected("an unknown kind of row"),
            };
        }
        catch (Exception fault) when (fault is JsonException or NotSupportedException)
        {
            return Rejected($"not a document of kind {row.Kind}");
        }
    }

    private async Task<RowAnswer> FindingAsync(FederatedRow row, Finding finding, CancellationToken cancellation)
    {
        if (Fault(row, finding.Resource, finding.Revision) is { } fault)
        {
            return new RowAnswer(RowVerdict.Rejected, fault);
        }

        if (finding.Id != FindingId.Of(finding.RuleId, finding.Resource))
        {
            return new RowAnswer(RowVerdict.Rejected, "the finding's id is not that of its rule and resource");
        }

        await AccountsAsync(row.Partition, cancellation);
        var key = RowKeys.Finding(finding);
        for (var attempt = 1; attempt <= MaxAttempts; attempt++)
        {
            var known = await table.FindAsync(row.Partition, key, cancellation);
            var before = known is null ? null : RowCodec.Finding(known);
            if (before is not null && before.Revision >= finding.Revision)
            {
                return new RowAnswer(RowVerdict.Stale);
            }

            var shard = RowKeys.Summary(RowKeys.Hash(finding.Resource));
            var summary = await table.FindAsync(row.Partition, shard, cancellation);
            if (await table.CommitAsync(row.Partition, [.. FindingWrites.Copy(row.Partition, before, finding, known?.Version, shard, summary)], cancellation))
            {
                return new RowAnswer(RowVerdict.Accepted);
            }

            await backoff.WaitAsync(attempt, time, cancellation);
        }

        throw new TableUnavailableException($"federated finding: {MaxAttempts} transactions in a row lost against others");
    }

    private async Task<RowAnswer> EventAsync(FederatedRow row, FindingEvent step, CancellationToken cancellation)
    {
        if (Fault(row, step.Resource, step.Revision) is { } fault)
        {
            return new RowAnswer(RowVerdict.Rejected, fault);
        }

        if (step.FindingId != FindingId.Of(step.RuleId, step.Resource))
        {
            return new RowAnswer(RowVerdict.Rejected, "the event's finding is not that of its rule and resource");
        }

        await AccountsAsync(row.Partition, cancellation);
        var history = RowCodec.Row(row.Partition, RowKeys.History(step), step);
        var timeline = RowCodec.Row(row.Partition, RowKeys.Timeline(step), step);
        if (await table.FindAsync(row.Partition, history.Key, cancellation) is { } known)
        {
            return known.Document == history.Document ? new RowAnswer(RowVerdict.Stale) : new RowAnswer(RowVerdict.Rejected, "an event never changes");
        }

        var written = await table.CommitAsync(row.Partition, [new TableWrite.Insert(history), new TableWrite.Put(timeline)], cancellation);
        return new RowAnswer(written ? RowVerdict.Accepted : RowVerdict.Stale);
    }

    /// <summary>A document of a later version than ours: kept as it came, so that it can be read after an upgrade.</summary>
    private async Task<RowAnswer> KeepAsync(FederatedRow row, CancellationToken cancellation)
    {
        await AccountsAsync(row.Partition, cancellation);
        var document = row.Document.GetRawText();
        var kept = new TableRow(row.Partition, RowKeys.Kept(row.Kind, row.Schema, document), row.Kind, document);
        await table.CommitAsync(row.Partition, [new TableWrite.Put(kept)], cancellation);
        return new RowAnswer(RowVerdict.Accepted);
    }

    private static string? Fault(FederatedRow row, ResourceRef resource, long revision)
    {
        if (RowKeys.Partition(resource) != row.Partition)
        {
            return "the resource lies in another account than the row";
        }

        return revision is < 1 or > FederationLimits.MaxRevision ? "a revision out of reach" : null;
    }

    private async Task AccountsAsync(string partition, CancellationToken cancellation)
    {
        if (await table.FindAsync(RowKeys.Directory, RowKeys.Account(partition), cancellation) is null)
        {
            await table.CommitAsync(RowKeys.Directory, [new TableWrite.Insert(RowCodec.AccountRow(partition))], cancellation);
        }
    }

    private static Task<RowAnswer> Rejected(string reason) => Task.FromResult(new RowAnswer(RowVerdict.Rejected, reason));
}
