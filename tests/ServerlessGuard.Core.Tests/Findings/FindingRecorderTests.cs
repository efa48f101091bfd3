using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using ServerlessGuard.Exemptions;
using ServerlessGuard.Findings;
using ServerlessGuard.Recording;
using ServerlessGuard.Resources;
using ServerlessGuard.Tables;
using ServerlessGuard.Testing;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Tests.Findings;

public class FindingRecorderTests
{
    private readonly MemoryTable _table = new();

    private Task<RecordedChanges> Record(SubjectVerdicts verdicts) => Some.Recorder(_table).RecordAsync(verdicts, CancellationToken.None);

    public static TheoryData<string, Compliance[], FindingStatus?, long, int> Lives => new()
    {
        { "never broken: no finding", [Compliance.Compliant], null, 0, 0 },
        { "not applicable: no finding", [Compliance.NotApplicable], null, 0, 0 },
        { "unknown: no finding", [Compliance.InsufficientData], null, 0, 0 },
        { "broken: open", [Compliance.NonCompliant], FindingStatus.Open, 1, 0 },
        { "still broken: the finding is not written again", [Compliance.NonCompliant, Compliance.NonCompliant], FindingStatus.Open, 1, 0 },
        { "unknown afterwards: stays open", [Compliance.NonCompliant, Compliance.InsufficientData], FindingStatus.Open, 1, 0 },
        { "mended: resolved", [Compliance.NonCompliant, Compliance.Compliant], FindingStatus.Resolved, 2, 0 },
        { "out of reach: resolved", [Compliance.NonCompliant, Compliance.NotApplicable], FindingStatus.Resolved, 2, 0 },
        { "mended twice is mended once", [Compliance.NonCompliant, Compliance.Compliant, Compliance.Compliant], FindingStatus.Resolved, 2, 0 },
        { "broken again: reopened", [Compliance.NonCompliant, Compliance.Compliant, Compliance.NonCompliant], FindingStatus.Open, 3, 1 },
        { "and again", [Compliance.NonCompliant, Compliance.Compliant, Compliance.NonCompliant, Compliance.Compliant, Compliance.NonCompliant], FindingStatus.Open, 5, 2 },
    };

    [Theory]
    [MemberData(nameof(Lives))]
    public async Task A_finding_lives(string scenario, Compliance[] verdicts, FindingStatus? status, long revision, int reopened)
    {
        for (var minute = 0; minute < verdicts.Length; minute++)
        {
            await Record(Some.At(minute, Some.Rule(verdicts[minute])));
        }

        var finding = Some.Finding(_table);
        Assert.True((status, revision, reopened) == (finding?.Status, finding?.Revision ?? 0, finding?.Reopened ?? 0), scenario);
        AssertConsistent();
    }

    [Fact]
    public async Task An_event_that_changes_nothing_and_is_known_costs_no_write_and_a_second_query_only_where_an_exemption_might_count()
    {
        await Record(Some.At(1, Some.Rule(Compliance.NonCompliant)));
        var (commits, queries) = (_table.Commits, _table.Queries);
        await Record(Some.At(1, Some.Rule(Compliance.NonCompliant)));
        Assert.Equal((commits, queries + 2), (_table.Commits, _table.Queries));
        await Record(Some.At(2, Some.Rule(Compliance.Compliant)));
        queries = _table.Queries;
        await Record(Some.At(2, Some.Rule(Compliance.Compliant)));
        Assert.Equal(queries + 1, _table.Queries);
    }

    [Fact]
    public async Task An_older_capture_that_comes_late_opens_nothing()
    {
        await Record(Some.At(5, Some.Rule(Compliance.Compliant)));
        var late = await Record(Some.At(4, Some.Rule(Compliance.NonCompliant)));
        Assert.True(late.IsStale);
        Assert.Null(Some.Finding(_table));
    }

    [Fact]
    public async Task A_deleted_resource_resolves_everything_about_it()
    {
        await Record(Some.At(1, Some.Rule(Compliance.NonCompliant), Some.Rule(Compliance.NonCompliant, "SG-STOR-004", Severity.Medium)));
        var gone = await Record(Some.Gone(2));
        Assert.Equal(2, gone.Changes.Count);
        Assert.All(_table.Rows.Where(row => row.Kind is RowKind.Finding).Select(FindingRows.Finding), finding => Assert.Equal(FindingStatus.Resolved, finding.Status));
        AssertConsistent();
    }

    [Fact]
    public async Task A_sub_finding_resolves_when_its_rule_speaks_without_it_but_not_when_the_rule_cannot_tell()
    {
        await Record(Some.At(1, Some.Rule(Compliance.Compliant, "SG-KEY-001"), Some.Rule(Compliance.NonCompliant, "SG-KEY-001/rbac", Severity.Low)));
        await Record(Some.At(2, Some.Rule(Compliance.InsufficientData, "SG-KEY-001")));
        Assert.Equal(FindingStatus.Open, Some.Finding(_table, "SG-KEY-001/rbac")!.Status);
        await Record(Some.At(3, Some.Rule(Compliance.Compliant, "SG-KEY-001")));
        Assert.Equal(FindingStatus.Resolved, Some.Finding(_table, "SG-KEY-001/rbac")!.Status);
    }

