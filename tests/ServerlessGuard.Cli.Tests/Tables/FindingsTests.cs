using System.Text.Json;
using System.Text.RegularExpressions;
using ServerlessGuard.Cli.Findings;
using ServerlessGuard.Findings;
using ServerlessGuard.Recording;
using ServerlessGuard.Resources;
using ServerlessGuard.Sqlite;
using ServerlessGuard.Tables;
using ServerlessGuard.Testing;

namespace ServerlessGuard.Cli.Tests.Tables;

/// <summary><c>guard findings</c> on real files: filters, order, the whole story, and what hostile names make of the output.</summary>
public sealed partial class FindingsTests : IDisposable
{
    private const string Hostile = "x\u001b[31m\u202Egnp\r\n=cmd|'/c calc'!A0\u0007\",<script>alert(1)</script>";

    private readonly TableFolder _table = new();

    public void Dispose() => _table.Dispose();

    [Theory]
    [InlineData("", "a a b")]
    [InlineData("--severity critical", "a b")]
    [InlineData("--severity low high", "a")]
    [InlineData("--provider azure", "b")]
    [InlineData("--provider aws --severity critical", "a")]
    [InlineData("--account 222222222222", "")]
    [InlineData("--account 111122223333", "a a")]
    [InlineData("--rule SG-STOR", "a a")]
    [InlineData("--rule sg-key-001,SG-NET", "b")]
    [InlineData("--status resolved", "c")]
    [InlineData("--status all", "a a b c")]
    [InlineData("--status open resolved --since 2026-10-30T10:05:00Z", "c")]
    public async Task A_list_is_narrowed(string options, string names)
    {
        await Fill();
        var guard = await _table.Findings("list", [.. options.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--format", "json"]);
        Assert.Equal((0, string.Empty), (guard.Code, guard.Complaints));
        Assert.Equal(names, string.Join(' ', JsonDocument.Parse(guard.Output).RootElement.EnumerateArray().Select(one => one.GetProperty("resource").GetProperty("name").GetString()!).Order(StringComparer.Ordinal)));
    }

    [Fact]
    public async Task A_list_begins_with_what_is_open_and_worst()
    {
        await Fill();
        var guard = await _table.Findings("list", "--status", "all", "--format", "csv");
        Assert.Equal(
            ["Open,Critical,Aws", "Open,Critical,Azure", "Open,High,Aws", "Resolved,Critical,Aws"],
            guard.Output.Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Skip(1).Select(line => string.Join(',', line.Split(',')[3..6])));
    }

    [Fact]
    public async Task The_summary_counts_every_account_and_their_sum()
    {
        await Fill();
        var lines = (await _table.Findings("summary")).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => Blanks().Replace(line.Trim(), " "));
        Assert.Equal(["account critical high medium low suppressed resolved", "aws:111122223333 1 1 0 0 0 1", "azure:" + Subscription + " 1 0 0 0 0 0", "total 2 1 0 0 0 1"], lines);
        Assert.Equal(["total 1 0 0 0 0 0"], (await _table.Findings("summary", "--provider", "azure")).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => Blanks().Replace(line.Trim(), " ")).TakeLast(1));
    }

    /// <summary>Counts are read from counters: one query an account and one for the list of accounts, however many findings there are.</summary>
    [Fact]
    public async Task A_summary_reads_each_account_once()
    {
        var table = new MemoryTable();
        for (var i = 0; i < 60; i++)
        {
            await Record(table, Bucket($"b{i}", $"{i % 3:D12}"), 1, Rule("SG-STOR-001", Verdicts.Severity.High));
        }

        var before = table.Queries;
        var partitions = await new FindingStreams(table).PartitionsAsync(new FindingFilter(), CancellationToken.None);
        foreach (var partition in partitions)
        {
            Assert.Equal(20, (await new FindingReader(table).SummaryAsync(partition, CancellationToken.None))[FindingStatus.Open, Verdicts.Severity.High]);
        }

        Assert.Equal(4, table.Queries - before);
    }

    [Fact]
    public async Task The_timeline_is_one_order_across_accounts_and_clouds()
    {
        using (var table = SqliteTable.Open(_table.File("guard.db")))
        {
            foreach (var (name, account, minute) in new[] { ("c", "111122223333", 3), ("a", "222222222222", 1), ("d", "111122223333", 4), ("b", "333333333333", 2) })
            {
                await Record(table, Bucket(name, account), minute, Rule("SG-STOR-001", Verdicts.Severity.High));
            }

            // Captured at one instant: what was recorded first comes first, whatever the hashes say.
            for (var i = 0; i < 20; i++)
            {
                await Record(table, i % 2 == 0 ? Bucket($"same{i:D2}", "111122223333") : Vault($"same{i:D2}"), 5, Rule("SG-KEY-001", Verdicts.Severity.High));
            }
        }

        var steps = JsonDocument.Parse((await _table.Findings("timeline", "--format", "json")).Output).RootElement.EnumerateArray().ToList();
        Assert.Equal(["a", "b", "c", "d", .. Enumerable.Range(0, 20).Select(i => $"same{i:D2}")], steps.Select(step => step.GetProperty("resource").GetProperty("name").GetString()));
        var since = await _table.Findings("timeline", "--since", "2026-10-30T10:04:00Z", "--provider", "aws", "--format", "csv");
        Assert.Equal(11, since.Output.Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Length - 1);
    }

