using System.Globalization;
using System.Runtime.CompilerServices;
using ServerlessGuard.Azure.Events;
using ServerlessGuard.Azure.Reporting;
using ServerlessGuard.Azure.Runtime;
using ServerlessGuard.Decisions;
using ServerlessGuard.Engine;
using ServerlessGuard.Findings;
using ServerlessGuard.Resources;

namespace ServerlessGuard.Azure.Functions;

/// <summary><c>outbox</c>: sends again what is due. The entry is postponed first, so that whoever takes the message finds it at rest; a message lost after that is due again later.</summary>
internal sealed class OutboxFunction(OutboxWalk walk, ExpiryWalk expiry, Outgoing outgoing, IMessageSink work, Journal journal, TimeProvider time)
{
    private const int MostCounted = 1_000_000;

    private static readonly TimeSpan Enough = TimeSpan.FromSeconds(20);

    public async Task<Answer> RunAsync(CancellationToken cancellation)
    {
        var began = time.GetUtcNow();
        var until = began + Enough;
        var forwarded = outgoing.IsConfigured ? ", " + await outgoing.RunAsync(cancellation) : string.Empty;
        var sent = 0;
        var complete = true;
        await walk.TendAsync(began + Enough / 4, cancellation);
        if (await expiry.RunAsync(Provider.Azure, began + Enough / 2, cancellation) is > 0 and var ended)
        {
            journal.Metric("ended_by_time", ended);
        }

        await foreach (var pending in OwnAsync(cancellation))
        {
            if (!pending.IsDue)
            {
                continue;
            }

            if (time.GetUtcNow() > until)
            {
                complete = false;
                break;
            }

            if (await walk.PostponeAsync(pending, fault: null, cancellation))
            {
                await work.SendAsync(new WorkMessage.Remediate(pending.Row.Partition, pending.Row.Key).ToJson(), delay: null, cancellation);
                sent++;
            }
        }

        // Fixes alone: each other kind has its own line below, and an entry in two of them would be counted twice.
        var fixes = await walk.DepthAsync(OutboxKind.Remediate, MostCounted, cancellation);
        journal.Metric("outbox.depth", fixes.Depth, ("kind", "remediate"));
        journal.Metric("outbox.oldest_s", fixes.Oldest.TotalSeconds, ("kind", "remediate"));
        foreach (var kind in new[] { OutboxKind.Federate, OutboxKind.Notify, OutboxKind.Command })
        {
            var waiting = await walk.DepthAsync(kind, OutboxWalk.Counted, cancellation);
            journal.Metric("outbox.depth", waiting.Depth, ("kind", kind.ToString().ToLowerInvariant()), ("whole", waiting.IsWhole ? "true" : "so far"));
            journal.Metric("outbox.oldest_s", waiting.Oldest.TotalSeconds, ("kind", kind.ToString().ToLowerInvariant()));
        }

        return Answer.Done(string.Create(CultureInfo.InvariantCulture, $"{fixes.Depth} fixes wait{(complete ? string.Empty : " so far")}, the oldest {fixes.Oldest.TotalSeconds:0} s old, {sent} sent again{forwarded}"));
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
}