    [Fact]
    public async Task An_account_is_spoken_of_by_several_sources_each_with_its_own_clock()
    {
        var account = ResourceRef.AwsAccount(Some.Account);
        await Record(Some.Of(account, 9, Some.Rule(Compliance.NonCompliant, "SG-LOG-001")) with { Source = "AWS::CloudTrail::Trail" });
        var block = await Record(Some.Of(account, 3, Some.Rule(Compliance.NonCompliant, "SG-STOR-003")) with { Source = "AWS::S3::AccountPublicAccessBlock" });
        Assert.False(block.IsStale);
        Assert.Equal(FindingStatus.Open, Some.Finding(_table, "SG-STOR-003")!.Status);
        Assert.True((await Record(Some.Of(account, 8, Some.Rule(Compliance.Compliant, "SG-LOG-001")) with { Source = "AWS::CloudTrail::Trail" })).IsStale);
    }

    [Fact]
    public async Task What_the_finding_says_follows_the_resource()
    {
        await Record(Some.At(1, Some.Rule(Compliance.NonCompliant)));
        await Record(Some.At(2, Some.Rule(Compliance.NonCompliant, severity: Severity.High, reason: "a named account can read it")));
        var finding = Some.Finding(_table)!;
        Assert.Equal((2L, Severity.High, "a named account can read it"), (finding.Revision, finding.Severity, finding.Reason));
        AssertConsistent();
    }

    [Fact]
    public async Task A_live_exemption_suppresses_and_its_end_reopens()
    {
        var exemption = new Exemption
        {
            Id = "site",
            RuleId = "SG-STOR-001",
            ResourceId = Some.Bucket().Id,
            Category = ExemptionCategory.Waiver,
            Reason = "a public website",
            RequestedBy = "sam",
            ExpiresAt = Some.Minute(60),
        };
        var time = new ManualTime(Some.Minute(2));
        var recorder = new FindingRecorder(_table, time, new Backoff(() => 0), [exemption], _ => []);
        await recorder.RecordAsync(Some.At(1, Some.Rule(Compliance.NonCompliant), Some.Rule(Compliance.NonCompliant, "SG-STOR-004")), CancellationToken.None);
        Assert.Equal((FindingStatus.Suppressed, "site"), (Some.Finding(_table)!.Status, Some.Finding(_table)!.ExemptionId));
        Assert.Equal(FindingStatus.Open, Some.Finding(_table, "SG-STOR-004")!.Status);
        time.Now = Some.Minute(61);
        await recorder.RecordAsync(Some.At(1, Some.Rule(Compliance.NonCompliant)), CancellationToken.None);
        Assert.Equal((FindingStatus.Open, null), (Some.Finding(_table)!.Status, Some.Finding(_table)!.ExemptionId));
        AssertConsistent();
    }

    [Fact]
    public async Task Finding_counters_story_and_outbox_move_together()
    {
        await Some.Recorder(_table, OutboxKind.Remediate, OutboxKind.Notify).RecordAsync(Some.At(1, Some.Rule(Compliance.NonCompliant)), CancellationToken.None);
        Assert.Equal(
            [RowKind.Account, RowKind.Due, RowKind.Due, RowKind.Event, RowKind.Event, RowKind.Finding, RowKind.Index, RowKind.Outbox, RowKind.Outbox, RowKind.Resource, RowKind.Summary],
            _table.Rows.Select(row => row.Kind).OrderBy(kind => kind.ToString(), StringComparer.Ordinal));

        // The account, a mark for each outbox, and everything else together.
        Assert.Equal(4, _table.Commits);
    }

    [Fact]
    public async Task Thirty_findings_on_one_resource_take_several_transactions_and_are_all_there()
    {
        await Record(Some.At(1, [.. Enumerable.Range(0, 30).Select(i => Some.Rule(Compliance.NonCompliant, $"SG-X-{i:D3}"))]));
        Assert.Equal(30, _table.Rows.Count(row => row.Kind is RowKind.Finding));
        AssertConsistent();
    }

    [Fact]
    public async Task Hostile_ids_never_shape_a_key()
    {
        var hostile = Some.Bucket() with { Id = "arn:aws:s3:::a/../../x?y#z' or 1 eq 1\u0000", Account = "1/..\\'#?" };
        await Record(Some.Of(hostile, 1, Some.Rule(Compliance.NonCompliant)));
        Assert.All(_table.Rows, row => Assert.Matches("^[A-Za-z0-9:.-]+$", row.Partition + row.Key));
    }

