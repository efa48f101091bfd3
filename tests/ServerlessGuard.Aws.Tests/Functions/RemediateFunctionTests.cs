using ServerlessGuard.Engine;
using ServerlessGuard.Findings;
using ServerlessGuard.Remediation;
using ServerlessGuard.Tables;
using ServerlessGuard.Testing;

namespace ServerlessGuard.Aws.Tests.Functions;

/// <summary>From the finding to the fix, and what the schedule does about what went wrong on the way.</summary>
public sealed class RemediateFunctionTests
{
    private static readonly (string, string) Enforce = GuardYaml.Mode("enforce");

    private static async Task<(Host Scan, Host Remediate, OneWordBucket Bucket, List<string> Kicks)> Opened(TimeProvider? time = null)
    {
        var scan = new Host("scan", time: time, environment: [Enforce]);
        await scan.InvokeAsync(Samples.ConfigRule(Samples.Bucket()));
        var finding = (await scan.FindingsAsync(FindingStatus.Open)).Single(finding => finding.RuleId == "SG-STOR-001");
        var bucket = new OneWordBucket(finding.Remediation!);
        var remediate = new Host("remediate", table: scan.Table, remediators: [bucket], time: time, environment: [Enforce]);
        return (scan, remediate, bucket, [.. scan.Api.Messages.Select(message => message.Body).Where(body => body.Contains("SG-STOR-001", StringComparison.Ordinal))]);
    }

    [Fact]
    public async Task A_kick_fixes_once_however_often_it_comes()
    {
        var (scan, remediate, bucket, kicks) = await Opened();
        Assert.Empty(await remediate.BatchAsync([.. kicks, .. kicks]));
        Assert.Empty(await remediate.BatchAsync([.. kicks]));
        Assert.Equal(("closed", 1), (bucket.State, bucket.Writes));
        Assert.Equal(TreatmentState.Fixed, (await scan.FindingsAsync(FindingStatus.Open)).Single(finding => finding.RuleId == "SG-STOR-001").Treatment!.State);
        Assert.Equal(1, remediate.Metric("RemediationFixed"));
    }

    [Fact]
    public async Task A_never_touch_tag_set_after_the_finding_was_recorded_stops_the_write()
    {
        var (scan, _, bucket, kicks) = await Opened();
        var file = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName() + ".yaml");
        await File.WriteAllTextAsync(file, "remediation:\n  mode: enforce\n  neverTouchTags: {guard-never-touch: [payments-team]}\n");
        var remediate = new Host("remediate", table: scan.Table, remediators: [bucket], environment: [("GUARD_SETTINGS", file)]);
        File.Delete(file);
        bucket.Tags = new() { ["owner"] = "sam", ["guard-never-touch"] = "payments-team" };
        await remediate.BatchAsync([.. kicks]);
        var finding = (await scan.FindingsAsync(FindingStatus.Open)).Single(finding => finding.RuleId == "SG-STOR-001");
        Assert.False(finding.NeverTouch);
        Assert.Equal(("open", 0, TreatmentState.Refused), (bucket.State, bucket.Writes, finding.Treatment!.State));
        Assert.Contains("it carries the tag guard-never-touch now", finding.Treatment.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{\"partition\":\"aws:111122223333\",\"key\":\"o:remediate:20990101T000000.0000000Z:00:SG-STOR-001:0000000001\"}", 0)]
    [InlineData("{\"partition\":\"aws:999988887777\",\"key\":\"o:remediate:20990101T000000.0000000Z:00:SG-STOR-001:0000000001\"}", 1)]
    [InlineData("{\"partition\":\"guard\",\"key\":\"account:x\"}", 1)]
    [InlineData("{\"partition\":\"aws:111122223333\",\"key\":\"r:0\"}", 1)]
    [InlineData("[1]", 1)]
    [InlineData("no JSON", 1)]
    public async Task A_forged_kick_does_nothing(string body, int failures)
    {
        var (_, remediate, bucket, _) = await Opened();
        Assert.Equal(failures, (await remediate.BatchAsync(body)).Length);
        Assert.Equal(0, bucket.Writes);
    }

    [Fact]
    public async Task A_transient_fault_goes_back_to_the_queue_and_is_noted_in_the_entry()
    {
        var (_, remediate, bucket, kicks) = await Opened();
        bucket.Fault = new CloudCallException("SlowDown", "s3 GetPublicAccessBlock: SlowDown", isTransient: true);
        Assert.Equal(["m0"], await remediate.BatchAsync([.. kicks]));
        var entry = OutboxRows.Read((await Rows(remediate)).Single(row => row.Key.Contains("SG-STOR-001", StringComparison.Ordinal)));
        Assert.Equal((1, "s3 GetPublicAccessBlock: SlowDown"), (entry.Attempts, entry.Fault));
        Assert.NotNull(entry.NextAttemptAt);

        bucket.Fault = null;
        Assert.Empty(await remediate.BatchAsync([.. kicks]));
        Assert.Equal("closed", bucket.State);
    }