    [Fact]
    public async Task A_merge_holds_one_element_of_each_stream()
    {
        var pulled = 0;
        async IAsyncEnumerable<int> Numbers(int from)
        {
            for (var i = from; ; i += 3)
            {
                await Task.CompletedTask;
                pulled++;
                yield return i;
            }
        }

        var seen = new List<int>();
        await foreach (var number in Merge.Ordered([Numbers(0), Numbers(1), Numbers(2)], Comparer<int>.Default, CancellationToken.None))
        {
            seen.Add(number);
            if (seen.Count == 100)
            {
                break;
            }
        }

        Assert.Equal(Enumerable.Range(0, 100), seen);
        Assert.InRange(pulled, 100, 103);
    }

    [Theory]
    [InlineData(2, new[] { 3, 1, 2, 9 }, new[] { 1, 3, 2, 9 })]
    [InlineData(10, new[] { 3, 1, 2, 9 }, new[] { 1, 2, 3, 9 })]
    [InlineData(10, new int[0], new int[0])]
    public async Task What_is_of_one_instant_is_ordered_in_bounded_parts(int most, int[] given, int[] expected)
    {
        var seen = new List<int>();
        await foreach (var one in Merge.Within(given.ToAsyncEnumerable(), number => number / 5, Comparer<int>.Default, most, CancellationToken.None))
        {
            seen.Add(one);
        }

        Assert.Equal(expected, seen);
    }