    [Fact]
    public async Task Lists_summary_story_and_lookup_agree()
    {
        await Record(Some.At(1, Some.Rule(Compliance.NonCompliant), Some.Rule(Compliance.NonCompliant, "SG-STOR-004", Severity.Medium)));
        await Record(Some.At(2, Some.Rule(Compliance.Compliant)));
        await Record(Some.At(3, Some.Rule(Compliance.NonCompliant)));
        var reader = new FindingReader(_table);
        var cancel = CancellationToken.None;
        Assert.Equal([Some.Partition], await All(reader.AccountsAsync(cancel)));
        Assert.Equal(["SG-STOR-001", "SG-STOR-004"], (await All(reader.ListAsync(Some.Partition, FindingStatus.Open, null, cancel))).Select(finding => finding.RuleId));
        Assert.Equal(["SG-STOR-004"], (await All(reader.ListAsync(Some.Partition, FindingStatus.Open, Severity.Medium, cancel))).Select(finding => finding.RuleId));
        Assert.Empty(await All(reader.ListAsync(Some.Partition, FindingStatus.Resolved, null, cancel)));
        var finding = (await reader.FindAsync(FindingId.Of("SG-STOR-001", Some.Bucket()), cancel))!;
        Assert.Equal([FindingStep.Opened, FindingStep.Resolved, FindingStep.Reopened], (await All(reader.StoryAsync(finding, cancel))).Select(step => step.Step));
        Assert.Equal(2, (await All(reader.TimelineAsync(Some.Partition, Some.Minute(2), cancel))).Count);
        Assert.Equal(1, (await reader.SummaryAsync(Some.Partition, cancel))[FindingStatus.Open, Severity.Critical]);
        Assert.Null(await reader.FindAsync("SG-STOR-001-nothex", cancel));
    }

    /// <summary>Whatever order, however often, and with a kill before or after any commit: the latest capture decides.</summary>
    [Property(MaxTest = 300)]
    public Property The_latest_capture_decides_in_every_order()
    {
        var verdict = Gen.Elements(Compliance.Compliant, Compliance.NonCompliant, Compliance.NonCompliant, Compliance.NotApplicable);
        var history = verdict.NonEmptyListOf().Where(list => list.Count <= 6);
        var input =
            from states in history
            from order in Gen.Shuffle(Enumerable.Range(0, states.Count).SelectMany(i => new[] { i, i }))
            from kills in Gen.Choose(0, 12).ListOf()
            select (States: states.ToArray(), Order: order, Kills: kills.Take(4).ToHashSet());
        return Prop.ForAll(input.ToArbitrary(), run =>
        {
            var table = new MemoryTable();
            var call = 0;
            table.OnCommit = _ =>
            {
                if (run.Kills.Contains(call++))
                {
                    throw new KilledException();
                }
            };
            foreach (var minute in run.Order)
            {
                for (var delivered = false; !delivered;)
                {
                    try
                    {
                        Some.Recorder(table, OutboxKind.Remediate).RecordAsync(Some.At(minute, Some.Rule(run.States[minute])), CancellationToken.None).GetAwaiter().GetResult();
                        delivered = true;
                    }
                    catch (KilledException)
                    {
                        // The queue delivers it again.
                    }
                }
            }

            var open = Some.Finding(table)?.Status is FindingStatus.Open;
            AssertConsistent(table);
            return open == (run.States[^1] is Compliance.NonCompliant);
        });
    }

    /// <summary>Many writers at once on the same and on other resources of one account: nothing is lost, counters are exact.</summary>
    [Fact]
    public async Task Writers_at_once_lose_nothing()
    {
        await Task.WhenAll(Enumerable.Range(0, 8).Select(worker => Task.Run(async () =>
        {
            for (var i = 0; i < 40; i++)
            {
                var bucket = Some.Bucket($"b{(worker + i) % 10}");
                await new FindingRecorder(_table, TimeProvider.System, new Backoff(() => 0.01), [], _ => [])
                    .RecordAsync(Some.Of(bucket, i, Some.Rule(i % 3 == 0 ? Compliance.Compliant : Compliance.NonCompliant)), CancellationToken.None);
            }
        })));
        AssertConsistent();
        Assert.Equal(10, _table.Rows.Count(row => row.Kind is RowKind.Finding));
    }

    private void AssertConsistent() => AssertConsistent(_table);

    /// <summary>Counters equal a recount, lists equal the findings, every revision has its step in the story.</summary>
    private static void AssertConsistent(MemoryTable table)
    {
        var findings = table.Rows.Where(row => row.Kind is RowKind.Finding).Select(FindingRows.Finding).ToList();
        var counted = findings.Aggregate(Summary.Empty, (sum, finding) => sum.Moved(null, finding));
        var summary = table.Rows.Where(row => row.Kind is RowKind.Summary).Aggregate(Summary.Empty, (sum, row) => sum.Plus(FindingRows.Summary(row)));
        Assert.Equal(counted.Counts, summary.Counts);
        Assert.Equal(
            findings.Select(FindingKeys.Index).Order(StringComparer.Ordinal),
            table.Rows.Where(row => row.Kind is RowKind.Index).Select(row => row.Key).Order(StringComparer.Ordinal));
        Assert.Equal(findings.Sum(finding => finding.Revision) * 2, table.Rows.Count(row => row.Kind is RowKind.Event));
    }

    private static async Task<List<T>> All<T>(IAsyncEnumerable<T> items)
    {
        var list = new List<T>();
        await foreach (var item in items)
        {
            list.Add(item);
        }

        return list;
    }

    private sealed class KilledException : Exception;
}
