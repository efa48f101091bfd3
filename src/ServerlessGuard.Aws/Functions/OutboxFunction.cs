using System.Runtime.CompilerServices;
using ServerlessGuard.Aws.Runtime;
using ServerlessGuard.Decisions;
using ServerlessGuard.Engine;
using ServerlessGuard.Findings;
using ServerlessGuard.Resources;

namespace ServerlessGuard.Aws.Functions;

/// <summary><c>outbox</c>: the schedule that kicks whatever is still to be remediated, and says how much that is and how old.</summary>
internal sealed class OutboxFunction(OutboxWalk walk, ExpiryWalk expiry, Forwarding? forwarding, Telling? telling, QueueSender queue, Uri remediateQueue, TimeProvider time, Log log, Metrics metrics) : IFunction
{
    private const int KicksAtOnce = 10;
    private const int MostCounted = 1_000_000;

    private static readonly TimeSpan Usual = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan Reserve = TimeSpan.FromSeconds(5);

    public async Task<ReadOnlyMemory<byte>> HandleAsync(Invocation invocation, CancellationToken cancellation)
    {
        try
        {
            // Side by side: a peer that is away must not keep people from hearing.
            await Task.WhenAll(forwarding?.RunAsync(invocation, cancellation) ?? Task.CompletedTask, telling?.RunAsync(invocation, cancellation) ?? Task.CompletedTask);

            // Woken by the queue, there is nothing but to forward; the schedule looks after the rest too.
            return SqsBatch.Recognises(SqsBatch.Parse(invocation.Payload.Span)) ? "{\"batchItemFailures\":[]}"u8.ToArray() : await WalkAsync(invocation, cancellation);
        }
        catch (Exception fault)
        {
            log.Count(metrics, fault);
            throw;
        }
        finally
        {
            metrics.Flush(invocation.RequestId);
        }
    }

    private async Task<ReadOnlyMemory<byte>> WalkAsync(Invocation invocation, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var until = (invocation.Deadline ?? now + Usual) - Reserve;
        await walk.TendAsync(now + (until - now) / 4, cancellation);
        if (await expiry.RunAsync(Provider.Aws, now + (until - now) / 2, cancellation) is > 0 and var ended)
        {
            metrics.Count("EndedByTime", ended);
        }

        var kicked = 0;
        var due = new List<PendingEntry>(KicksAtOnce);
        var isWhole = true;
        await foreach (var pending in OwnAsync(cancellation))
        {
            if (pending.IsDue)
            {
                due.Add(pending);
            }

            if (due.Count == KicksAtOnce)
            {
                kicked += await KickAsync(due, cancellation);
            }

            if (time.GetUtcNow() > until)
            {
                isWhole = false;
                break;
            }
        }

        kicked += await KickAsync(due, cancellation);
        // Fixes alone: each other kind has its own metric below, and an entry in two of them would be counted twice.
        var fixes = await walk.DepthAsync(OutboxKind.Remediate, MostCounted, cancellation);
        metrics.Count("OutboxDepth", fixes.Depth);
        metrics.Count("OutboxAgeSeconds", Math.Round(fixes.Oldest.TotalSeconds));
        foreach (var kind in new[] { OutboxKind.Federate, OutboxKind.Notify, OutboxKind.Command })
        {
            var waiting = await walk.DepthAsync(kind, OutboxWalk.Counted, cancellation);
            metrics.Count($"Outbox{kind}Depth", waiting.Depth);
            metrics.Count($"Outbox{kind}AgeSeconds", Math.Round(waiting.Oldest.TotalSeconds));
            if (waiting.Depth > 0)
            {
                log.Write(LogLevel.Info, "outbox", ("kind", kind.ToString()), ("depth", waiting.Depth), ("oldestSeconds", waiting.Oldest.TotalSeconds), ("whole", waiting.IsWhole));
            }
        }

        log.Write(LogLevel.Info, "outbox", ("requestId", invocation.RequestId), ("depth", fixes.Depth), ("kicked", kicked), ("oldestSeconds", fixes.Oldest.TotalSeconds), ("whole", isWhole));
        return JsonBytes.Of(writer =>
        {
            writer.WriteNumber("depth", fixes.Depth);
            writer.WriteNumber("kicked", kicked);
        });
    }

    /// <summary>Commands before fixes; a command that lies in the peer's partition is the sender's to bring there.</summary>
    private async IAsyncEnumerable<PendingEntry> OwnAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        foreach (var kind in new[] { OutboxKind.Command, OutboxKind.Remediate })
        {
            await foreach (var pending in walk.WalkAsync(kind, cancellation))
            {
                yield return pending;
            }
        }
    }

    /// <summary>Sent first, then noted: a kick too many does nothing, one too few would wait for an hour.</summary>
    private async Task<int> KickAsync(List<PendingEntry> due, CancellationToken cancellation)
    {
        if (due.Count == 0)
        {
            return 0;
        }

        await queue.SendAsync(remediateQueue, [.. due.Select(pending => KickMessage.Of(pending.Row.Partition, pending.Row.Key))], cancellation);
        foreach (var pending in due)
        {
            await walk.PostponeAsync(pending, fault: null, cancellation);
        }

        var kicked = due.Count;
        due.Clear();
        return kicked;
    }
}
