using ServerlessGuard.Decisions;
using ServerlessGuard.Due;
using ServerlessGuard.Engine;
using ServerlessGuard.Exemptions;
using ServerlessGuard.Findings;
using ServerlessGuard.Recording;
using ServerlessGuard.Resources;
using ServerlessGuard.Tables;
using ServerlessGuard.Testing;
using ServerlessGuard.Tests.Findings;
using ServerlessGuard.Tests.Remediation;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Tests.Due;

public sealed class DueIndexTests
{
    private static readonly CancellationToken Cancel = CancellationToken.None;

    private readonly MemoryTable _table = new();
    private readonly ManualTime _time = new(Some.Start);

    [Fact]
    public async Task A_mark_that_a_writer_relies_on_is_not_taken_away()
    {
        await CompleteAsync();
        var writer = new CountingTable(_table);
        await OweAsync(writer, Some.Partition, "one");
        var touched = Mark(DueKind.Notify, Some.Partition);
        await DoneAsync(Some.Partition);
        _time.Now += DueMarks.Trust - TimeSpan.FromSeconds(1);
        await SettleAllAsync();
        Assert.Equal(touched, Mark(DueKind.Notify, Some.Partition));

        // Within the trust nothing is marked, and what is written all the same is found.
        await OweAsync(writer, Some.Partition, "two");
        Assert.Equal(touched, Mark(DueKind.Notify, Some.Partition));
        Assert.Equal([Some.Partition], await DueAsync());
        await DoneAsync(Some.Partition);
        _time.Now = Some.Start + DueMarks.Rest;
        await SettleAllAsync();
        Assert.Null(Mark(DueKind.Notify, Some.Partition));

        // And then the writer does not believe that it is there.
        await OweAsync(writer, Some.Partition, "three");
        Assert.Equal([Some.Partition], await DueAsync());
    }

    [Fact]
    public async Task A_writer_that_comes_while_an_empty_account_is_looked_at_keeps_its_mark()
    {
        await CompleteAsync();
        await OweAsync(_table, Some.Partition, "one");
        await DoneAsync(Some.Partition);
        _time.Now += DueMarks.Rest;
        var index = new DueIndex(_table, _time);
        var read = Assert.Single(await index.ListAsync([DueKind.Notify], Cancel));
        await DueMarks.TouchAsync(_table, DueKind.Notify, Some.Partition, _time.Now, Cancel);
        await index.SettleAsync(read, OutboxKind.Notify, Cancel);
        Assert.NotNull(Mark(DueKind.Notify, Some.Partition));
    }

    [Fact]
    public async Task Killed_between_the_mark_and_what_it_is_for_a_mark_too_many_is_left_and_goes()
    {
        await CompleteAsync();
        var commits = 0;
        _table.OnCommit = point => _ = point == "before" && ++commits == 2 ? throw new KilledException() : 0;
        await Assert.ThrowsAsync<KilledException>(() => OweAsync(_table, Some.Partition, "one"));
        _table.OnCommit = null;
        Assert.Equal([Some.Partition], await DueAsync());
        _time.Now += DueMarks.Rest;
        await SettleAllAsync();
        Assert.Empty(await DueAsync());
    }

    [Fact]
    public async Task An_account_whose_entries_all_wait_costs_nothing_until_the_first_is_due_and_is_counted_all_the_same()
    {
        await CompleteAsync();
        await OweAsync(_table, Some.Partition, "one");
        var row = Assert.Single(_table.Rows, row => row.Kind is RowKind.Outbox);
        var later = OutboxRows.Read(row) with { NextAttemptAt = Some.Start.AddHours(1) };
        await _table.CommitMarkedAsync(Some.Partition, [new TableWrite.Replace(OutboxRows.Row(Some.Partition, later, row.Version))], _time.Now, Cancel);
        _time.Now += DueMarks.Rest;
        await SettleAllAsync();
        Assert.Empty(await DueAsync());
        var counting = new CountingTable(_table);
        Assert.Equal(new OutboxDepth(1, DueMarks.Rest, IsWhole: true), await new OutboxWalk(counting, Provider.Aws, _time, () => 0.5).DepthAsync(OutboxKind.Notify, 10, Cancel));
        Assert.Equal(2, counting.Calls);
        _time.Now = Some.Start.AddHours(1);
        Assert.Equal([Some.Partition], await DueAsync());
    }

