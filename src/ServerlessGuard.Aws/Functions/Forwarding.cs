using ServerlessGuard.Aws.Runtime;
using ServerlessGuard.Federation;

namespace ServerlessGuard.Aws.Functions;

/// <summary>One run of the sender, and what it did, in numbers.</summary>
internal sealed class Forwarding(FederationSender sender, TimeProvider time, Log log, Metrics metrics)
{
    private const int MaxBatches = 1000;

    /// <summary>What a batch may take, and the answer to the service.</summary>
    private static readonly TimeSpan Reserve = TimeSpan.FromSeconds(8);

    public async Task RunAsync(Invocation invocation, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        if (invocation.Deadline is { } deadline && deadline - time.GetUtcNow() - Reserve is var left)
        {
            limit.CancelAfter(left > TimeSpan.Zero ? left : TimeSpan.Zero);
        }

        SenderReport report;
        try
        {
            report = await sender.RunAsync(invocation.RequestId, MaxBatches, limit.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            // The outbox keeps what was not acknowledged; the next run goes on.
            log.Write(LogLevel.Info, "forwarding stopped before the deadline", ("requestId", invocation.RequestId));
            return;
        }

        metrics.Count("FederationDelivered", report.Delivered);
        metrics.Count("FederationSetAside", report.SetAside);
        metrics.Count("FederationFailures", report.Fault is null ? 0 : 1);
        if (report.Delivered + report.SetAside > 0 || report.Fault is not null)
        {
            log.Write(
                report.Fault is null ? LogLevel.Info : LogLevel.Warn,
                "forwarded",
                ("requestId", invocation.RequestId),
                ("delivered", report.Delivered),
                ("setAside", report.SetAside),
                ("detail", report.Fault));
        }
    }
}
