using System.Collections.Immutable;
using ServerlessGuard.Findings;
using ServerlessGuard.Tables;

namespace ServerlessGuard.Notifications;

/// <summary>One account's messages, pass by pass, until nothing is due that can be said now.</summary>
internal sealed class AccountNotifier(
    ChatDesk desk,
    IReadOnlyDictionary<ChatChannel, IChat> chats,
    NotificationSettings settings,
    ImmutableArray<NotificationRoute> routes,
    IPresentation present, RouteGate gate, OutboxLease lease)
{
    private readonly ChatLine _line = new(chats, gate, desk.Report);

    public async Task DrainAsync(CancellationToken cancellation)
    {
        // What this run has looked at and left: the next run's.
        var left = new HashSet<string>(StringComparer.Ordinal);
        while (await GoesOnAsync(cancellation))
        {
            var subjects = await desk.DueAsync(left, cancellation);
            if (subjects.Count == 0)
            {
                return;
            }

            await TellAsync(subjects, cancellation);
            foreach (var subject in subjects.Where(subject => !subject.IsDone))
            {
                await desk.PutBackAsync(subject, CancellationToken.None);
                left.Add(subject.Key);
            }
        }

        desk.Report.Next(desk.Now);
    }

    private async Task<bool> GoesOnAsync(CancellationToken cancellation) =>
        !cancellation.IsCancellationRequested && !_line.IsSpent && await lease.HoldsAsync(cancellation);

    private async Task TellAsync(List<Subject> subjects, CancellationToken cancellation)
    {
        var notices = new NoticeMessages(desk, _line, settings, routes, present);
        var jobs = new List<Job>();
        foreach (var subject in subjects)
        {
            if (subject.IsRow)
            {
                await notices.TellAsync(subject, cancellation);
                continue;
            }

            await desk.FindAsync(subject, cancellation);
            jobs.AddRange(await JobsAsync(subject, cancellation));
            if (subject.Open == 0)
            {
                await desk.ToldAsync(subject);
            }
        }

        var singles = new SingleMessages(desk, _line, present);
        var digests = new DigestMessages(desk, _line, present);
        var bursts = new Bursts(desk, _line, settings, singles, digests);
        foreach (var route in jobs.GroupBy(job => job.Route))
        {
            foreach (var digest in route.Where(job => job is { Delivery.Kind: DeliveryKind.Update, Thread.Digest: not null })
                .GroupBy(job => job.Thread!.Digest!, StringComparer.Ordinal))
            {
                if (await GoesOnAsync(cancellation))
                {
                    await digests.FollowAsync(route.Key, digest.Key, [.. digest], settings.DigestFrom, cancellation);
                }
            }

            foreach (var job in route.Where(job => job is { Delivery.Kind: DeliveryKind.Update, Thread.Digest: null }))
            {
                if (await GoesOnAsync(cancellation))
                {
                    await singles.FollowAsync(job, cancellation);
                }
            }

            foreach (var rule in route.Where(job => job.Delivery.Kind is DeliveryKind.New)
                .GroupBy(job => Routing.Rule(job.Finding), StringComparer.Ordinal))
            {
                await bursts.TellAsync(route.Key, rule.Key, [.. rule], () => GoesOnAsync(cancellation), cancellation);
            }
        }
    }

    private async Task<List<Job>> JobsAsync(Subject subject, CancellationToken cancellation)
    {
        var jobs = new List<Job>();
        if (subject.Finding is not { } finding)
        {
            return jobs;
        }

        foreach (var route in routes)
        {
            var row = await desk.Table.FindAsync(desk.Partition, ChatKeys.Thread(route.Name, finding), cancellation);
            var thread = ChatRows.Thread(row) ?? await FromDigestAsync(route, finding, cancellation);
            var story = thread is null ? [] : await subject.StoryAsync(desk.Table, cancellation);
            var job = new Job(subject, route, row, thread,
                Delivery.Of(finding, thread, story, route, _line.CanUpdate(route), settings, desk.Now));
            switch (job.Delivery.Kind)
            {
                case DeliveryKind.Nothing when row is null && thread is not null:
                    await RememberAsync(job, thread, cancellation);
                    break;
                case DeliveryKind.Nothing:
                    break;
                case DeliveryKind.Hold:
                    subject.WaitUntil(job.Delivery.Until!.Value);
                    desk.Report.Held++;
                    break;
                case DeliveryKind.Record:
                    await RememberAsync(job, thread! with { Revision = finding.Revision }, cancellation);
                    break;
                case DeliveryKind.Update or DeliveryKind.New when await _line.ClosedAsync(route, cancellation) is { } until:
                    subject.WaitUntil(until);
                    break;
                case DeliveryKind.Update or DeliveryKind.New:
                    subject.Open++;
                    jobs.Add(job);
                    break;
            }
        }

        return jobs;
    }

    private Task<bool> RememberAsync(Job job, ChatThread thread, CancellationToken cancellation) => desk.Table.CommitAsync(
        desk.Partition, [TableWrite.Guarded(ChatRows.Row(desk.Partition, job.ThreadKey, thread, job.ThreadRow?.Version))], cancellation);

    /// <summary>What a digest told of a finding, in a run that was killed before it had written all of it down.</summary>
    private async Task<ChatThread?> FromDigestAsync(NotificationRoute route, Finding finding, CancellationToken cancellation)
    {
        var burst = ChatRows.Burst(
            await desk.Table.FindAsync(desk.Partition, ChatKeys.Burst(route.Name, Routing.Rule(finding)), cancellation));
        var digest = burst?.Digest is { } key ? ChatRows.Digest(await desk.Table.FindAsync(desk.Partition, key, cancellation)) : null;
        return digest?.Members.FirstOrDefault(member => member.Key == FindingKeys.Finding(finding)) is { } told
            ? new ChatThread
                { At = digest.At, Revision = digest.At is null ? 0 : told.Revision, ToldAt = burst!.DigestAt ?? desk.Now,
                    Digest = burst.Digest }
            : null;
    }
}
