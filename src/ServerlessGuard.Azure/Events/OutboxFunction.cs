using System.Globalization;
using ServerlessGuard.Azure.Reporting;
using ServerlessGuard.Azure.Runtime;
using ServerlessGuard.Azure.Stores;
using ServerlessGuard.Findings;

namespace ServerlessGuard.Azure.Events;

/// <summary><c>outbox</c>: sends again what is due. The entry is postponed first, so that whoever takes the message finds it at rest; a message lost after that is due again later.</summary>
internal sealed class OutboxFunction(OutboxWalk walk, IMessageSink work, Journal journal, TimeProvider time)
{
    private static readonly TimeSpan Enough = TimeSpan.FromSeconds(20);

    public async Task<Answer> RunAsync(CancellationToken cancellation)
    {
        var until = time.GetUtcNow() + Enough;
        var (depth, sent) = (0, 0);
        var oldest = TimeSpan.Zero;
        var complete = true;
        await foreach (var pending in walk.WalkAsync(OutboxKind.Remediate, cancellation))
        {
            depth++;
            oldest = pending.Age > oldest ? pending.Age : oldest;
            if (!pending.Row.Partition.StartsWith("azure:", StringComparison.Ordinal) || !pending.IsDue)
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

        journal.Metric("outbox.depth", depth, ("kind", "remediate"));
        journal.Metric("outbox.oldest_s", oldest.TotalSeconds, ("kind", "remediate"));
        return Answer.Done(string.Create(CultureInfo.InvariantCulture, $"{depth} entries{(complete ? string.Empty : " so far")}, the oldest {oldest.TotalSeconds:0} s old, {sent} sent again"));
    }
}
