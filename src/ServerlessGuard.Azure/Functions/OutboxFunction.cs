using System.Globalization;
using ServerlessGuard.Azure.Runtime;
using ServerlessGuard.Engine;

namespace ServerlessGuard.Azure.Functions;

/// <summary><c>outbox</c>: forwards and tells, sends again what is due, and says how much waits.</summary>
internal sealed class OutboxFunction(OutboxRun run, Outgoing outgoing, TimeProvider time)
{
    private static readonly TimeSpan Enough = TimeSpan.FromSeconds(20);

    public async Task<Answer> RunAsync(CancellationToken cancellation)
    {
        var until = time.GetUtcNow() + Enough;
        var forwarded = outgoing.IsConfigured ? ", " + await outgoing.RunAsync(deadline: null, cancellation) : string.Empty;
        var (waiting, sent) = await run.RunAsync(until, cancellation);
        return Answer.Done(string.Create(
            CultureInfo.InvariantCulture,
            $"{waiting.Depth} fixes wait{(waiting.IsWhole ? string.Empty : " so far")}, the oldest {waiting.Oldest.TotalSeconds:0} s old, "
                + $"{sent} sent again{forwarded}"));
    }
}