    [Fact]
    public async Task What_an_earlier_version_left_without_a_mark_is_found_at_once_and_marked_once()
    {
        for (var i = 0; i < 9; i++)
        {
            var account = $"aws:00000000000{i}";
            await _table.CommitAsync(RowKeys.Directory, [new TableWrite.Insert(AccountRows.Row(account))], Cancel);
            await _table.CommitAsync(account, [new TableWrite.Put(Entry(account, "one"))], Cancel);
        }

        Assert.Equal(9, (await DueAsync()).Count);
        await new DueCensus(_table, _time).RunAsync(Provider.Aws, DateTimeOffset.MaxValue, Cancel);
        Assert.Equal(9, _table.Rows.Count(row => row.Key.StartsWith(DueRows.Prefix(DueKind.Notify), StringComparison.Ordinal)));
        Assert.Equal(9, (await DueAsync()).Count);

        // An instance of the earlier version writes on while the new one is deployed: the next census, a few accounts a run, finds it.
        await _table.CommitAsync(RowKeys.Directory, [new TableWrite.Insert(AccountRows.Row("aws:000000000009"))], Cancel);
        await _table.CommitAsync("aws:000000000009", [new TableWrite.Put(Entry("aws:000000000009", "one"))], Cancel);
        for (var run = 0; run < 20; run++)
        {
            _time.Now += TimeSpan.FromMinutes(1);
            await new DueCensus(_table, _time).RunAsync(Provider.Aws, DateTimeOffset.MaxValue, Cancel);
        }

        Assert.Equal(10, (await DueAsync()).Count);
    }

    [Fact]
    public async Task A_census_that_is_out_of_time_goes_on_where_it_stopped()
    {
        for (var i = 0; i < 9; i++)
        {
            await _table.CommitAsync(RowKeys.Directory, [new TableWrite.Insert(AccountRows.Row($"aws:00000000000{i}"))], Cancel);
        }

        var slow = new ManualTime(Some.Start) { Step = TimeSpan.FromSeconds(1) };
        var runs = 0;
        do
        {
            runs++;
            await new DueCensus(_table, slow).RunAsync(Provider.Aws, slow.Now + TimeSpan.FromSeconds(5), Cancel);
        }
        while (!SweepRows.Read(_table.Rows.Single(row => row.Key == "sweep:due")).Complete);
        Assert.InRange(runs, 2, 10);
        Assert.Equal(9, SweepRows.Read(_table.Rows.Single(row => row.Key == "sweep:due")).Queued);
    }

    [Fact]
    public async Task A_walk_that_stops_early_goes_on_after_the_last_account_and_a_busy_one_keeps_nobody_waiting()
    {
        await CompleteAsync();
        var accounts = Enumerable.Range(0, 7).Select(i => $"aws:00000000000{i}").ToList();
        foreach (var account in accounts)
        {
            await OweAsync(_table, account, "one");
        }

        var visited = new List<string>();
        for (var run = 0; run < 4; run++)
        {
            var left = 2;
            await foreach (var account in new DueWalk(_table, _time).RunAsync([DueKind.Notify], _ => true, later: null, Cancel))
            {
                if (left-- == 0)
                {
                    break;
                }

                visited.Add(account.Partition);
            }
        }

        Assert.Equal([.. accounts, accounts[0]], visited);
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("null")]
    [InlineData("""{"at":"never"}""")]
    public async Task A_planted_mark_hides_nothing_and_stops_no_walk(string document)
    {
        await CompleteAsync();
        await OweAsync(_table, "aws:000000000001", "one");
        await _table.CommitAsync(RowKeys.Directory, [new TableWrite.Put(new TableRow(RowKeys.Directory, DueRows.Key(DueKind.Notify, "aws:000000000000"), RowKind.Due, document))], Cancel);
        Assert.Equal(["aws:000000000000", "aws:000000000001"], await DueAsync());
    }

    [Fact]
    public async Task A_planted_row_among_the_waiting_approvals_stops_no_walk()
    {
        await CompleteAsync();
        await _table.CommitAsync(RowKeys.Directory, [new TableWrite.Put(AccountRows.Row(Some.Partition))], Cancel);
        await _table.CommitAsync(Some.Partition, [new TableWrite.Put(new TableRow(Some.Partition, "e:x", RowKind.Due, "{}"))], Cancel);
        await DueMarks.TouchAsync(_table, DueKind.Time, Some.Partition, _time.Now, Cancel);
        var walk = new ExpiryWalk(_table, new ExemptionReader(_table, []), TimeSpan.FromHours(72), TimeSpan.FromDays(7), _ => [], _time, new Backoff(() => 0));
        Assert.Equal(0, await walk.RunAsync(Provider.Aws, Cancel));
        Assert.DoesNotContain(_table.Rows, row => row.Key == "e:x");
    }

