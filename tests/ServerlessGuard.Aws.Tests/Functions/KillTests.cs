using ServerlessGuard.Findings;
using ServerlessGuard.Tables;
using ServerlessGuard.Testing;

namespace ServerlessGuard.Aws.Tests.Functions;

/// <summary>
/// A process that dies before or after any of its commits, from the event to the fix; then everything is delivered again, as the queues and the schedule do. The end is
/// the same as without the kill, with the same number of fixes.
/// </summary>
public sealed class KillTests
{
    private static readonly (string, string) Enforce = GuardYaml.Mode("enforce");

    public static TheoryData<int, string> Kills
    {
        get
        {
            var kills = new TheoryData<int, string>();
            for (var commit = 0; commit < 8; commit++)
            {
                kills.Add(commit, "before");
                kills.Add(commit, "after");
            }

            return kills;
        }
    }

    [Theory]
    [MemberData(nameof(Kills))]
    public async Task A_kill_at_any_commit_changes_nothing_in_the_end(int commit, string point)
    {
        var (expected, _, _) = await Run(kill: null);
        var (table, bucket, killed) = await Run((commit, point));
        Assert.Equal(expected, table);
        Assert.Equal(1, bucket.Writes);
        Assert.True(killed, "the flow has fewer commits than this test kills");
    }

    private static async Task<(string Table, OneWordBucket Bucket, bool Killed)> Run((int Commit, string Point)? kill)
    {
        var time = new ManualTime(Samples.At.AddMinutes(1));
        var table = new MemoryTable();
        var bucket = new OneWordBucket("block-public-access");
        var seen = 0;
        var killed = false;
        table.OnCommit = point =>
        {
            if (kill is { } at && point == at.Point && seen++ == at.Commit)
            {
                killed = true;
                throw new IOException("killed");
            }
        };

        // The event, until the queue has no more of it.
        var deliveries = 0;
        while ((await new Host("scan", table: table, time: time, environment: [Enforce]).BatchAsync(Samples.EventBridge(Samples.Bucket()))).Length > 0)
        {
            Assert.True(++deliveries < 5);
        }

        // The kick may have died with the process: the schedule finds the entry, until the outbox is empty of it.
        for (var round = 0; round < 5; round++)
        {
            time.Now += TimeSpan.FromHours(2);
            var outbox = new Host("outbox", table: table, time: time, environment: [Enforce]);
            try
            {
                await outbox.InvokeAsync("{}");
            }
            catch (IOException)
            {
                continue;
            }

            foreach (var (_, body) in outbox.Api.Messages.Where(message => message.Body.Contains("SG-STOR-001", StringComparison.Ordinal)))
            {
                await new Host("remediate", table: table, remediators: [bucket], time: time, environment: [Enforce]).BatchAsync(body);
            }
        }

        var rows = table.Rows.Where(row => row.Key.Contains("SG-STOR-001", StringComparison.Ordinal) || row.Kind is RowKind.Summary)
            .Where(row => row.Kind is not (RowKind.Breaker or RowKind.Outbox)).ToList();
        Assert.DoesNotContain(table.Rows, row => row.Kind is RowKind.Outbox && row.Key.Contains("SG-STOR-001", StringComparison.Ordinal));
        var finding = FindingRows.Finding(rows.Single(row => row.Kind is RowKind.Finding));
        Assert.Single(finding.Treatment!.Fixes);
        return ($"{finding.Status} {finding.Treatment.State} {finding.Revision}\n" + string.Join('\n', rows.Select(Shape).Order(StringComparer.Ordinal)), bucket, killed);
    }

    /// <summary>Everything but the times at which a later delivery did it.</summary>
    private static string Shape(TableRow row) => row.Kind switch
    {
        RowKind.Event => $"event {FindingRows.Event(row).Step} {FindingRows.Event(row).Revision}",
        RowKind.Summary => $"summary {string.Join(',', FindingRows.Summary(row).Counts.Select(count => $"{count.Key}={count.Value}"))}",
        _ => $"{row.Kind}",
    };
}
