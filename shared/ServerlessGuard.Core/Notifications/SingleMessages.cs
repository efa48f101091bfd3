using ServerlessGuard.Tables;

namespace ServerlessGuard.Notifications;

/// <summary>One finding, one message, from its opening to its end.</summary>
internal sealed class SingleMessages(ChatDesk desk, ChatLine line, IPresentation present)
{
    /// <summary>True when it was said.</summary>
    /// <param name="burst">What is remembered about the burst, in the same transaction.</param>
    public async Task<bool> PostAsync(Job job, TableWrite? burst, CancellationToken cancellation)
    {
        var story = await job.Subject.StoryAsync(desk.Table, cancellation);
        if (job.ThreadRow is null)
        {
            // Before the post: should this process die, and the finding be resolved before the next one comes, its end must be told all the
            // same.
            var begun = ChatRows.Row(desk.Partition, job.ThreadKey, new ChatThread { Revision = 0, ToldAt = desk.Now }, version: null);
            if (!await desk.Table.CommitAsync(desk.Partition, [new TableWrite.Insert(begun)], cancellation))
            {
                return false;
            }

            job = job with { ThreadRow = await desk.Table.FindAsync(desk.Partition, job.ThreadKey, cancellation) };
        }

        var receipt =
            await line.PostAsync(job.Route, [job.Subject], inReplyTo: null, () => present.Finding(job.Route.Channel, job.Finding, story));
        if (receipt is null)
        {
            await ForgetAsync(job);
            return false;
        }

        desk.Report.Posted++;
        job.Subject.Open--;
        var thread = Told(job, receipt, digest: null);
        await desk.ToldAsync(job.Subject, burst is null ? [thread] : [thread, burst]);
        return true;
    }

    /// <summary>The message as the finding is now, and a line in its thread for what an edit would hide.</summary>
    public async Task FollowAsync(Job job, CancellationToken cancellation)
    {
        var at = job.Thread!.At!;
        var story = await job.Subject.StoryAsync(desk.Table, cancellation);
        try
        {
            if (!await line.UpdateAsync(job.Route, [job.Subject], at, () => present.Finding(job.Route.Channel, job.Finding, story)))
            {
                return;
            }
        }
        catch (ChatException)
        {
            // Somebody deleted the message: the finding goes on in another one.
            await PostAsync(job, burst: null, cancellation);
            return;
        }

        desk.Report.Updated++;
        foreach (var step in job.Delivery.Replies)
        {
            if (await line.PostAsync(job.Route, [job.Subject], at, () => present.Reply(job.Route.Channel, job.Finding, step)) is null)
            {
                return;
            }

            desk.Report.Replied++;
        }

        job.Subject.Open--;
        await desk.ToldAsync(job.Subject, Told(job, at, digest: null));
    }

    /// <summary>It was certainly not posted: nobody was told.</summary>
    private async Task ForgetAsync(Job job)
    {
        if (job is { Thread: null, ThreadRow: { } begun, Subject.IsUncertain: false })
        {
            await desk.Table.CommitAsync(desk.Partition, [new TableWrite.Delete(begun.Key, begun.Version)], CancellationToken.None);
        }
    }

    private TableWrite Told(Job job, ChatReceipt at, string? digest) => TableWrite.Guarded(ChatRows.Row(
        desk.Partition, job.ThreadKey, new ChatThread { At = at, Revision = job.Finding.Revision, ToldAt = desk.Now, Digest = digest },
        job.ThreadRow?.Version));
}
