using System.Collections.Immutable;
using System.Text.Json.Nodes;
using ServerlessGuard.Exemptions;
using ServerlessGuard.Federation;
using ServerlessGuard.Findings;
using ServerlessGuard.Guards;
using ServerlessGuard.Recording;
using ServerlessGuard.Resources;
using ServerlessGuard.Tables;
using ServerlessGuard.Testing;
using ServerlessGuard.Tests.Findings;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Tests.Federation;

/// <summary>A taken-over peer writes into our copy of its findings what its owner cannot take back, and makes up accounts; the owner's operator mends it.</summary>
public class PeerRowAttackTests
{
    private static readonly CancellationToken Cancel = CancellationToken.None;

    private static readonly string Theirs = TwoClouds.Account(Provider.Azure);

    private readonly MemoryTable _owner = new();
    private readonly MemoryTable _copy = new();
    private readonly List<PeerAlarmKind> _raised = [];

    /// <summary>Whoever showed it would have failed on it, each time anew.</summary>
    [Theory]
    [InlineData("[{}]")]
    [InlineData("""[{"path":"acl"}]""")]
    [InlineData("""[{"path":"acl","value":null}]""")]
    [InlineData("[null]")]
    public async Task A_finding_that_rests_on_nothing_is_refused(string evidence)
    {
        var row = Row(await RecordedAsync());
        var document = JsonNode.Parse(row.Document)!.AsObject();
        document["evidence"] = JsonNode.Parse(evidence);
        Assert.Equal(RowVerdict.Rejected, (await SendAsync(row with { Document = document.ToJsonString() })).Verdict);
        Assert.DoesNotContain(_copy.Rows, held => held.Kind is RowKind.Finding);
    }

    [Theory]
    [InlineData(FederationLimits.MaxJump + 1)]
    [InlineData(FederationLimits.MaxRevision)]
    public async Task A_first_revision_far_ahead_is_refused(long revision)
    {
        var finding = await RecordedAsync();
        var answer = await SendAsync(Row(finding with { Revision = revision }));
        Assert.Equal(RowVerdict.Rejected, answer.Verdict);
        Assert.StartsWith("a revision that is more than 100000 ahead", answer.Reason, StringComparison.Ordinal);
        var control = new Control { FirstSeen = Some.Start, Revision = revision };
        Assert.Equal(RowVerdict.Rejected, (await SendAsync(ControlRows.Row(RowKeys.Deployment(Provider.Azure), control, null))).Verdict);
        Assert.Equal(RowVerdict.Rejected, (await SendAsync(ExemptionRows.Row(Theirs, Crossing.Exemption("a", Some.Start) with { Revision = revision }, null))).Verdict);
        Assert.DoesNotContain(_copy.Rows, row => row.Kind is RowKind.Finding or RowKind.Control or RowKind.Exemption);
    }

    [Fact]
    public async Task A_revision_rises_by_a_bounded_jump_over_what_is_held()
    {
        var finding = await RecordedAsync();
        Assert.Equal(RowVerdict.Accepted, (await SendAsync(Row(finding with { Revision = 7 }))).Verdict);
        Assert.Equal(RowVerdict.Rejected, (await SendAsync(Row(finding with { Revision = 7 + FederationLimits.MaxJump + 1 }))).Verdict);

        // Alone, since the same finding is in the batch twice.
        var twice = await SendAsync([Row(finding with { Revision = 8 }), Row(finding with { Revision = 8 + FederationLimits.MaxJump + 1 })]);
        Assert.Equal([RowVerdict.Accepted, RowVerdict.Rejected], twice.Select(answer => answer.Verdict));
        Assert.Equal(RowVerdict.Accepted, (await SendAsync(Row(finding with { Revision = 8 + FederationLimits.MaxJump }))).Verdict);
    }

    [Fact]
    public async Task Another_document_under_a_held_revision_is_an_alarm_and_changes_nothing()
    {
        var finding = await RecordedAsync();
        await SendAsync(Row(finding));
        Assert.Equal([PeerAlarmKind.NewAccount], _raised);
        Assert.Equal(RowVerdict.Stale, (await SendAsync(Row(finding))).Verdict);
        Assert.Equal([PeerAlarmKind.NewAccount], _raised);
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(RowVerdict.Stale, (await SendAsync(Row(finding with { Status = FindingStatus.Resolved }))).Verdict);
        }

