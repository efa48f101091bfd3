using System.Collections.Immutable;
using System.Text.Json.Nodes;
using ServerlessGuard.Decisions;
using ServerlessGuard.Exemptions;
using ServerlessGuard.Federation;
using ServerlessGuard.Findings;
using ServerlessGuard.Guards;
using ServerlessGuard.Remediation;
using ServerlessGuard.Resources;
using ServerlessGuard.Tables;

namespace ServerlessGuard.Notifications;

/// <summary>What is no finding: the switch, a circuit breaker that opened, an exemption. Every route hears of it once.</summary>
internal sealed class NoticeMessages(ChatDesk desk, ChatLine line, NotificationSettings settings, ImmutableArray<NotificationRoute> routes,
    IPresentation present)
{
    public async Task TellAsync(Subject subject, CancellationToken cancellation)
    {
        if (subject.Key.StartsWith(CommandRows.Key(string.Empty), StringComparison.Ordinal))
        {
            await AskAsync(subject, cancellation);
            return;
        }

        // An entry of a later version, or a row that is gone: there is nothing that we could say.
        if (await SayingAsync(subject, cancellation) is not { } saying)
        {
            await desk.ToldAsync(subject);
            return;
        }

        var open = new List<(NotificationRoute Route, string Key)>();
        foreach (var route in routes.Where(Hears))
        {
            var key = ChatKeys.Notice(route.Name, subject.Key, saying.Revision);
            if (await desk.Table.FindAsync(desk.Partition, key, cancellation) is null)
            {
                open.Add((route, key));
            }
        }

        if (saying.CanWait && Routing.QuietUntil(settings.QuietHours, desk.Now) is { } until && open.Count > 0)
        {
            subject.WaitUntil(until);
            desk.Report.Held++;
            return;
        }

        subject.Open = open.Count;
        foreach (var (route, key) in open)
        {
            if (line.IsSpent
                || await line.PostAsync(route, [subject], inReplyTo: null, () => saying.Message(route.Channel)) is not { } receipt)
            {
                continue;
            }

            desk.Report.Notices++;
            subject.Open--;
            await desk.ToldAsync(subject,
                new TableWrite.Put(
                    ChatRows.NoticeRow(desk.Partition, key,
                        new ChatThread { At = receipt, Revision = saying.Revision, ToldAt = desk.Now })));
        }

        if (subject.Open == 0 && !subject.IsDone)
        {
            await desk.ToldAsync(subject);
        }
    }

    /// <summary>
    /// The question to one person, in a private message. Quiet hours do not matter: they have just clicked. A crash repeats it, and both
    /// links give one command.
    /// </summary>
    private async Task AskAsync(Subject subject, CancellationToken cancellation)
    {
        if (await desk.Table.FindAsync(desk.Partition, subject.Key, cancellation) is not { Kind: RowKind.Command } row
            || CommandRows.Read(row) is not { State: CommandState.AwaitsConfirmation, Question: { } question } asked
                || asked.ExpiresAt <= desk.Now
            || present.Asks(asked.By) is not { } channel)
        {
            await desk.ToldAsync(subject);
            return;
        }

        var finding = asked.FindingId is { } id && FindingId.RowKey(id) is { } key
            && await desk.Table.FindAsync(desk.Partition, key, cancellation) is { Kind: RowKind.Finding } about
            ? FindingRows.Finding(about)
            : null;

        // A route of its own for each person: somebody who cannot be reached is nobody else's trouble.
        var user = asked.By.Id[(asked.By.Id.IndexOf(':', StringComparison.Ordinal) + 1)..];
        var route = new NotificationRoute { Name = "question." + user, Channel = channel, Target = user };
        subject.Open = 1;
        if (!line.IsSpent
            && await line.PostAsync(route, [subject], inReplyTo: null, () => present.Question(asked, question, finding)) is not null)
        {
            desk.Report.Notices++;
            subject.Open--;
            await desk.ToldAsync(subject);
        }
    }

    private async Task<Saying?> SayingAsync(Subject subject, CancellationToken cancellation)
    {
        var key = subject.Key;
        var row = await desk.Table.FindAsync(desk.Partition, key, cancellation);
        switch (row?.Kind)
        {
            case RowKind.Breaker:
                var count = BreakerRows.Read(row).Fixes;
                return new Saying(0, CanWait: false, channel => present.Breaker(channel, desk.Partition, key.Split(':')[1], count));
            case RowKind.Control:
                var control = ControlRows.Read(row);
                var provider = Enum.Parse<Provider>(desk.Partition.Split(':')[0], ignoreCase: true);
                return new Saying(control.Revision, CanWait: false, channel => present.Control(channel, provider, control));
            case RowKind.Peer when PeerRows.Note(row) is { Alarm: not null } note:
                var peer = Ownership.Other(Enum.Parse<Provider>(desk.Partition.Split(':')[0], ignoreCase: true));
                return new Saying(0, CanWait: false, channel => present.Peer(channel, peer, note));
            case RowKind.Exemption:
                var exemption = ExemptionRows.Read(row);
                return new Saying(exemption.Revision, CanWait: true, channel => present.Exemption(channel, exemption));
            default:
                return null;
        }
    }

    /// <summary>A route for single rules or owners is not the operators'.</summary>
    private bool Hears(NotificationRoute route) =>
        route.Rules.IsEmpty && route.Owners.IsEmpty
            && (route.Accounts.IsEmpty || RowKeys.IsDeployment(desk.Partition)
                || route.Accounts.Any(account => desk.Partition.EndsWith(":" + account, StringComparison.OrdinalIgnoreCase)));

    private sealed record Saying(long Revision, bool CanWait, Func<ChatChannel, JsonObject> Message);
}
