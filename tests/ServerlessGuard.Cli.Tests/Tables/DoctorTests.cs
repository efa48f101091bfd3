using System.Text.Json;
using ServerlessGuard.Exemptions;
using ServerlessGuard.Facts.Aws;
using ServerlessGuard.Federation;
using ServerlessGuard.Findings;
using ServerlessGuard.Recording;
using ServerlessGuard.Resources;
using ServerlessGuard.Sqlite;
using ServerlessGuard.Tables;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Cli.Tests.Tables;

/// <summary><c>guard doctor</c> and <c>guard federation repair</c> on two real files.</summary>
public sealed class DoctorTests : IDisposable
{
    private readonly Folder _folder = new();
    private readonly DateTimeOffset _now = TimeProvider.System.GetUtcNow();

    private string Mine => Path.Combine(_folder.Path, "mine.db");

    private string Theirs => Path.Combine(_folder.Path, "theirs.db");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_table_that_gets_events_and_owes_nothing_is_well()
    {
        await Record(Mine, "a", _now.AddMinutes(-5));
        var guard = await Doctor();
        Assert.Equal((0, string.Empty), (guard.Code, guard.Complaints));
        Assert.Contains("ok       the latest capture is 5 min old", guard.Output, StringComparison.Ordinal);
        Assert.EndsWith("No problems.\n", guard.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(30, 1)]
    [InlineData(20, 0)]
    public async Task A_table_that_hears_nothing_has_a_problem(int hours, int code)
    {
        await Record(Mine, "a", _now.AddHours(-hours));
        var guard = await Doctor();
        Assert.Equal(code, guard.Code);
        Assert.Equal(code == 1, guard.Output.Contains($"PROBLEM  the latest capture is {hours} h old", StringComparison.Ordinal));
        Assert.Equal(code == 1, guard.Output.Contains("do: check that the Config recorder is on", StringComparison.Ordinal));
        Assert.Equal(0, (await Doctor("--quiet-after", "48")).Code);
    }

    [Fact]
    public async Task An_outbox_that_does_not_drain_says_why_and_what_to_do()
    {
        await Record(Mine, "a", _now);
        using (var table = SqliteTable.Open(Mine))
        {
            await Put(table, Entry("a", _now.AddHours(-3), "connection refused \u001b[31m"), null);
            await Put(table, Entry("b", _now.AddHours(-2), null), null);
            await Put(table, Entry("c", _now.AddHours(-2), "an unknown kind of row"), "q:");
            await table.CommitAsync(Partition, [new TableWrite.Put(Rows.Lease(Partition, OutboxRows.Lease(OutboxKind.Federate), "run-7", _now.AddMinutes(1), null))], CancellationToken.None);
            await table.CommitAsync(Partition, [new TableWrite.Put(new TableRow(Partition, "n:finding:2:aa", RowKind.Finding, "{}"))], CancellationToken.None);
        }

        var guard = await Doctor();
        Assert.Equal(1, guard.Code);
        Assert.Contains("PROBLEM  outbox federate: 2 entries, the oldest 3 h old, 4 attempts, last error: connection refused \uFFFD[31m", guard.Output, StringComparison.Ordinal);
        Assert.Contains("ok       outbox notify: empty", guard.Output, StringComparison.Ordinal);
        Assert.Contains("PROBLEM  1 federate entries set aside: an unknown kind of row", guard.Output, StringComparison.Ordinal);
        Assert.Contains("a run (run-7) is working on the outbox until", guard.Output, StringComparison.Ordinal);
        Assert.Contains("PROBLEM  1 rows of a later version are stored unread", guard.Output, StringComparison.Ordinal);
        Assert.Equal(3, guard.Output.Split("           do: ").Length - 1);
        Assert.EndsWith("3 problems.\n", guard.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Each_kind_of_outbox_is_looked_at_and_a_command_that_was_refused_is_a_decision_to_be_made_again()
    {
        await Record(Mine, "a", _now.AddMinutes(-5));
        using (var table = SqliteTable.Open(Mine))
        {
            var waiting = OutboxRows.Row(Partition, OutboxEntry.OfRow(OutboxKind.Command, Partition, "c:1", _now.AddHours(-1)), version: null);
            var refused = OutboxRows.Row(Partition, OutboxEntry.OfRow(OutboxKind.Command, Partition, "c:2", _now) with { Fault = "Aws may not ask for Undo here" }, version: null);
            await table.CommitAsync(Partition, [new TableWrite.Put(waiting), new TableWrite.Put(refused with { Key = OutboxRows.SetAside(refused.Key) })], CancellationToken.None);
        }

        var guard = await Doctor();
        Assert.Contains("the last change was recorded 0 s ago", guard.Output, StringComparison.Ordinal);
        Assert.Contains("PROBLEM  outbox command: 1 entries, the oldest 60 min old, never tried", guard.Output, StringComparison.Ordinal);
        Assert.Contains("PROBLEM  1 command entries set aside: Aws may not ask for Undo here\n           do: the owner rejected these decisions", guard.Output, StringComparison.Ordinal);
        Assert.EndsWith("2 problems.\n", guard.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("the peer answered 401: another client", "the trust from aws to azure is not working")]
    [InlineData("Connection refused", "GUARD_PEER_URL of aws")]
    public async Task A_link_that_does_not_stand_says_since_when_and_what_to_do(string fault, string todo)
    {
        await Record(Mine, "a", _now.AddMinutes(-5));
        var sent = new PeerLink { At = _now.AddHours(-5), FaultAt = _now.AddMinutes(-3), Fault = fault };
        await Link(PeerRows.Sent, sent);
        var guard = await Doctor();
        Assert.Equal(1, guard.Code);
        Assert.Contains($"PROBLEM  aws did not reach azure 3 min ago: {fault}; azure last acknowledged rows 5 h ago", guard.Output, StringComparison.Ordinal);
        Assert.Contains(todo, guard.Output, StringComparison.Ordinal);
        Assert.Contains("nothing has arrived from azure yet", guard.Output, StringComparison.Ordinal);

        await Link(PeerRows.Sent, sent with { At = _now.AddMinutes(-2) });
        await Link(PeerRows.Received, new PeerLink { At = _now.AddMinutes(-4) });
        guard = await Doctor();
        Assert.Equal(0, guard.Code);
        Assert.Contains("ok       azure last acknowledged rows of aws 2 min ago", guard.Output, StringComparison.Ordinal);
        Assert.Contains("ok       rows of azure last arrived 4 min ago", guard.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Exemptions_that_the_peer_lacks_are_seen_and_repaired()
    {
        await Record(Mine, "a", _now.AddMinutes(-5));
        SqliteTable.Open(Theirs).Dispose();
        await Repair("aws");
        using (var table = SqliteTable.Open(Mine))
        {
            var exemption = new Exemption { Id = "e1", RuleId = "SG-STOR-001", Category = ExemptionCategory.Waiver, Reason = "r", RequestedBy = "sam", ExpiresAt = _now.AddDays(3), Revision = 1 };
            await table.CommitAsync(Partition, [new TableWrite.Put(ExemptionRows.Row(Partition, exemption, version: null))], CancellationToken.None);
        }

        Assert.Contains("PROBLEM  the tables differ", (await Doctor("--peer-table", "sqlite:" + Theirs)).Output, StringComparison.Ordinal);
        Assert.Equal("aws:111122223333  0 findings and 1 decisions sent, both tables agree\n", (await Repair("aws")).Output);
        Assert.Equal(0, (await Doctor("--peer-table", "sqlite:" + Theirs)).Code);
    }

    [Fact]
    public async Task An_empty_table_is_a_problem()
    {
        SqliteTable.Open(Mine).Dispose();
        var guard = await Doctor();
        Assert.Equal(1, guard.Code);
        Assert.Contains("nothing has been recorded yet", guard.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_table_that_cannot_be_read_ends_with_2() =>
        Assert.Equal((2, $"{Mine}: no such table (guard scan … --table sqlite:{Mine} creates one)\n"), ((await Doctor()).Code, (await Doctor()).Complaints));

    [Fact]
    public async Task Tables_that_differ_are_repaired_and_agree()
    {
        await Record(Mine, "a", _now.AddMinutes(-9));
        await Record(Mine, "a", _now.AddMinutes(-8), Compliance.Compliant);
        await Record(Mine, "b", _now.AddMinutes(-7));
        SqliteTable.Open(Theirs).Dispose();

        var before = await Doctor("--peer-table", "sqlite:" + Theirs);
        Assert.Equal(1, before.Code);
        Assert.Contains("PROBLEM  the tables differ: 2 findings here, 0 in the peer's", before.Output, StringComparison.Ordinal);
        Assert.Contains("guard federation repair", before.Output, StringComparison.Ordinal);

        var repair = await Repair("aws");
        Assert.Equal((0, "aws:111122223333  2 findings sent, both tables agree\n"), (repair.Code, repair.Output));
        Assert.Equal((0, "aws:111122223333  0 findings sent, both tables agree\n"), ((await Repair("aws")).Code, (await Repair("aws")).Output));
        var after = await Doctor("--peer-table", "sqlite:" + Theirs);
        Assert.Equal(0, after.Code);
        Assert.Contains("ok       both tables agree: 2 findings", after.Output, StringComparison.Ordinal);

        // The peer has the list, the story and the counters, too.
        foreach (var verb in new[] { "list", "timeline", "summary" })
        {
            string[] all = verb is "summary" ? [] : ["--status", "all"];
            var mine = await Guard.Run(["findings", verb, "--table", "sqlite:" + Mine, "--format", "json", .. all]);
            var theirs = await Guard.Run(["findings", verb, "--table", "sqlite:" + Theirs, "--format", "json", .. all]);
            Assert.Equal(mine.Output, theirs.Output);
            Assert.NotEqual(0, JsonDocument.Parse(mine.Output).RootElement.GetRawText().Length);
        }

        var copy = await Guard.Run("doctor", "--table", "sqlite:" + Theirs);
        Assert.Contains("a copy of the peer's account", copy.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_peer_knows_better_is_never_removed()
    {
        await Record(Mine, "a", _now.AddMinutes(-9));
        await Record(Theirs, "a", _now.AddMinutes(-9));
        await Record(Theirs, "a", _now.AddMinutes(-8), Compliance.Compliant);
        var repair = await Repair("aws");
        Assert.Equal(1, repair.Code);
        Assert.Contains("1 findings sent, the tables still differ", repair.Output, StringComparison.Ordinal);
        Assert.Contains("never removed", repair.Output, StringComparison.Ordinal);
        var theirs = await Guard.Run("findings", "summary", "--table", "sqlite:" + Theirs, "--format", "csv");
        Assert.Contains("aws,111122223333,Resolved,High,1", theirs.Output, StringComparison.Ordinal);
    }

    /// <summary>The operator's word makes the copy what the owner has, whatever revision a stranger left there.</summary>
    [Fact]
    public async Task A_copy_that_was_tampered_with_is_mended_with_force()
    {
        await Record(Mine, "a", _now.AddMinutes(-9));
        await Record(Theirs, "a", _now.AddMinutes(-9));
        await Record(Theirs, "a", _now.AddMinutes(-8), Compliance.Compliant);
        using (var copy = SqliteTable.Open(Theirs))
        {
            var note = new PeerNote { Alarm = PeerAlarmKind.Conflict, At = _now.AddHours(-1), About = "aws:111122223333 \u001b[2Jr:x" };
            await copy.CommitAsync("azure:guard", [new TableWrite.Put(PeerRows.Row("azure:guard", PeerRows.Alarm(PeerAlarmKind.Conflict, "x"), note, version: null))], CancellationToken.None);
        }

        var told = await Guard.Run("doctor", "--table", "sqlite:" + Theirs);
        Assert.Contains("PROBLEM  aws sent a different document under a revision that azure holds, 60 min ago: aws:111122223333 \uFFFD[2Jr:x", told.Output, StringComparison.Ordinal);
        Assert.Contains("guard federation repair --force --table AWS --peer-table AZURE --provider aws", told.Output, StringComparison.Ordinal);
        Assert.Contains("If the owner's is right, add --force.", (await Repair("aws")).Output, StringComparison.Ordinal);

        var repair = await Guard.Run("federation", "repair", "--table", "sqlite:" + Mine, "--peer-table", "sqlite:" + Theirs, "--provider", "aws", "--force");
        Assert.Equal((0, "aws:111122223333  1 findings sent, both tables agree\n"), (repair.Code, repair.Output));
        var theirs = await Guard.Run("findings", "summary", "--table", "sqlite:" + Theirs, "--format", "csv");
        Assert.Contains("aws,111122223333,Open,High,1", theirs.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("a different document", (await Guard.Run("doctor", "--table", "sqlite:" + Theirs)).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Data_of_the_product_older_than_180_days_is_a_warning()
    {
        await Record(Mine, "a", _now.AddMinutes(-5));
        var guard = await Doctor();
        var asOf = new DateTimeOffset(ManagedPolicies.AsOf, TimeOnly.MinValue, TimeSpan.Zero);
        Assert.Equal(0, guard.Code);
        Assert.Equal(_now - asOf > TimeSpan.FromDays(180),
            guard.Output.Contains("WARNING  the AWS managed policies that this version knows are as of", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_peer_that_may_ask_for_much_is_a_warning()
    {
        await Record(Mine, "a", _now.AddMinutes(-5));
        await Link(PeerRows.Received, new PeerLink { At = _now.AddMinutes(-4), Wider = "approve, undo" });
        var guard = await Doctor();
        Assert.Equal(0, guard.Code);
        Assert.Contains("WARNING  whoever controls azure can approve, undo in aws, in any approver's name", guard.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_side_repairs_only_what_it_owns()
    {
        await Record(Mine, "a", _now);
        SqliteTable.Open(Theirs).Dispose();
        var repair = await Repair("azure");
        Assert.Equal((0, $"sqlite:{Mine} holds no account of Azure.\n"), (repair.Code, repair.Output));
        Assert.Equal("[]\n", (await Guard.Run("findings", "list", "--table", "sqlite:" + Theirs, "--format", "json")).Output);
    }

    private const string Partition = "aws:111122223333";

    private Task<Guard> Doctor(params string[] options) => Guard.Run(["doctor", "--table", "sqlite:" + Mine, .. options]);

    private Task<Guard> Repair(string provider) => Guard.Run("federation", "repair", "--table", "sqlite:" + Mine, "--peer-table", "sqlite:" + Theirs, "--provider", provider);

    private async Task Link(string key, PeerLink link)
    {
        using var table = SqliteTable.Open(Mine);
        await table.CommitAsync("aws:guard", [new TableWrite.Put(PeerRows.Row("aws:guard", key, link))], CancellationToken.None);
    }

    private static ResourceRef Bucket(string name) =>
        new() { Provider = Provider.Aws, NativeType = "AWS::S3::Bucket", Id = "arn:aws:s3:::" + name, Account = "111122223333", Region = "eu-west-1", Name = name };

    private static OutboxEntry Entry(string name, DateTimeOffset at, string? fault) => new()
    {
        Kind = OutboxKind.Federate,
        RuleId = "SG-STOR-001",
        Resource = Bucket(name),
        Revision = 1,
        Step = FindingStep.Opened,
        CreatedAt = at,
        Attempts = fault is null ? 0 : 4,
        Fault = fault,
    };

    private static async Task Put(SqliteTable table, OutboxEntry entry, string? prefix)
    {
        var row = OutboxRows.Row(Partition, entry, version: null);
        await table.CommitAsync(Partition, [new TableWrite.Put(row with { Key = prefix + row.Key })], CancellationToken.None);
    }

    private static async Task Record(string file, string name, DateTimeOffset at, Compliance compliance = Compliance.NonCompliant)
    {
        using var table = SqliteTable.Open(file);
        await new FindingRecorder(table, TimeProvider.System, new Backoff(() => 0), [], _ => []).RecordAsync(
            new SubjectVerdicts(Bucket(name), "AWS::S3::Bucket", at)
            {
                Verdicts = [new RuleVerdict("SG-STOR-001", "Title", Severity.High, compliance, "It is so.", [new Evidence("a", "b")], Remediation: null)],
                DetectedBy = DetectedBy.Change,
                Stages = new FindingStages { Captured = at },
            },
            CancellationToken.None);
    }
}
