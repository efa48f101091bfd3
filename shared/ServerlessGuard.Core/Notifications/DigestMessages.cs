using ServerlessGuard.Tables;

namespace ServerlessGuard.Notifications;

/// <summary>One message about many findings of one rule, followed as they change.</summary>
internal sealed partial class DigestMessages(ChatDesk desk, ChatLine line, IPresentation present)
{
    /// <summary>More than that is another digest.</summary>
    public const int MaxMembers = 500;

    /// <summary>Entries, thread and digest rows of a chunk stay below a transaction's limit.</summary>
    private const int MaxWrites = ITable.MaxWrites - 2;

    /// <summary>True when it was said.</summary>
    /// <param name="key">The digest's row; it must not exist yet.</param>
    /// <param name="jobs">New messages that it takes the place of.</param>
    /// <param name="before">What is remembered about the burst, should it not be said.</param>
    /// <param name="after">What is remembered about the burst, with this digest.</param>
    public async Task<bool> PostAsync(NotificationRoute route, string key, IReadOnlyList<Job> jobs, TableWrite before, TableWrite after)
    {
        // Before the post, as for a single message: should this process die, what the digest may have told of is known.
        var begun = new ChatDigest { Members = [.. jobs.Select(job => new DigestMember(job.Subject.Key, 0))] };
        if (!await desk.Table.CommitAsync(desk.Partition,
            [new TableWrite.Insert(ChatRows.Row(desk.Partition, key, begun, desk.Now)), after], CancellationToken.None))
        {
            return false;
        }

        var receipt = await line.PostAsync(
            route, [.. jobs.Select(job => job.Subject)], inReplyTo: null,
            () => present.Digest(route.Channel, [.. jobs.Select(job => job.Finding)]));
        if (receipt is null)
        {
            if (!jobs[0].Subject.IsUncertain)
            {
                await desk.Table.CommitAsync(desk.Partition, [new TableWrite.Delete(key, Version: null), before], CancellationToken.None);
            }

            return false;
        }

        desk.Report.Digests++;
        var digest = new ChatDigest { At = receipt, Members = [.. jobs.Select(Member)] };
        await ToldAsync(key, receipt, jobs, [new TableWrite.Put(ChatRows.Row(desk.Partition, key, digest, desk.Now))]);
        return true;
    }

    /// <summary>More findings of the same burst: the digest grows. False when it cannot: full, not editable, deleted.</summary>
    public async Task<bool> JoinAsync(NotificationRoute route, string key, ChatDigest digest, IReadOnlyList<Job> jobs,
        CancellationToken cancellation)
    {
        var joining = jobs.Select(job => job.Subject.Key).ToHashSet(StringComparer.Ordinal);
        var stays = digest.Members.Where(member => !joining.Contains(member.Key)).ToList();
        if (digest.At?.Ts is null || stays.Count + joining.Count > MaxMembers)
        {
            return false;
        }

        var begun = digest with { Members = [.. stays, .. joining.Select(member => new DigestMember(member, 0))] };
        await desk.Table.CommitAsync(desk.Partition, [new TableWrite.Put(ChatRows.Row(desk.Partition, key, begun, desk.Now))],
            cancellation);
        switch (await UpdateAsync(route, begun, [.. jobs.Select(job => job.Subject)], cancellation))
        {
            case null:
                return false;
            case true:
                await ToldAsync(key, digest.At, jobs,
                    [new TableWrite.Put(
                        ChatRows.Row(desk.Partition, key, digest with { Members = [.. stays, .. jobs.Select(Member)] }, desk.Now))]);
                return true;
            default:
                return true;
        }
    }

    /// <summary>
    /// Its findings changed: the digest shows it, and a line in its thread what an edit would hide, unless that were a burst again.
    /// </summary>
    public async Task FollowAsync(NotificationRoute route, string key, IReadOnlyList<Job> jobs, int digestFrom,
        CancellationToken cancellation)
    {
        var digest = ChatRows.Digest(await desk.Table.FindAsync(desk.Partition, key, cancellation));
        var at = jobs[0].Thread!.At!;
        bool? said = digest is null ? null : await UpdateAsync(route, digest, [.. jobs.Select(job => job.Subject)], cancellation);
        if (said is false)
        {
            return;
        }

        var replies = jobs.SelectMany(job => job.Delivery.Replies.Select(step => (job, step))).ToList();
        foreach (var (job, step) in said is true && replies.Count < digestFrom ? replies : [])
        {
            if (await line.PostAsync(route, [job.Subject], at, () => present.Reply(route.Channel, job.Finding, step)) is not null)
            {
                desk.Report.Replied++;
            }
        }

        await ToldAsync(key, at, [.. jobs.Where(job => job.Subject is { Waits: null, Refusal: null })], []);
    }
}
