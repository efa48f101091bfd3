using ServerlessGuard.Guards;
using ServerlessGuard.Resources;
using ServerlessGuard.Tables;

namespace ServerlessGuard.Federation;

/// <summary>
/// Applies the peer's rows to our table. The sender was authenticated by the transport; here is checked that it owns what it sends, that
/// the document is what the row says, and that the revision moves forward. Duplicates, reordering and replays are harmless by construction.
/// </summary>
public sealed partial class FederationReceiver
{
    private static readonly ApprovalSettings Nothing = ApprovalSettings.Default with { FromPeer = [] };

    private readonly ITable _table;
    private readonly Provider _peer;
    private readonly IReadOnlySet<string> _peerAccounts;
    private readonly ReceivedFindings _findings;
    private readonly ReceivedDecisions _decisions;
    private readonly ReceivedCommands _commands;
    private readonly Arrivals _arrivals;
    private readonly LinkLog _link;

    /// <param name="peer">Which cloud the authenticated sender is.</param>
    /// <param name="peerAccounts">The peer's accounts, where they are known; empty: all of its cloud. Its deployment itself is always
    /// one.</param>
    /// <param name="approvals">What the peer may ask of us in a person's name, and how often; null: nothing.</param>
    /// <param name="onCommand">Called once for each command that was taken, with partition and outbox key, so that it is carried out at
    /// once. Best effort: the entry is there.</param>
    /// <param name="alarms">Who is told of what is strange; null: nobody, as where an operator is at work.</param>
    /// <param name="isForced">An operator makes this copy equal to the owner's table, with access of their own to both. Never the peer's to
    /// say.</param>
    public FederationReceiver(
        ITable table,
        Provider peer,
        IReadOnlySet<string> peerAccounts,
        TimeProvider time,
        Backoff backoff,
        ApprovalSettings? approvals = null,
        Action<string, string>? onCommand = null,
        PeerAlarms? alarms = null,
        bool isForced = false)
    {
        (_table, _peer, _peerAccounts, Time) = (table, peer, peerAccounts, time);
        var own = Ownership.Other(peer);
        _arrivals = new Arrivals(table, alarms, isForced);
        _findings = new ReceivedFindings(table, _arrivals, time, backoff);
        _decisions = new ReceivedDecisions(table, peer, _arrivals, time, backoff);
        _commands = new ReceivedCommands(table, peer, _arrivals, alarms, approvals ?? Nothing, time, backoff, onCommand);
        _link = new LinkLog(table, own, PeerRows.Received, time, Wider(approvals));
    }

    internal TimeProvider Time { get; }

    /// <summary>For the doctor, who reads no settings.</summary>
    private static string? Wider(ApprovalSettings? approvals) =>
        approvals is null || !approvals.WiderFromPeer.Any()
            ? null
            : string.Join(", ", approvals.WiderFromPeer.Select(kind => kind.ToString().ToLowerInvariant()));

    /// <summary>
    /// One answer for each row. <see cref="InvalidDataException"/> for a batch that is none; <see cref="TableUnavailableException"/> as
    /// always.
    /// </summary>
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

        var answers = new RowAnswer?[batch.Rows.Length];
        var findings = new List<ArrivedRow>();
        for (var i = 0; i < answers.Length; i++)
        {
            answers[i] = await ReadAsync(batch.Rows[i], i, findings, cancellation);
        }

        foreach (var account in findings.GroupBy(row => row.Partition, StringComparer.Ordinal))
        {
            await _findings.ApplyAsync(account.Key, [.. account], answers, cancellation);
        }

        if (answers.Any(answer => answer is not { Verdict: RowVerdict.Rejected }))
        {
            await _link.WorkedAsync(cancellation);
        }

        return new FederationAnswer { Rows = [.. answers.Select(answer => answer!)] };
    }
}
