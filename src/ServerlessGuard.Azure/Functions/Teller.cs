using System.Globalization;
using ServerlessGuard.Azure.Reporting;
using ServerlessGuard.Notifications;

namespace ServerlessGuard.Azure.Functions;

/// <summary>One run of the notifier within a function's deadline, and what it did, in numbers.</summary>
internal sealed class Teller(Notifier notifier, Journal journal, TimeProvider time)
{
    private const int MaxMessages = 200;

    private static readonly TimeSpan Enough = TimeSpan.FromSeconds(15);

    public async Task<string> RunAsync(CancellationToken cancellation)
    {
        using var limit = new CancellationTokenSource(Enough, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        try
        {
            var report = await notifier.RunAsync(Guid.NewGuid().ToString("N"), MaxMessages, either.Token);
            journal.Metric("chat.posted", report.Posted);
            journal.Metric("chat.updated", report.Updated + report.Replied);
            journal.Metric("chat.digests", report.Digests);
            journal.Metric("chat.set_aside", report.SetAside);
            if (report.Fault is { } fault)
            {
                journal.Warn("chat does not answer as it should", ("reason", fault));
            }

            return string.Create(CultureInfo.InvariantCulture, $"{report.Posted} told, {report.Updated + report.Replied} updated{(report.Fault is null ? string.Empty : ", chat is away")}");
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            // The outbox keeps what was not told; the next run goes on.
            return "telling goes on in the next run";
        }
    }
}
