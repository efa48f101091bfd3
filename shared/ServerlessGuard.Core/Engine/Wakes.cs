using ServerlessGuard.Decisions;
using ServerlessGuard.Findings;
using ServerlessGuard.Recording;
using ServerlessGuard.Remediation;
using ServerlessGuard.Resources;

namespace ServerlessGuard.Engine;

/// <summary>
/// What follows a change is begun at once, in this order: first the fix, since an open door costs more than a late message; then the peer
/// and people, who are told what the rows say by then. Best effort: the outbox holds all of it.
/// </summary>
public sealed class Wakes(IWake wake, OutboxPolicy policy, ITelemetry telemetry)
{
    public async Task AfterAsync(IReadOnlyList<FindingChange> changes, CancellationToken cancellation)
    {
        var kinds = changes.Select(change => (Change: change, Kinds: policy.After(change).ToList())).ToList();
        await CarryOutAsync(
            [.. kinds.Where(one => one.Kinds.Contains(OutboxKind.Remediate))
                .Select(one => OutboxPlace.Of(OutboxEntry.Of(OutboxKind.Remediate, one.Change)))], cancellation);
        if (kinds.Exists(one => one.Kinds.Exists(kind => kind is OutboxKind.Federate or OutboxKind.Notify)))
        {
            await SendAsync(cancellation);
        }
    }

    /// <summary>What people decided: about ours it is carried out at once, about the peer's it is brought there.</summary>
    /// <param name="own">This cloud.</param>
    /// <param name="commands">Those that are in the table now.</param>
    /// <param name="cancellation">Ends the sending.</param>
    public async Task AfterAsync(Provider own, IReadOnlyList<Command> commands, CancellationToken cancellation)
    {
        var places = commands.Select(command =>
            new OutboxPlace(command.Partition,
                OutboxRows.Key(OutboxEntry.OfRow(OutboxKind.Command, command.Partition, CommandRows.Key(command.Id), command.IssuedAt))))
                .ToList();
        await CarryOutAsync([.. places.Where(place => place.IsCarriedOutBy(own))], cancellation);
        if (places.Exists(place => !place.IsCarriedOutBy(own)))
        {
            await SendAsync(cancellation);
        }
    }

    /// <summary>Fixes and commands of this cloud.</summary>
    public async Task CarryOutAsync(IReadOnlyList<OutboxPlace> places, CancellationToken cancellation)
    {
        if (places.Count == 0)
        {
            return;
        }

        try
        {
            await wake.CarryOutAsync(places, cancellation);
        }
        catch (CloudCallException lost)
        {
            telemetry.WakeLost(places[0].IsCommand ? OutboxKind.Command : OutboxKind.Remediate, lost.Message);
        }
    }

    /// <summary>Whatever leaves this cloud. Nothing where there is neither a peer nor a chat.</summary>
    public async Task SendAsync(CancellationToken cancellation)
    {
        if (!policy.Sends)
        {
            return;
        }

        try
        {
            await wake.SendAsync(cancellation);
        }
        catch (CloudCallException lost)
        {
            telemetry.WakeLost(OutboxKind.Federate, lost.Message);
        }
    }
}