        Assert.Equal([PeerAlarmKind.NewAccount, PeerAlarmKind.Conflict, PeerAlarmKind.Conflict, PeerAlarmKind.Conflict], _raised);
        Assert.Equal(Row(finding).Document, _copy.Rows.Single(row => row.Kind is RowKind.Finding).Document);
        Assert.Equal(1, ToldOf(PeerAlarmKind.Conflict));

        // An older revision that comes late is no alarm: the network does that.
        await SendAsync(Row(finding with { Revision = finding.Revision + 1 }));
        await SendAsync(Row(finding));
        Assert.Equal(4, _raised.Count);
    }

    [Fact]
    public async Task Another_switch_exemption_or_step_under_a_held_revision_is_an_alarm()
    {
        var control = new Control { FirstSeen = Some.Start, Revision = 3 };
        var exemption = Crossing.Exemption("a", Some.Start);
        await RecordedAsync();
        var step = _owner.Rows.First(row => row.Kind is RowKind.Event);
        await SendAsync([ControlRows.Row(RowKeys.Deployment(Provider.Azure), control, null), ExemptionRows.Row(Theirs, exemption, null), step]);
        _raised.Clear();
        Assert.Equal(RowVerdict.Stale, (await SendAsync(ControlRows.Row(RowKeys.Deployment(Provider.Azure), control with { Stopped = true }, null))).Verdict);
        Assert.Equal(RowVerdict.Stale, (await SendAsync(ExemptionRows.Row(Theirs, exemption with { RuleId = null, Tag = "x" }, null))).Verdict);
        Assert.Equal(RowVerdict.Rejected, (await SendAsync(step with { Document = step.Document.Replace("sam", "eve", StringComparison.Ordinal) })).Verdict);
        Assert.Equal(Enumerable.Repeat(PeerAlarmKind.Conflict, 3), _raised);
    }

    [Fact]
    public async Task The_first_row_of_an_account_is_told_once()
    {
        var finding = await RecordedAsync();
        for (var i = 0; i < 3; i++)
        {
            await SendAsync(Row(finding));
        }

        Assert.Equal([PeerAlarmKind.NewAccount], _raised);
        Assert.Equal(1, ToldOf(PeerAlarmKind.NewAccount));
        Assert.Equal(Theirs, PeerRows.Note(_copy.Rows.Single(row => row.Kind is RowKind.Peer)).About);
    }

    [Theory]
    [InlineData("<!channel>")]
    [InlineData("SG-STOR-001 *all is well*")]
    [InlineData("SG-STOR-001|x")]
    [InlineData("SG-\u202EROTS")]
    [InlineData("SG-\u001b[2J")]
    [InlineData("")]
    public async Task A_finding_whose_rule_is_a_message_is_refused(string rule)
    {
        var finding = await RecordedAsync();
        var answer = await SendAsync(Row(finding with { RuleId = rule, Id = FindingId.Of(rule, finding.Resource) }));
        Assert.Equal((RowVerdict.Rejected, "a rule's id must be 1 to 100 letters, digits, dots, hyphens and slashes"), (answer.Verdict, answer.Reason));
    }

    /// <summary>The peer was taken over, and is its owner's again: what was left behind goes by the operator's word, and by nobody else's.</summary>
    [Fact]
    public async Task A_copy_that_a_taken_over_peer_left_behind_is_mended_by_the_owners_operator_alone()
    {
        var finding = await RecordedAsync();
        await SendAsync([.. _owner.Rows.Where(row => row.Kind is RowKind.Finding or RowKind.Event && row.Key.StartsWith("h:", StringComparison.Ordinal))]);
        var planted = FindingRows.Event(_owner.Rows.First(row => row.Kind is RowKind.Event)) with { Revision = 2, Status = FindingStatus.Resolved };
        await SendAsync([Row(finding with { Revision = 90_000, Status = FindingStatus.Resolved }), FindingRows.Row(Theirs, FindingKeys.History(planted), planted)]);
        await SendAsync(ControlRows.Row(RowKeys.Deployment(Provider.Azure), new Control { Stopped = true, FirstSeen = Some.Start, Revision = 50_000 }, null));
        await _owner.CommitAsync(RowKeys.Deployment(Provider.Azure), [new TableWrite.Put(ControlRows.Row(RowKeys.Deployment(Provider.Azure), new Control { FirstSeen = Some.Start, Revision = 2 }, null))], Cancel);

        // What the owner sends, and what it repairs without the word, is stale.
        Assert.Equal(RowVerdict.Stale, (await SendAsync(Row(finding))).Verdict);
        var plain = new FederationRepair(_owner, new Operator(_copy, isForced: false), Provider.Azure, TimeProvider.System);
        await plain.RepairAsync(Theirs, Cancel);
        Assert.False(await plain.AgreesAsync(Theirs, Cancel));

        var forced = new FederationRepair(_owner, new Operator(_copy, isForced: true), Provider.Azure, TimeProvider.System, isForced: true);
        Assert.Equal(new Repaired(1, 0), await forced.RepairAsync(Theirs, Cancel));
        Assert.Equal(new Repaired(0, 1), await forced.RepairAsync(RowKeys.Deployment(Provider.Azure), Cancel));
        Assert.True(await forced.AgreesAsync(Theirs, Cancel));
        Assert.Equal(Shown(_owner), Shown(_copy));
        Assert.Equal(new Repaired(0, 0), await forced.RepairAsync(Theirs, Cancel));

        // And the owner goes on from there.
        Assert.Equal(RowVerdict.Accepted, (await SendAsync(Row(finding with { Revision = 2 }))).Verdict);
    }

    [Fact]
    public async Task The_same_revision_with_another_document_is_mended_too_and_the_alarm_is_over()
    {
        var finding = await RecordedAsync();
        await SendAsync(Row(finding with { Title = "all is well" }));
        await SendAsync(Row(finding));
        Assert.Equal(1, ToldOf(PeerAlarmKind.Conflict));
        var forced = new FederationRepair(_owner, new Operator(_copy, isForced: true), Provider.Azure, TimeProvider.System, isForced: true);
        Assert.Equal(new Repaired(1, 0), await forced.RepairAsync(Theirs, Cancel));
        await PeerAlarms.EndAsync(_copy, Provider.Aws, PeerAlarmKind.Conflict, Cancel);
        Assert.Equal(Shown(_owner), Shown(_copy));
        Assert.DoesNotContain(_copy.Rows, row => row.Kind is RowKind.Peer && PeerRows.Note(row).Alarm is PeerAlarmKind.Conflict);
    }

    [Fact]
    public void Nothing_in_a_batch_forces_anything()
    {
        var wire = System.Text.Json.JsonSerializer.Serialize(new FederationRequest { Rows = new FederationBatch { Rows = [Crossing.Wire(new TableRow(Theirs, "k", RowKind.Finding, "{}"))] } }, FederationJson.Default.FederationRequest);
        Assert.DoesNotContain("orce", wire, StringComparison.Ordinal);
    }

    /// <summary>The peer's reason is kept in our row and shown: a megabyte of it would make the row too large for ever.</summary>
    [Fact]
    public async Task A_refusal_of_a_megabyte_is_cut()
    {
        var mine = new MemoryTable();
        await Some.Recorder(mine, OutboxKind.Federate).RecordAsync(Some.At(1, Some.Rule(Compliance.NonCompliant)), Cancel);
        var peer = new Liar(row => new RowAnswer(RowVerdict.Rejected, new string('x', 1_000_000)));
        Assert.Equal(1, (await new FederationSender(mine, peer, Provider.Aws, TimeProvider.System, () => 0).RunAsync("run", 10, Cancel)).SetAside);
        Assert.Equal(FederationLimits.MaxReason, OutboxRows.Read(mine.Rows.Single(row => row.Kind is RowKind.Outbox)).Fault!.Length);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(9)]
    public async Task A_verdict_that_is_none_leaves_the_outbox_as_it_is(int verdict)
    {
        var mine = new MemoryTable();
        await Some.Recorder(mine, OutboxKind.Federate).RecordAsync(Some.At(1, Some.Rule(Compliance.NonCompliant)), Cancel);
        var peer = new Liar(_ => verdict == 0 ? null! : new RowAnswer((RowVerdict)verdict));
        Assert.NotNull((await new FederationSender(mine, peer, Provider.Aws, TimeProvider.System, () => 0).RunAsync("run", 10, Cancel)).Fault);
        Assert.Single(mine.Rows, row => row.Kind is RowKind.Outbox && row.Key.StartsWith("o:", StringComparison.Ordinal));
    }

    private static TableRow Row(Finding finding) => FindingRows.Row(Theirs, finding, version: null);

    /// <summary>Findings with their stories, lists and counters.</summary>
    private static IEnumerable<(string Key, string Document)> Shown(MemoryTable table) => table.Rows
        .Where(row => row.Partition == Theirs && row.Kind is RowKind.Finding or RowKind.Index or RowKind.Event or RowKind.Summary).Select(row => (row.Key, row.Document));

    private async Task<Finding> RecordedAsync()
    {
        await Some.Recorder(_owner).RecordAsync(Some.Of(Crossing.Storage("a"), 1, Some.Rule(Compliance.NonCompliant)), Cancel);
        return FindingRows.Finding(_owner.Rows.Single(row => row.Kind is RowKind.Finding));
    }

    private int ToldOf(PeerAlarmKind kind) => _copy.Rows.Count(row => row.Kind is RowKind.Outbox && OutboxRows.Read(row) is { Kind: OutboxKind.Notify, Row: { } key }
        && key.StartsWith(PeerRows.AlarmsOf(kind), StringComparison.Ordinal));

    private async Task<RowAnswer> SendAsync(TableRow row) => Assert.Single(await SendAsync([row]));

    private async Task<ImmutableArray<RowAnswer>> SendAsync(TableRow[] rows)
    {
        var policy = new OutboxPolicy(new RemediationSettings(), federates: true, notifies: true);
        var receiver = new FederationReceiver(
            _copy, Provider.Azure, new HashSet<string> { TwoClouds.Subscription }, TimeProvider.System, new Backoff(() => 0),
            alarms: new PeerAlarms(_copy, Provider.Aws, policy, TimeProvider.System, _raised.Add));
        return (await receiver.ReceiveAsync(new FederationBatch { Rows = [.. rows.Select(Crossing.Wire)] }, Cancel)).Rows;
    }

    /// <summary>A person who opened both tables.</summary>
    private sealed class Operator(ITable table, bool isForced) : IPeer
    {
        private readonly FederationReceiver _receiver = new(table, Provider.Azure, new HashSet<string>(), TimeProvider.System, new Backoff(() => 0), isForced: isForced);

        public Task<FederationAnswer> SendAsync(FederationBatch batch, CancellationToken cancellation) => _receiver.ReceiveAsync(batch, cancellation);

        public Task<AccountDigest> DigestAsync(string partition, CancellationToken cancellation) => TableDigest.OfAsync(table, partition, TimeProvider.System.GetUtcNow(), cancellation);

        public Task<ImmutableArray<HeldRevision>> RevisionsAsync(string partition, string from, CancellationToken cancellation) => TableDigest.RevisionsAsync(table, partition, from, cancellation);
    }

    private sealed class Liar(Func<FederatedRow, RowAnswer> answer) : IPeer
    {
        public Task<FederationAnswer> SendAsync(FederationBatch batch, CancellationToken cancellation) => Task.FromResult(new FederationAnswer { Rows = [.. batch.Rows.Select(answer)] });

        public Task<AccountDigest> DigestAsync(string partition, CancellationToken cancellation) => throw new NotSupportedException();

        public Task<ImmutableArray<HeldRevision>> RevisionsAsync(string partition, string from, CancellationToken cancellation) => throw new NotSupportedException();
    }
}