    [Fact]
    public async Task Show_tells_the_whole_story()
    {
        await _table.Scan(Snapshot.Bad("b", 1), "--rules", Snapshot.Rule);
        await _table.Scan(Snapshot.Good("b", 2), "--rules", Snapshot.Rule);
        await _table.Scan(Snapshot.Bad("b", 3), "--rules", Snapshot.Rule);
        var id = JsonDocument.Parse((await _table.Findings("list", "--format", "json")).Output).RootElement[0].GetProperty("id").GetString()!;
        var guard = await _table.Findings("show", id);
        Assert.Equal(0, guard.Code);
        foreach (var part in new[] { id, Snapshot.Arn("b"), "open since 2026-10-30 10:03:00Z, reopened 1 ×", "evidence", "fix", "seen by      sweep", "captured 2026-10-30 10:03:00Z", "recorded +" })
        {
            Assert.Contains(part, guard.Output, StringComparison.Ordinal);
        }

        Assert.Equal(["opened", "resolved", "reopened"], Step().Matches(guard.Output).Select(step => step.Groups[1].Value));
        var json = JsonDocument.Parse((await _table.Findings("show", id, "--format", "json")).Output).RootElement;
        Assert.Equal((id, 3), (json.GetProperty("finding").GetProperty("id").GetString(), json.GetProperty("story").GetArrayLength()));
        var unknown = await _table.Findings("show", "SG-STOR-001-00000000000000000000000000000000");
        Assert.Equal((2, string.Empty), (unknown.Code, unknown.Output));
        Assert.Contains("no such finding", Assert.Single(unknown.ComplaintLines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_export_for_a_security_lake_says_what_is_suppressed_and_resolved()
    {
        await Fill();
        var findings = JsonDocument.Parse((await _table.Findings("export", "--format", "ocsf")).Output).RootElement.EnumerateArray().ToList();
        Assert.Equal(["New", "New", "New", "Resolved"], findings.Select(finding => finding.GetProperty("status").GetString()));
        Assert.All(findings, finding => Assert.Equal((2003, 200301), (finding.GetProperty("class_uid").GetInt32(), finding.GetProperty("type_uid").GetInt32())));
        Assert.Equal(4, JsonDocument.Parse((await _table.Findings("export")).Output).RootElement.GetArrayLength());
    }

    [Theory]
    [InlineData("list", "table")]
    [InlineData("list", "csv")]
    [InlineData("list", "json")]
    [InlineData("timeline", "table")]
    [InlineData("timeline", "csv")]
    [InlineData("timeline", "json")]
    [InlineData("export", "ocsf")]
    [InlineData("show", "table")]
    [InlineData("show", "json")]
    public async Task Hostile_names_stay_text(string verb, string format)
    {
        var subject = Bucket("b", "111122223333") with { Id = "arn:aws:s3:::" + Hostile, Name = Hostile, Region = Hostile };
        using (var table = SqliteTable.Open(_table.File("guard.db")))
        {
            await Record(table, subject, 1, Rule("SG-STOR-001", Verdicts.Severity.High) with { Reason = "=" + Hostile, Title = "@" + Hostile, Evidence = [new Verdicts.Evidence(Hostile, Hostile)] }, "-" + Hostile);
        }

        string[] id = verb is "show" ? [FindingId.Of("SG-STOR-001", subject)] : [];
        var guard = await _table.Findings(verb, [.. id, "--format", format]);
        Assert.Equal((0, string.Empty), (guard.Code, guard.Complaints));
        Assert.Contains("alert(1)", guard.Output, StringComparison.Ordinal);
        Assert.All("\u001b\u202E\u0007", c => Assert.DoesNotContain(c, guard.Output));
        switch (format)
        {
            case "csv":
                Assert.Equal(2, guard.Output.Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Length);
                Assert.Equal(2, guard.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
                Assert.DoesNotMatch("(^|,|\")[=+@-]", guard.Output);
                break;
            case "table":
                Assert.DoesNotContain('\r', guard.Output);
                Assert.All(guard.Output.Split('\n'), line => Assert.DoesNotMatch("^=cmd", line));
                break;
            default:
                JsonDocument.Parse(guard.Output).Dispose();
                break;
        }
    }

    [Theory]
    [InlineData("tomorrow-ish")]
    [InlineData("7w")]
    [InlineData("d")]
    public async Task A_since_that_is_none_is_one_sentence(string since)
    {
        var guard = await _table.Findings("list", "--since", since);
        Assert.Equal((2, $"--since: \"{since}\" is neither a time like 2026-01-31T12:00:00Z nor an age like 90m, 24h or 7d\n"), (guard.Code, guard.Complaints));
    }

    private const string Subscription = "11111111-2222-3333-4444-555555555555";

    /// <summary>Two open ones on bucket a, one on vault b, one that was resolved on bucket c.</summary>
    private async Task Fill()
    {
        using var table = SqliteTable.Open(_table.File("guard.db"));
        await Record(table, Bucket("a", "111122223333"), 1, Rule("SG-STOR-001", Verdicts.Severity.Critical), Rule("SG-STOR-004", Verdicts.Severity.High));
        await Record(table, Vault("b"), 2, Rule("SG-KEY-001", Verdicts.Severity.Critical));
        await Record(table, Bucket("c", "111122223333"), 3, Rule("SG-LOG-001", Verdicts.Severity.Critical));
        await Record(table, Bucket("c", "111122223333"), 6, Rule("SG-LOG-001", Verdicts.Severity.Critical) with { Compliance = Verdicts.Compliance.Compliant });
    }

    private static ResourceRef Bucket(string name, string account) =>
        new() { Provider = Provider.Aws, NativeType = "AWS::S3::Bucket", Id = "arn:aws:s3:::" + name, Account = account, Region = "eu-west-1", Name = name };

    private static ResourceRef Vault(string name) => new()
    {
        Provider = Provider.Azure,
        NativeType = "Microsoft.KeyVault/vaults",
        Id = $"/subscriptions/{Subscription}/resourceGroups/g/providers/Microsoft.KeyVault/vaults/{name}",
        Account = Subscription,
        Name = name,
    };

    private static RuleVerdict Rule(string rule, Verdicts.Severity severity) =>
        new(rule, "Title of " + rule, severity, Verdicts.Compliance.NonCompliant, "It is so.", [new Verdicts.Evidence("a.b", "true")], Remediation: null);

    private static Task Record(ITable table, ResourceRef subject, int minute, params RuleVerdict[] verdicts) => Record(table, subject, minute, verdicts, null);

    private static Task Record(ITable table, ResourceRef subject, int minute, RuleVerdict verdict, string actor) => Record(table, subject, minute, [verdict], actor);

    private static async Task Record(ITable table, ResourceRef subject, int minute, RuleVerdict[] verdicts, string? actor)
    {
        var at = new DateTimeOffset(2026, 10, 30, 10, minute, 0, TimeSpan.Zero);
        await new FindingRecorder(table, TimeProvider.System, new Backoff(() => 0), [], _ => []).RecordAsync(
            new SubjectVerdicts(subject, subject.NativeType, at) { Verdicts = [.. verdicts], DetectedBy = DetectedBy.Change, Actor = actor, Stages = new FindingStages { Captured = at } },
            CancellationToken.None);
    }

    [GeneratedRegex(" +")]
    private static partial Regex Blanks();

    [GeneratedRegex(@"^  2026-10-30 \d\d:\d\d:\d\dZ  (?<step>\w+)", RegexOptions.Multiline)]
    private static partial Regex Step();
}
