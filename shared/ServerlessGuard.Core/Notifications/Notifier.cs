using System.Collections.Immutable;
using ServerlessGuard.Due;
using ServerlessGuard.Findings;
using ServerlessGuard.Resources;
using ServerlessGuard.Tables;

namespace ServerlessGuard.Notifications;

/// <summary>
/// Tells people what the outbox holds: one message per finding and route, changed as the finding changes; one digest for a burst. An entry
/// goes in the transaction that records what was told. A crash between a post and that transaction repeats one message; it never loses one.
/// </summary>
/// <remarks>
/// Slack has no promise that would make a repeated post harmless: chat.postMessage
/// (https://docs.slack.dev/reference/methods/chat.postMessage) documents no idempotency key, it names client_msg_id in two error codes
/// only. So messages carry metadata by which a double can be recognised, and that is all.
/// </remarks>
/// <param name="present">Asked once a run, since links are signed with a key that may have changed.</param>
/// <param name="own">Whose findings these are: the peer tells of its own.</param>
/// <param name="jitter">Evenly spread over 0 to 1.</param>
public sealed class Notifier(
    ITable table,
    IReadOnlyDictionary<ChatChannel, IChat> chats,
    NotificationSettings settings,
    Func<CancellationToken, ValueTask<IPresentation>> present,
    Provider own,
    TimeProvider time,
    Func<double> jitter)
{
    private const int MaxRounds = 5;

    /// <summary>
    /// One run over the accounts that owe messages. Bounded: it stops between messages when the token is cancelled or the number is
    /// reached.
    /// </summary>
    /// <param name="runId">Of this run: two runs at once have different ones.</param>
    /// <param name="maxMessages">At most so many posts and updates.</param>
    /// <exception cref="TableUnavailableException">As always.</exception>
    public async Task<NotifierReport> RunAsync(string runId, int maxMessages, CancellationToken cancellation)
    {
        var report = new NotifierReport { Left = maxMessages };
        var routes = Routing.Of(settings, chats.Keys);
        var presentation = await present(cancellation);
        var gate = new RouteGate(table, time, jitter, report);
        var index = new DueIndex(table, time);
        await foreach (var account in new DueWalk(table, time)
            .RunAsync([DueKind.Notify], account => Ownership.Owns(own, account.Partition), report.Next, cancellation))
        {
            if (report.Left <= 0 || cancellation.IsCancellationRequested)
            {
                break;
            }

            await TellAsync(account.Partition, runId, routes, presentation, gate, report, cancellation);
            if (!cancellation.IsCancellationRequested)
            {
                await index.SettleAsync(account, OutboxKind.Notify, cancellation);
            }
        }

        return report;
    }

    private async Task TellAsync(
        string partition, string runId, ImmutableArray<NotificationRoute> routes, IPresentation presentation, RouteGate gate,
        NotifierReport report, CancellationToken cancellation)
    {
        // Whoever was woken while the lease was held went away again: what woke them is looked for once more, or it would wait for the
        // schedule.
        var desk = new ChatDesk(table, partition, time, report);
        for (var round = 0; round < MaxRounds
            && await OutboxLease.TakeAsync(table, partition, OutboxKind.Notify, runId, time, cancellation) is { } lease; round++)
        {
            try
            {
                await new AccountNotifier(desk, chats, settings, routes, presentation, gate, lease).DrainAsync(cancellation);
            }
            finally
            {
                await lease.GiveBackAsync();
            }

            if (report.Left <= 0 || cancellation.IsCancellationRequested || (await desk.DueAsync([], cancellation)).Count == 0)
            {
                break;
            }
        }
    }
}

/// <summary>What one run did.</summary>
public sealed class NotifierReport
{
    public int Posted { get; internal set; }
    public int Updated { get; internal set; }
    public int Replied { get; internal set; }
    public int Digests { get; internal set; }
    public int Notices { get; internal set; }

    /// <summary>Kept for the end of the quiet hours.</summary>
    public int Held { get; internal set; }

    /// <summary>Set aside, with the reason, after too many refusals.</summary>
    public int SetAside { get; internal set; }

    /// <summary>Calls that failed and will be made again.</summary>
    public int Failed { get; internal set; }

    /// <summary>Of the last of them.</summary>
    public string? Fault { get; internal set; }

    /// <summary>When there is something to do again; null: nothing waits for a time.</summary>
    public DateTimeOffset? NextAt { get; private set; }

    internal int Left { get; set; }

    internal void Next(DateTimeOffset at) => NextAt = NextAt is { } known && known < at ? known : at;
}
