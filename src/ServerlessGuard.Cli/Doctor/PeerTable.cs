using System.Collections.Immutable;
using ServerlessGuard.Federation;
using ServerlessGuard.Resources;
using ServerlessGuard.Tables;

namespace ServerlessGuard.Cli.Doctor;

/// <summary>
/// The peer, reached through its table by an operator who may open both: no token and no function lies between. Rows go through the same
/// receiver as everywhere, so ownership, identity and revisions are checked as they are for the peer's own deployment.
/// </summary>
internal sealed class PeerTable(ITable table, Provider sender, TimeProvider time, bool isForced = false) : IPeer
{
    private readonly FederationReceiver _receiver =
        new(table, sender, ImmutableHashSet<string>.Empty, time, new Backoff(Random.Shared.NextDouble), isForced: isForced);

    /// <summary>Why rows were refused, and how often.</summary>
    public Dictionary<string, int> Refused { get; } = new(StringComparer.Ordinal);

    public async Task<FederationAnswer> SendAsync(FederationBatch batch, CancellationToken cancellation)
    {
        var answer = await _receiver.ReceiveAsync(batch, cancellation);
        foreach (var refused in answer.Rows.Where(row => row.Verdict is RowVerdict.Rejected))
        {
            var reason = refused.Reason ?? "no reason given";
            Refused[reason] = Refused.GetValueOrDefault(reason) + 1;
        }

        return answer;
    }

    public Task<AccountDigest> DigestAsync(string partition, CancellationToken cancellation) =>
        TableDigest.OfAsync(table, partition, time.GetUtcNow(), cancellation);

    public Task<ImmutableArray<HeldRevision>> RevisionsAsync(string partition, string from, CancellationToken cancellation) =>
        TableDigest.RevisionsAsync(table, partition, from, cancellation);
}
