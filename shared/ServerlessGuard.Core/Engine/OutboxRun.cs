using System.Runtime.CompilerServices;
using ServerlessGuard.Decisions;
using ServerlessGuard.Findings;
using ServerlessGuard.Remediation;
using ServerlessGuard.Resources;

namespace ServerlessGuard.Engine;

/// <summary>The scheduled walk: lets end what ends by time, sends again what is due, and says how much waits and how old it is.</summary>
public sealed class OutboxRun(OutboxWalk walk, ExpiryWalk expiry, IWake wake, Provider own, ITelemetry telemetry, TimeProvider time)
{
    private const int AtOnce = 10;
    private const int MostCounted = 1_000_000;

    /// <param name="until">When to stop; the next run goes on.</param>
    /// <param name="cancellation">Ends the run.</param>
    /// <exception cref="CloudCallException">The queue is away: what was not sent stays due.</exception>
    public async Task<OutboxReport> RunAsync(DateTimeOffset until, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        await walk.TendAsync(now + (until - now) / 4, cancellation);
        if (await expiry.RunAsync(own, now + (until - now) / 2, cancellation) is > 0 and var ended)
        {
            telemetry.EndedByTime(ended);
        }

        var (sent, isWhole) = await SendAsync(until, cancellation);
        // Each kind by itself: an entry in two numbers would be counted twice.
        var fixes = await walk.DepthAsync(OutboxKind.Remediate, MostCounted, cancellation);
        telemetry.Waiting(OutboxKind.Remediate, fixes);
        foreach (var kind in (OutboxKind[])[OutboxKind.Federate, OutboxKind.Notify, OutboxKind.Command])
        {
            telemetry.Waiting(kind, await walk.DepthAsync(kind, OutboxWalk.Counted, cancellation));
        }

        return new OutboxReport(fixes with { IsWhole = isWhole }, sent);
    }

    private async Task<(int Sent, bool IsWhole)> SendAsync(DateTimeOffset until, CancellationToken cancellation)
    {
        var sent = 0;
        var due = new List<PendingEntry>(AtOnce);
        await foreach (var pending in OwnAsync(cancellation))
        {
            if (pending.IsDue)
            {
                due.Add(pending);
            }

            if (due.Count == AtOnce)
            {
                sent += await SendAsync(due, cancellation);
            }

            if (time.GetUtcNow() > until)
            {
                return (sent + await SendAsync(due, cancellation), false);
            }
        }

        return (sent + await SendAsync(due, cancellation), true);
    }

    /// <summary>Commands before fixes; a command that lies in the peer's partition is the sender's to bring there.</summary>
    private async IAsyncEnumerable<PendingEntry> OwnAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        foreach (var kind in (OutboxKind[])[OutboxKind.Command, OutboxKind.Remediate])
        {
            await foreach (var pending in walk.WalkAsync(kind, cancellation))
            {
                yield return pending;
            }
        }
    }

    /// <summary>Sent first, then noted: a message too many does nothing, one too few would wait for an hour.</summary>
    private async Task<int> SendAsync(List<PendingEntry> due, CancellationToken cancellation)
    {
        if (due.Count == 0)
        {
            return 0;
        }

        await wake.CarryOutAsync([.. due.Select(pending => new OutboxPlace(pending.Row.Partition, pending.Row.Key))], cancellation);
        foreach (var pending in due)
        {
            await walk.PostponeAsync(pending, fault: null, cancellation);
        }

        var sent = due.Count;
        due.Clear();
        return sent;
    }
}

/// <param name="Waiting">Fixes; not whole: the walk stopped before its end.</param>
/// <param name="Sent">How many fixes and commands were sent again.</param>
public sealed record OutboxReport(OutboxDepth Waiting, int Sent);
