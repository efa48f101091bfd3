using System.Globalization;
using ServerlessGuard.Azure.Reporting;
using ServerlessGuard.Federation;

namespace ServerlessGuard.Azure.Functions;

/// <summary>One run of the sender within a function's deadline, and what it did, in numbers.</summary>
internal sealed class Forwarder(FederationSender sender, Journal journal, TimeProvider time)
{
    private const int MaxBatches = 1000;

    private static readonly TimeSpan Enough = TimeSpan.FromSeconds(15);

    public async Task<string> RunAsync(CancellationToken cancellation)
    {
        using var limit = new CancellationTokenSource(Enough, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        try
        {
            var report = await sender.RunAsync(Guid.NewGuid().ToString("N"), MaxBatches, either.Token);
            journal.Metric("federation.delivered", report.Delivered);
            journal.Metric("federation.set_aside", report.SetAside);
            if (report.Fault is { } fault)
            {
                journal.Warn("peer away", ("reason", fault));
            }

            return string.Create(CultureInfo.InvariantCulture, $"{report.Delivered} forwarded, {report.SetAside} set aside{(report.Fault is null ? string.Empty : ", the peer is away")}");
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            // The outbox keeps what was not acknowledged; the next run goes on.
            return "forwarding goes on in the next run";
        }
    }
}
