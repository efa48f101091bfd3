using ServerlessGuard.Tables;

namespace ServerlessGuard.Notifications;

/// <summary>
/// New messages about one rule on one route: a few go out as they come, many at once wait a window and go out as one digest, and what comes
/// drop by drop is bounded per window too.
/// </summary>
internal sealed class Bursts(ChatDesk desk, ChatLine line, NotificationSettings settings, SingleMessages singles, DigestMessages digests)
{
    /// <param name="jobs">Oldest first.</param>
    public async Task TellAsync(NotificationRoute route, string rule, List<Job> jobs, Func<Task<bool>> goesOn,
        CancellationToken cancellation)
    {
        var key = ChatKeys.Burst(route.Name, rule);
        var burst = ChatRows.Burst(await desk.Table.FindAsync(desk.Partition, key, cancellation));
        if (burst?.Digest is { } latest && ChatRows.Digest(await desk.Table.FindAsync(desk.Partition, latest, cancellation)) is { } digest)
        {
            if (burst.DigestAt + settings.DigestWindow > desk.Now && line.CanUpdate(route) && await goesOn()
                && await digests.JoinAsync(route, latest, digest, jobs, cancellation))
            {
                return;
            }
        }

        var window = burst is not null && burst.WindowFrom + settings.DigestWindow > desk.Now
            ? burst
            : new ChatBurst { WindowFrom = desk.Now, Messages = 0, Digest = burst?.Digest, DigestAt = burst?.DigestAt };
        if (jobs.Count >= settings.DigestFrom)
        {
            await DigestAsync(route, rule, key, jobs, window, goesOn);
            return;
        }

        foreach (var job in jobs)
        {
            if (window.Messages >= settings.DigestFrom - 1)
            {
                desk.Report.Next(window.WindowFrom + settings.DigestWindow);
                return;
            }

            var next = window with { Messages = window.Messages + 1 };
            if (!await goesOn() || await line.ClosedAsync(route, cancellation) is { } until && Wait(job, until))
            {
                continue;
            }

            window = await singles.PostAsync(job, new TableWrite.Put(ChatRows.Row(desk.Partition, key, next)), cancellation)
                ? next
                : window;
        }
    }

    private async Task DigestAsync(NotificationRoute route, string rule, string key, List<Job> jobs, ChatBurst window,
        Func<Task<bool>> goesOn)
    {
        var due = jobs.Min(job => job.Subject.Since) + settings.DigestWindow;

        // A channel that cannot be edited gets one digest a window, however long the burst lasts.
        if (!line.CanUpdate(route) && window.DigestAt is { } last && last + settings.DigestWindow > due)
        {
            due = last + settings.DigestWindow;
        }

        if (due > desk.Now)
        {
            desk.Report.Next(due);
            return;
        }

        foreach (var part in jobs.Chunk(DigestMessages.MaxMembers))
        {
            if (!await goesOn())
            {
                return;
            }

            var digest = ChatKeys.Digest(route.Name, rule, desk.Now)
                + (part[0] == jobs[0] ? string.Empty : ":" + RowKeys.Hash(part[0].Finding.Resource));
            var after = new ChatBurst { WindowFrom = desk.Now, Messages = settings.DigestFrom - 1, Digest = digest, DigestAt = desk.Now };
            if (!await digests.PostAsync(route, digest, part, new TableWrite.Put(ChatRows.Row(desk.Partition, key, window)),
                new TableWrite.Put(ChatRows.Row(desk.Partition, key, after))))
            {
                return;
            }

            window = after;
        }
    }

    private static bool Wait(Job job, DateTimeOffset until)
    {
        job.Subject.WaitUntil(until);
        return true;
    }
}