    [Fact]
    public async Task A_fault_of_any_kind_is_noted_in_the_entry()
    {
        var (_, remediate, bucket, kicks) = await Opened();
        bucket.Fault = new InvalidDataException("row aws:111122223333 holds no Finding");
        Assert.Equal(["m0"], await remediate.BatchAsync([.. kicks]));
        var entry = OutboxRows.Read((await Rows(remediate)).Single(row => row.Key.Contains("SG-STOR-001", StringComparison.Ordinal)));
        Assert.Equal((1, "row aws:111122223333 holds no Finding"), (entry.Attempts, entry.Fault));
    }

    [Fact]
    public async Task A_planted_row_in_applying_writes_nothing_and_is_counted_for_the_alarm()
    {
        var (scan, remediate, bucket, kicks) = await Opened();
        var finding = (await scan.FindingsAsync(FindingStatus.Open)).Single(one => one.RuleId == "SG-STOR-001");
        var plan = new RemediationPlan
        {
            Id = new string('e', 32),
            Sentence = "Close it.",
            Before = "{\"state\":\"open\"}",
            After = "{\"state\":\"wide open\"}",
            Call = "s3:PutBucketPolicy",
            Permissions = [],
            Risk = Risk.None,
            PlannedAt = finding.OpenedAt,
        };
        var planted = finding with { Treatment = new Treatment { State = TreatmentState.Applying, Plan = plan, At = finding.OpenedAt } };
        var partition = RowKeys.Partition(finding.Resource);
        Assert.True(await scan.Table.CommitAsync(partition, [new TableWrite.Put(FindingRows.Row(partition, planted, version: null))], CancellationToken.None));
        Assert.Empty(await remediate.BatchAsync([.. kicks]));
        Assert.Equal(("open", 0), (bucket.State, bucket.Writes));
        Assert.Equal(1, remediate.Metric("SealRefused"));
        Assert.Equal(1, remediate.Metric("RemediationRefused"));
    }

    [Fact]
    public async Task The_schedule_kicks_what_was_lost_and_says_how_old_it_is()
    {
        var time = new ManualTime(Samples.At.AddMinutes(1));
        var (scan, _, _, kicks) = await Opened(time);
        var outbox = new Host("outbox", table: scan.Table, time: time, environment: [Enforce]);

        await outbox.InvokeAsync("{}");
        Assert.Empty(outbox.Api.Messages);

        time.Now += OutboxWalk.Grace + TimeSpan.FromSeconds(1);
        await outbox.InvokeAsync("{}");
        Assert.Contains((Host.RemediateQueue, kicks[0]), outbox.Api.Messages);
        var sent = outbox.Api.Messages.Count();
        Assert.True(outbox.Metric("OutboxDepth") >= 2);
        Assert.True(outbox.Metric("OutboxAgeSeconds") >= 61);

        // Kicked just now: not again before its wait is over, and then again.
        await outbox.InvokeAsync("{}");
        Assert.Equal(sent, outbox.Api.Messages.Count());
        time.Now += TimeSpan.FromHours(1);
        await outbox.InvokeAsync("{}");
        Assert.Equal(2 * sent, outbox.Api.Messages.Count());
    }

    [Fact]
    public async Task A_kick_that_cannot_be_sent_is_an_error_and_stays_due()
    {
        var time = new ManualTime(Samples.At.AddMinutes(1));
        var (scan, _, _, _) = await Opened(time);
        time.Now += TimeSpan.FromMinutes(5);
        var broken = new Host("outbox", new StubApi().Fails("SendMessageBatch", "ServiceUnavailable", transient: true), scan.Table, time: time);
        await Assert.ThrowsAsync<CloudCallException>(() => broken.InvokeAsync("{}"));
        var outbox = new Host("outbox", table: scan.Table, time: time);
        await outbox.InvokeAsync("{}");
        Assert.NotEmpty(outbox.Api.Messages);
    }

    private static async Task<List<TableRow>> Rows(Host host)
    {
        var rows = new List<TableRow>();
        await foreach (var row in host.Table.QueryAsync(Host.Partition, "o:remediate:", RowKeys.After("o:remediate:"), null, CancellationToken.None))
        {
            rows.Add(row);
        }

        return rows;
    }
}
