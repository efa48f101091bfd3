using System.Collections.Concurrent;
using ServerlessGuard.Federation;
using ServerlessGuard.Guards;
using ServerlessGuard.Recording;
using ServerlessGuard.Resources;
using ServerlessGuard.Tables;

namespace ServerlessGuard.Engine;

/// <summary>Takes the peer's rows, and has what its people decided about our findings carried out at once.</summary>
public sealed class PeerInbox
{
    private readonly FederationEndpoint _endpoint;
    private readonly Wakes _wakes;
    private readonly ConcurrentQueue<OutboxPlace> _taken = new();

    internal PeerInbox(
        Provider own,
        ITable table,
        IReadOnlySet<string> accounts,
        ApprovalSettings approvals,
        OutboxPolicy policy,
        Wakes wakes,
        ITelemetry telemetry,
        TimeProvider time,
        Backoff backoff)
    {
        var peer = Ownership.Other(own);
        var alarms = new PeerAlarms(table, own, policy, time, telemetry.PeerAlarm);
        var receiver = new FederationReceiver(
            table, peer, accounts, time, backoff, approvals, (partition, key) => _taken.Enqueue(new OutboxPlace(partition, key)), alarms);
        (_endpoint, _wakes) = (new FederationEndpoint(table, peer, receiver), wakes);
    }

    /// <summary>The HTTP status and the JSON body. The caller has been verified by now.</summary>
    public async Task<(int Status, string Body)> HandleAsync(ReadOnlyMemory<byte> body, CancellationToken cancellation)
    {
        var answer = await _endpoint.HandleAsync(body, cancellation);
        var places = new List<OutboxPlace>();
        while (_taken.TryDequeue(out var place))
        {
            places.Add(place);
        }

        await _wakes.CarryOutAsync(places, cancellation);
        return answer;
    }
}