    [Fact]
    public async Task What_the_peer_has_costs_our_schedules_nothing()
    {
        await CompleteAsync();
        for (var i = 0; i < 50; i++)
        {
            var account = $"azure:00000000-0000-0000-0000-0000000000{i:D2}";
            await _table.CommitAsync(RowKeys.Directory, [new TableWrite.Insert(AccountRows.Row(account))], Cancel);
        }

        var counting = new CountingTable(_table);
        var walk = new OutboxWalk(counting, Provider.Aws, _time, () => 0.5);
        await foreach (var _ in walk.WalkAsync(OutboxKind.Remediate, Cancel))
        {
            Assert.Fail("there is nothing");
        }

        Assert.Equal(2, counting.Calls);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task One_exemption_opens_its_own_findings_only(bool byResource)
    {
        for (var i = 0; i < 200; i++)
        {
            await Some.Recorder(_table).RecordAsync(Some.Of(Some.Bucket("bucket-" + i), 1, Some.Rule(Compliance.NonCompliant, i == 7 ? "SG-STOR-002/sub" : "SG-STOR-001")), Cancel);
        }

        var counting = new CountingTable(_table);
        var exemption = new Exemption
        {
            Id = "one",
            RuleId = byResource ? null : "sg-stor-002",
            ResourceId = byResource ? Some.Bucket("bucket-7").Id : null,
            Category = ExemptionCategory.Waiver,
            Reason = "known",
            RequestedBy = "kim",
            ExpiresAt = Some.Start.AddYears(30),
        };
        await _table.CommitAsync(Some.Partition, [new TableWrite.Put(ExemptionRows.Row(Some.Partition, exemption, version: null))], Cancel);
        var walk = new ExpiryWalk(counting, new ExemptionReader(counting, []), TimeSpan.FromHours(72), TimeSpan.FromDays(7), _ => [], _time, new Backoff(() => 0));
        Assert.Equal(1, await walk.AlignAsync(Some.Partition, exemption, "kim", Cancel));
        Assert.InRange(counting.Rows, 1, byResource ? 3 : 210);
        Assert.Equal("SG-STOR-002/sub", _table.Rows.Where(row => row.Kind is RowKind.Finding).Select(FindingRows.Finding).Single(finding => finding.Status is FindingStatus.Suppressed).RuleId);
    }

    [Fact]
    public async Task Two_thousand_findings_cost_nothing_until_the_next_exemption_is_to_be_announced()
    {
        await CompleteAsync();
        var exemption = new Exemption
        {
            Id = "one", RuleId = "SG-STOR-002", Category = ExemptionCategory.Waiver, Reason = "known", RequestedBy = "kim", ExpiresAt = Some.Start.AddDays(30),
        };
        var recorder = new FindingRecorder(_table, _time, new Backoff(() => 0), [exemption], _ => []);
        for (var i = 0; i < 100; i++)
        {
            await recorder.RecordAsync(Some.Of(Some.Bucket("bucket-" + i), 1, Some.Rule(Compliance.NonCompliant, i == 7 ? "SG-STOR-002" : "SG-STOR-001")), Cancel);
        }

        var counting = new CountingTable(_table);
        var walk = new ExpiryWalk(counting, new ExemptionReader(counting, [exemption]), TimeSpan.FromHours(72), TimeSpan.FromDays(7), _ => [], _time, new Backoff(() => 0));
        for (var run = 0; run < 5; run++)
        {
            _time.Now += ExpiryWalk.Every;
            Assert.Equal(0, await walk.RunAsync(Provider.Aws, Cancel));
        }

        counting.Forget();
        _time.Now = Some.Start.AddDays(22);
        Assert.Equal(0, await walk.RunAsync(Provider.Aws, Cancel));
        Assert.InRange(counting.Calls, 1, 5);
        _time.Now = Some.Start.AddDays(23);
        Assert.Equal(1, await walk.RunAsync(Provider.Aws, Cancel));
    }

    private async Task CompleteAsync() => await new DueCensus(_table, _time).RunAsync(Provider.Aws, DateTimeOffset.MaxValue, Cancel);

    private static TableRow Entry(string partition, string name) =>
        OutboxRows.Row(partition, OutboxEntry.OfRow(OutboxKind.Notify, partition, "m:" + name, Some.Start), version: null);

    private Task<bool> OweAsync(ITable table, string partition, string name) =>
        table.CommitMarkedAsync(partition, [new TableWrite.Put(Entry(partition, name))], _time.Now, Cancel);

    private async Task DoneAsync(string partition)
    {
        foreach (var row in _table.Rows.Where(row => row.Kind is RowKind.Outbox && row.Partition == partition))
        {
            await _table.CommitAsync(partition, [new TableWrite.Delete(row.Key, row.Version)], Cancel);
        }
    }

    private TableRow? Mark(DueKind kind, string partition) => _table.Rows.SingleOrDefault(row => row.Key == DueRows.Key(kind, partition));

    private async Task<List<string>> DueAsync()
    {
        var due = new List<string>();
        await foreach (var account in new DueWalk(_table, _time).RunAsync([DueKind.Notify], _ => true, later: null, Cancel))
        {
            due.Add(account.Partition);
        }

        return due;
    }

    private async Task SettleAllAsync()
    {
        var index = new DueIndex(_table, _time);
        foreach (var account in await index.ListAsync([DueKind.Notify], Cancel))
        {
            await index.SettleAsync(account, OutboxKind.Notify, Cancel);
        }
    }
}
