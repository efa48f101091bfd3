using System.Globalization;
using ServerlessGuard.Federation;
using ServerlessGuard.Findings;
using ServerlessGuard.Notifications;

namespace ServerlessGuard.Engine;

/// <summary>
/// What leaves this cloud after a change: rows to the peer, messages to people. Side by side, and neither waits for the other: a peer that
/// is away must not keep people from hearing, nor a slow chat the peer. What is not acknowledged stays in the outbox, and the next run goes
/// on.
/// </summary>
/// <param name="sender">Without it there is no peer.</param>
/// <param name="notifier">Without it nobody is told.</param>
/// <param name="holder">A name that no other run has had, for the leases that a run takes.</param>
/// <param name="telemetry">Counts and log lines.</param>
/// <param name="time">The clock.</param>
public sealed class Outgoing(FederationSender? sender, Notifier? notifier, Func<string> holder, ITelemetry telemetry, TimeProvider time)
    : IDisposable
{
    private const int MaxBatches = 1000;
    private const int MaxMessages = 200;

    /// <summary>Where the platform names no deadline.</summary>
    private static readonly TimeSpan Enough = TimeSpan.FromSeconds(15);

    /// <summary>What a batch or a message may take, and the answer to the platform.</summary>
    private static readonly TimeSpan Reserve = TimeSpan.FromSeconds(8);

    private readonly OneAtATime? _forwarding = sender is null ? null : new OneAtATime((deadline, cancellation) => LimitedAsync(
        OutboxKind.Federate, deadline, telemetry, time, async stop =>
        {
            var report = await sender.RunAsync(holder(), MaxBatches, stop);
            telemetry.Forwarded(report);
            return string.Create(CultureInfo.InvariantCulture,
                $"{report.Delivered} forwarded, {report.SetAside} set aside{(report.Fault is null ? string.Empty : ", the peer is away")}");
        },
        cancellation));

    private readonly OneAtATime? _telling = notifier is null ? null : new OneAtATime((deadline, cancellation) => LimitedAsync(
        OutboxKind.Notify, deadline, telemetry, time, async stop =>
        {
            var report = await notifier.RunAsync(holder(), MaxMessages, stop);
            telemetry.Told(report);
            return string.Create(CultureInfo.InvariantCulture,
                $"{report.Posted} told, {report.Updated + report.Replied} "
                    + $"updated{(report.Fault is null ? string.Empty : ", chat is away")}");
        },
        cancellation));

    /// <summary>Whether there is anything to do, ever.</summary>
    public bool IsConfigured => _forwarding is not null || _telling is not null;

    /// <param name="deadline">When the platform ends the call; null: a quarter of a minute is enough.</param>
    /// <param name="cancellation">Ends the run.</param>
    /// <returns>What was done, in one line.</returns>
    public async Task<string> RunAsync(DateTimeOffset? deadline, CancellationToken cancellation)
    {
        var said = await Task.WhenAll(
            new[] { _forwarding?.RunAsync(deadline, cancellation), _telling?.RunAsync(deadline, cancellation) }.OfType<Task<string>>());
        return said.Length == 0 ? "no peer and no chat is configured" : string.Join(", ", said);
    }

    public void Dispose()
    {
        _forwarding?.Dispose();
        _telling?.Dispose();
    }

    private static async Task<string> LimitedAsync(
        OutboxKind kind, DateTimeOffset? deadline, ITelemetry telemetry, TimeProvider time, Func<CancellationToken, Task<string>> run,
        CancellationToken cancellation)
    {
        var left = deadline is { } end ? end - time.GetUtcNow() - Reserve : Enough;
        using var limit = new CancellationTokenSource(left > TimeSpan.Zero ? left : TimeSpan.Zero, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        try
        {
            return await run(either.Token);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            telemetry.GoesOn(kind);
            return kind is OutboxKind.Notify ? "telling goes on in the next run" : "forwarding goes on in the next run";
        }
    }
}
