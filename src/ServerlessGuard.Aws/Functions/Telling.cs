using ServerlessGuard.Aws.Runtime;
using ServerlessGuard.Notifications;

namespace ServerlessGuard.Aws.Functions;

/// <summary>One run of the notifier, and what it did, in numbers.</summary>
internal sealed class Telling(Notifier notifier, TimeProvider time, Log log, Metrics metrics)
{
    private const int MaxMessages = 200;

    /// <summary>What a message may take, and the answer to the service.</summary>
    private static readonly TimeSpan Reserve = TimeSpan.FromSeconds(8);

    public async Task RunAsync(Invocation invocation, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        if (invocation.Deadline is { } deadline && deadline - time.GetUtcNow() - Reserve is var left)
        {
            limit.CancelAfter(left > TimeSpan.Zero ? left : TimeSpan.Zero);
        }

        NotifierReport report;
        try
        {
            report = await notifier.RunAsync(invocation.RequestId, MaxMessages, limit.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            // The outbox keeps what was not told; the next run goes on.
            log.Write(LogLevel.Info, "telling stopped before the deadline", ("requestId", invocation.RequestId));
            return;
        }

        metrics.Count("ChatPosted", report.Posted);
        metrics.Count("ChatUpdated", report.Updated + report.Replied);
        metrics.Count("ChatDigests", report.Digests);
        metrics.Count("ChatSetAside", report.SetAside);
        metrics.Count("ChatFailures", report.Failed);
        if (report.Fault is { } fault)
        {
            log.Write(LogLevel.Warn, "chat does not answer as it should", ("requestId", invocation.RequestId), ("detail", fault));
        }
    }
}
