using ServerlessGuard.Findings;
using ServerlessGuard.Tables;

namespace ServerlessGuard.Notifications;

/// <summary>One account's outbox of messages: what is due, and what becomes of it. Rows only, no messages.</summary>
internal sealed class ChatDesk(ITable table, string partition, TimeProvider time, NotifierReport report)
{
    /// <summary>Held in memory at once.</summary>
    private const int MaxSubjects = 1000;

    /// <summary>More entries of one finding than that: the older ones say nothing that the newest does not.</summary>
    private const int MaxEntries = 20;
    private const int MaxRefusals = 5;

    private static readonly TimeSpan FirstDelay = TimeSpan.FromMinutes(1);

    public ITable Table => table;

    public string Partition => partition;

    public DateTimeOffset Now => time.GetUtcNow();

    public NotifierReport Report => report;

    /// <summary>What is due, oldest first.</summary>
    public async Task<List<Subject>> DueAsync(HashSet<string> except, CancellationToken cancellation)
    {
        var subjects = new Dictionary<string, Subject>(StringComparer.Ordinal);
        var order = new List<Subject>();
        var prefix = OutboxRows.Prefix(OutboxKind.Notify);
        var now = time.GetUtcNow();
        await foreach (var row in table.QueryAsync(partition, prefix, RowKeys.After(prefix), limit: null, cancellation))
        {
            var entry = OutboxRows.Read(row);
            var key = entry.Row ?? FindingKeys.Finding(RowKeys.Hash(entry.Resource), entry.RuleId);
            if (except.Contains(key))
            {
                continue;
            }

            if (entry.NextAttemptAt is { } next && next > now && !subjects.ContainsKey(key))
            {
                report.Next(next);
                continue;
            }

            if (!subjects.TryGetValue(key, out var subject))
            {
                if (order.Count == MaxSubjects)
                {
                    break;
                }

                subjects[key] = subject = new Subject(key);
                order.Add(subject);
            }

            subject.Entries.Add((row, entry));
        }

        return order;
    }

    /// <summary>The finding as it is now, whatever the entries asked for. Never older than they are: they were written with it.</summary>
    public async Task FindAsync(Subject subject, CancellationToken cancellation)
    {
        subject.Finding = await table.FindAsync(partition, subject.Key, cancellation) is { } row ? FindingRows.Finding(row) : null;
        while (subject.Entries.Count > MaxEntries)
        {
            var surplus = subject.Entries.Take(Math.Min(subject.Entries.Count - MaxEntries, ITable.MaxWrites)).ToList();
            if (!await table.CommitAsync(partition, [.. surplus.Select(one => new TableWrite.Delete(one.Row.Key, one.Row.Version))],
                cancellation))
            {
                return;
            }

            subject.Entries.RemoveRange(0, surplus.Count);
        }
    }

    /// <summary>The writes that end a subject; none while a route is still to be told.</summary>
    public static IEnumerable<TableWrite> Ending(Subject subject) => subject is { Open: 0, Waits: null, Refusal: null }
        ? subject.Entries.Take(ITable.MaxWrites / 2).Select(one => new TableWrite.Delete(one.Row.Key, one.Row.Version))
        : [];

    /// <summary>What was told, and the end of the entry where it was the last route.</summary>
    public async Task ToldAsync(Subject subject, params IEnumerable<TableWrite> writes)
    {
        List<TableWrite> all = [.. writes, .. Ending(subject)];

        // A post and its record are not torn apart by the deadline. False: another run was quicker, the next one looks again.
        subject.IsDone = all.Count > 0 && await table.CommitAsync(partition, all, CancellationToken.None) && Ending(subject).Any();
    }

    /// <summary>What a pass could not finish: later, or aside.</summary>
    public async Task PutBackAsync(Subject subject, CancellationToken cancellation)
    {
        if (subject.Refusal is { } reason)
        {
            var attempts = subject.Attempts + 1;
            if (attempts >= MaxRefusals)
            {
                await SetAsideAsync(subject, reason, cancellation);
                return;
            }

            await DeferAsync(subject, time.GetUtcNow() + FirstDelay * Math.Pow(2, attempts - 1), attempts, reason, cancellation);
        }
        else if (subject.Waits is { } until)
        {
            await DeferAsync(subject, until, subject.Attempts, fault: null, cancellation);
        }
    }

    private async Task DeferAsync(Subject subject, DateTimeOffset until, int attempts, string? fault, CancellationToken cancellation)
    {
        report.Next(until);
        foreach (var chunk in subject.Entries.Chunk(ITable.MaxWrites))
        {
            await table.CommitAsync(
                partition,
                [
                    .. chunk.Select(one => new TableWrite.Replace(OutboxRows.Row(
                        partition, one.Entry with { NextAttemptAt = until, Attempts = attempts, Fault = fault ?? one.Entry.Fault },
                        one.Row.Version))),
                ],
                cancellation);
        }
    }

    private async Task SetAsideAsync(Subject subject, string reason, CancellationToken cancellation)
    {
        foreach (var chunk in subject.Entries.Chunk(ITable.MaxWrites / 2))
        {
            var writes = new List<TableWrite>();
            foreach (var (row, entry) in chunk)
            {
                writes.Add(new TableWrite.Delete(row.Key, row.Version));
                writes.Add(new TableWrite.Put(OutboxRows.Row(partition, entry with { Fault = reason }, version: null) with
                    { Key = OutboxRows.SetAside(row.Key) }));
            }

            if (await table.CommitAsync(partition, writes, cancellation))
            {
                report.SetAside += chunk.Length;
            }
        }
    }
}
