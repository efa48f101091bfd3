using System.Text.Json;
using ServerlessGuard.Decisions;
using ServerlessGuard.Exemptions;
using ServerlessGuard.Findings;
using ServerlessGuard.Guards;
using ServerlessGuard.Resources;
using ServerlessGuard.Tables;

namespace ServerlessGuard.Federation;

/// <summary>One row of a batch: read, refused, or handed to the part that writes its kind.</summary>
public sealed partial class FederationReceiver
{
    /// <summary>The answer; null for findings and steps, which are added to those that are applied together.</summary>
    private async Task<RowAnswer?> ReadAsync(FederatedRow row, int place, List<ArrivedRow> findings, CancellationToken cancellation)
    {
        if (Refusal(row) is { } reason)
        {
            return RowAnswer.Rejected(reason);
        }

        if (row.Schema > FederationLimits.Schema)
        {
            return await KeepAsync(row, cancellation);
        }

        try
        {
            switch (row.Kind)
            {
                case RowKind.Finding:
                    return Add(new ArrivedRow(place, row.Partition, row.Document.Deserialize(FindingsJson.Default.Finding)!, Step: null),
                        findings);
                case RowKind.Event:
                    return Add(new ArrivedRow(place, row.Partition, Finding: null,
                        row.Document.Deserialize(FindingsJson.Default.FindingEvent)!), findings);
                case RowKind.Exemption:
                    return await _decisions.ApplyAsync(row, row.Document.Deserialize(ExemptionsJson.Default.Exemption)!, cancellation);
                case RowKind.Control:
                    return await _decisions.ApplyAsync(row, row.Document.Deserialize(GuardsJson.Default.Control)!, cancellation);
                case RowKind.Command:
                    return await _commands.ApplyAsync(row, row.Document.Deserialize(DecisionsJson.Default.Command)!, cancellation);
                case RowKind.Asset:
                    return RowAnswer.Rejected("rows of kind Asset are not exchanged by this version");
                case RowKind.Index or RowKind.Summary or RowKind.Outbox or RowKind.Resource or RowKind.Breaker or RowKind.Account
                    or RowKind.Sweep or RowKind.Lease
                    or RowKind.Thread or RowKind.Acknowledgement or RowKind.Link or RowKind.Seal or RowKind.Due or RowKind.Peer:
                    return RowAnswer.Rejected($"rows of kind {row.Kind} are not exchanged");
                default:
                    return RowAnswer.Rejected("an unknown kind of row");
            }
        }
        catch (Exception fault) when (fault is JsonException or NotSupportedException)
        {
            return RowAnswer.Rejected($"not a document of kind {row.Kind}");
        }
    }

    private string? Refusal(FederatedRow row)
    {
        // A command goes to the owner of what it is about: it is the one row that lies in our partitions.
        var isAsked = row.Kind is RowKind.Command && Ownership.Owns(Ownership.Other(_peer), row.Partition);
        if (!Ownership.Owns(_peer, row.Partition) && !isAsked)
        {
            return $"{_peer} does not own this partition";
        }

        if (!isAsked && !Ownership.IsAccountOf(_peer, row.Partition))
        {
            return $"not {AccountId.Form(_peer)}";
        }

        if (!isAsked && _peerAccounts.Count > 0 && row.Partition != RowKeys.Deployment(_peer)
            && !_peerAccounts.Contains(row.Partition[(row.Partition.IndexOf(':', StringComparison.Ordinal) + 1)..]))
        {
            return "an account that is not one of the peer's";
        }

        if (row.Document.ValueKind is not JsonValueKind.Object || row.Document.GetRawText().Length > TableRow.MaxDocument)
        {
            return $"not a JSON object of at most {TableRow.MaxDocument} characters";
        }

        // Kept unread it would never be carried out, and nobody would be told.
        return isAsked && row.Schema > FederationLimits.Schema ? "a command of a later version than this deployment's" : null;
    }

    private RowAnswer? Add(ArrivedRow row, List<ArrivedRow> findings)
    {
        if (row.Fault(Time.GetUtcNow()) is { } fault)
        {
            return RowAnswer.Rejected(fault);
        }

        findings.Add(row);
        return null;
    }

    /// <summary>A document of a later version than ours: kept as it came, so that it can be read after an upgrade.</summary>
    private async Task<RowAnswer> KeepAsync(FederatedRow row, CancellationToken cancellation)
    {
        await _arrivals.RegisterAsync(row.Partition, cancellation);
        var document = row.Document.GetRawText();
        var kept = new TableRow(row.Partition, PeerRows.Kept(row.Kind, row.Schema, document), row.Kind, document);
        await _table.CommitAsync(row.Partition, [new TableWrite.Put(kept)], cancellation);
        return RowAnswer.Accepted;
    }
}
