using ServerlessGuard.Findings;
using ServerlessGuard.Tables;

namespace ServerlessGuard.Notifications;

/// <summary>A digest kept up to date, and what was told of it.</summary>
internal sealed partial class DigestMessages
{
    /// <summary>False: not said. Null: the message is gone; then there is nothing to keep up to date.</summary>
    private async Task<bool?> UpdateAsync(NotificationRoute route, ChatDigest digest, IReadOnlyList<Subject> about,
        CancellationToken cancellation)
    {
        var findings = new List<Finding>();
        foreach (var member in digest.Members)
        {
            if (await desk.Table.FindAsync(desk.Partition, member.Key, cancellation) is { } row)
            {
                findings.Add(FindingRows.Finding(row));
            }
        }

        try
        {
            var said = await line.UpdateAsync(route, about, digest.At!, () => present.Digest(route.Channel, findings));
            desk.Report.Updated += said ? 1 : 0;
            return said;
        }
        catch (ChatException)
        {
            return null;
        }
    }

    private async Task ToldAsync(string key, ChatReceipt? at, IReadOnlyList<Job> jobs, IReadOnlyList<TableWrite> first)
    {
        var writes = new List<TableWrite>(first);
        var subjects = new List<Subject>();
        foreach (var job in jobs)
        {
            job.Subject.Open--;
            var ending = ChatDesk.Ending(job.Subject).ToList();
            if (writes.Count + 1 + ending.Count > MaxWrites)
            {
                await CommitAsync(writes, subjects);
            }

            writes.Add(TableWrite.Guarded(ChatRows.Row(
                desk.Partition, job.ThreadKey, new ChatThread { At = at, Revision = job.Finding.Revision, ToldAt = desk.Now, Digest = key },
                job.ThreadRow?.Version)));
            writes.AddRange(ending);
            if (ending.Count > 0)
            {
                subjects.Add(job.Subject);
            }
        }

        await CommitAsync(writes, subjects);
    }

    private async Task CommitAsync(List<TableWrite> writes, List<Subject> ended)
    {
        if (writes.Count > 0 && await desk.Table.CommitAsync(desk.Partition, [.. writes], CancellationToken.None))
        {
            ended.ForEach(subject => subject.IsDone = true);
        }

        writes.Clear();
        ended.Clear();
    }

    private static DigestMember Member(Job job) => new(job.Subject.Key, job.Finding.Revision);
}
