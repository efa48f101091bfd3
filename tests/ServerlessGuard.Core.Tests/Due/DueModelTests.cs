using ServerlessGuard.Due;
using ServerlessGuard.Findings;
using ServerlessGuard.Resources;
using ServerlessGuard.Tables;
using ServerlessGuard.Testing;
using ServerlessGuard.Tests.Findings;
using ServerlessGuard.Tests.Remediation;

namespace ServerlessGuard.Tests.Due;

/// <summary>Writers in several processes, walks that stop and die anywhere, and time: what is due always has a mark that says so.</summary>
public sealed class DueModelTests
{
    private static readonly CancellationToken Cancel = CancellationToken.None;
    private static readonly OutboxKind[] Kinds = [OutboxKind.Command, OutboxKind.Notify, OutboxKind.Remediate];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Nothing_that_is_due_is_ever_without_a_mark(int seed)
    {
        var random = new Random(seed);
        var table = new MemoryTable();
        var time = new ManualTime(Some.Start);
        await new DueCensus(table, time).RunAsync(Provider.Aws, DateTimeOffset.MaxValue, Cancel);
        var processes = Enumerable.Range(0, 3).Select(_ => new CountingTable(table)).ToList();
        List<DueAccount> read = [];
        for (var step = 0; step < 4000; step++)
        {
            var account = $"aws:00000000000{random.Next(4)}";
            var kind = Kinds[random.Next(Kinds.Length)];
            var killed = random.Next(5) == 0 ? random.Next(4) : -1;
            table.OnCommit = point => _ = killed >= 0 && killed-- == 0 ? throw new KilledException() : 0;
            try
            {
                switch (random.Next(7))
                {
                    case 0 or 1:
                        await WriteAsync(processes[random.Next(processes.Count)], account, kind, step, time);
                        break;
                    case 2:
                        await PutOffOrEndAsync(table, random, account, time);
                        break;
                    case 3:
                        // A walk of another process has read the marks, and takes its time.
                        read = await new DueIndex(table, time).ListAsync([DueIndex.Of(kind)], Cancel);
                        break;
                    case 4:
                        foreach (var one in read)
                        {
                            await new DueIndex(table, time).SettleAsync(one, Kinds.Single(of => DueIndex.Of(of) == one.Kind), Cancel);
                        }

                        break;
                    case 5:
                        await new DueCensus(table, time).RunAsync(Provider.Aws, DateTimeOffset.MaxValue, Cancel);
                        break;
                    case 6:
                        time.Now += TimeSpan.FromSeconds(random.Next(200));
                        break;
                }
            }
            catch (KilledException)
            {
            }

            table.OnCommit = null;
            await AssertAllMarkedAsync(table, time);
        }
    }

    private static Task<bool> WriteAsync(ITable process, string account, OutboxKind kind, int step, ManualTime time) => process.CommitMarkedAsync(
        account, [new TableWrite.Put(OutboxRows.Row(account, OutboxEntry.OfRow(kind, account, $"m:{step}", time.Now), version: null))], time.Now, Cancel);

    private static async Task PutOffOrEndAsync(MemoryTable table, Random random, string account, ManualTime time)
    {
        foreach (var row in table.Rows.Where(row => row.Kind is RowKind.Outbox && row.Partition == account).ToList())
        {
            var entry = OutboxRows.Read(row);
            if (random.Next(2) == 0)
            {
                await table.CommitAsync(account, [new TableWrite.Delete(row.Key, row.Version)], Cancel);
            }
            else if (DueIndex.DueAt(entry) <= time.Now)
            {
                var later = entry with { NextAttemptAt = time.Now.AddSeconds(1 + random.Next(4000)) };
                await table.CommitMarkedAsync(account, [new TableWrite.Replace(OutboxRows.Row(account, later, row.Version))], time.Now, Cancel);
            }
        }
    }

    private static async Task AssertAllMarkedAsync(MemoryTable table, ManualTime time)
    {
        foreach (var kind in Kinds)
        {
            var marked = (await new DueIndex(table, time).ListAsync([DueIndex.Of(kind)], Cancel)).Where(account => account.IsDue(time.Now)).Select(account => account.Partition).ToHashSet(StringComparer.Ordinal);
            var prefix = OutboxRows.Prefix(kind);
            Assert.All(
                table.Rows.Where(row => row.Key.StartsWith(prefix, StringComparison.Ordinal) && DueIndex.DueAt(OutboxRows.Read(row)) <= time.Now),
                row => Assert.Contains(row.Partition, marked));
        }
    }
}
