using System.Collections.Immutable;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using ServerlessGuard.Decisions;
using ServerlessGuard.Exemptions;
using ServerlessGuard.Federation;
using ServerlessGuard.Findings;
using ServerlessGuard.Recording;
using ServerlessGuard.Resources;
using ServerlessGuard.Tables;
using ServerlessGuard.Testing;
using ServerlessGuard.Tests.Findings;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Tests.Federation;

public class FederationTests
{
    private static readonly CancellationToken Cancel = CancellationToken.None;

    private const string Subscription = "11111111-2222-3333-4444-555555555555";

    private static ResourceRef Storage(string name) => new()
    {
        Provider = Provider.Azure,
        NativeType = "Microsoft.Storage/storageAccounts",
        Id = $"/subscriptions/{Subscription}/resourceGroups/rg/providers/Microsoft.Storage/storageAccounts/{name}",
        Account = Subscription,
        Name = name,
    };

    /// <summary>
    /// Random changes on both sides with loss, duplicates, reordering, partitions, crashes between any two commits and clocks five minutes apart. Afterwards both tables
    /// hold the same rows of both clouds, and the counters equal a recount.
    /// </summary>
    [Property(MaxTest = 2000)]
    public Property Both_tables_converge_whatever_happens_on_the_way()
    {
        var step =
            from side in Gen.Elements(Provider.Aws, Provider.Azure)
            from what in Gen.Frequency((6, Gen.Constant(Act.Change)), (4, Gen.Constant(Act.Forward)), (1, Gen.Constant(Act.Cut)), (1, Gen.Constant(Act.Mend)))
            from name in Gen.Elements("a", "b", "c")
            from broken in Gen.Elements(true, true, false)
            from fate in Gen.Elements(Fate.Arrives, Fate.Arrives, Fate.Lost, Fate.AnswerLost, Fate.Twice, Fate.Late)
            from kill in Gen.Frequency((5, Gen.Constant(-1)), (2, Gen.Choose(0, 3)))
            select new Step(side, what, name, broken, fate, kill);
        return Prop.ForAll(step.ListOf().Resize(40).ToArbitrary(), steps =>
        {
            var world = new World();
            foreach (var one in steps)
            {
                world.Do(one);
            }

            world.Settle();
            return world.Equal() && world.CountersHold();
        });
    }

    [Fact]
    public async Task What_the_peer_does_not_own_or_did_not_sign_is_refused_with_a_reason()
    {
        var mine = new MemoryTable();
        var theirs = new MemoryTable();
        await Some.Recorder(theirs, OutboxKind.Federate).RecordAsync(Some.Of(Storage("a"), 1, Some.Rule(Compliance.NonCompliant)), Cancel);
        var finding = Single(theirs, RowKind.Finding);
        var step = theirs.Rows.First(row => row.Kind is RowKind.Event);
        await Some.Recorder(mine).RecordAsync(Some.At(1, Some.Rule(Compliance.NonCompliant)), Cancel);
        var ownFinding = Single(mine, RowKind.Finding);
        var before = mine.Rows.ToList();

        await Refused(mine, Wire(ownFinding), "Azure does not own this partition");
        await Refused(mine, Wire(finding) with { Partition = "azure:99999999-2222-3333-4444-555555555555" }, "the resource is in a different account than the row");
        await Refused(mine, Wire(finding with { Document = ownFinding.Document }), "the resource is in a different account than the row");
        await Refused(mine, Wire(finding with { Document = finding.Document.Replace("\"id\":\"SG-STOR-001-", "\"id\":\"SG-STOR-002-", StringComparison.Ordinal) }), "the finding's id does not match its rule and resource");
        await Refused(mine, Wire(finding with { Document = finding.Document.Replace("\"revision\":1", "\"revision\":9223372036854775807", StringComparison.Ordinal) }), "a revision out of range");
        await Refused(mine, Wire(finding with { Document = finding.Document.Replace("\"revision\":1", "\"revision\":0", StringComparison.Ordinal) }), "a revision out of range");
        await Refused(mine, Wire(finding with { Document = "{}" }), "not a document of kind Finding");
        await Refused(mine, Wire(finding with { Document = "[]" }), "not a JSON object");
        await Refused(mine, Wire(finding with { Document = JsonNodeWith(finding.Document, "resource") }), "not a document of kind Finding");
        await Refused(mine, Wire(finding with { Document = JsonNodeWith(finding.Document, "stages") }), "not a document of kind Finding");
        await Refused(mine, Wire(finding) with { Kind = RowKind.Summary }, "rows of kind Summary are not exchanged");
        await Refused(mine, Wire(finding) with { Kind = RowKind.Outbox }, "rows of kind Outbox are not exchanged");
        await Refused(mine, Wire(finding) with { Kind = (RowKind)99 }, "an unknown kind of row");
        Assert.Equal(before, mine.Rows);

        Assert.Equal(RowVerdict.Accepted, (await Send(mine, Wire(step))).Verdict);
        Assert.Equal(RowVerdict.Stale, (await Send(mine, Wire(step))).Verdict);
        await Refused(mine, Wire(step with { Document = step.Document.Replace("sam", "eve", StringComparison.Ordinal) }), "an event never changes");
    }

    [Fact]
    public async Task An_account_that_the_peer_was_not_configured_with_is_refused()
    {
        var theirs = new MemoryTable();
        await Some.Recorder(theirs).RecordAsync(Some.Of(Storage("a"), 1, Some.Rule(Compliance.NonCompliant)), Cancel);
        var receiver = new FederationReceiver(new MemoryTable(), Provider.Azure, new HashSet<string> { "another" }, TimeProvider.System, new Backoff(() => 0));
        var answer = await receiver.ReceiveAsync(new FederationBatch { Rows = [Wire(Single(theirs, RowKind.Finding))] }, Cancel);
        Assert.Equal("an account that is not one of the peer's", Assert.Single(answer.Rows).Reason);
    }

    [Fact]
    public async Task A_row_of_a_later_version_is_kept()
    {
        var table = new MemoryTable();
        var theirs = new MemoryTable();
        await Some.Recorder(theirs).RecordAsync(Some.Of(Storage("a"), 1, Some.Rule(Compliance.NonCompliant)), Cancel);
        var later = Wire(Single(theirs, RowKind.Finding)) with { Schema = 7 };
        Assert.Equal(RowVerdict.Accepted, (await Send(table, later)).Verdict);
        Assert.Equal(RowVerdict.Accepted, (await Send(table, later)).Verdict);
        var kept = Single(table, RowKind.Finding);
        Assert.StartsWith("n:finding:0000000007:", kept.Key, StringComparison.Ordinal);
        Assert.Equal(Single(theirs, RowKind.Finding).Document, kept.Document);
    }

    [Fact]
    public async Task Batches_that_are_none_are_refused_whole()
    {
        var receiver = Receiver(new MemoryTable());
        var row = new FederatedRow { Kind = RowKind.Finding, Partition = "azure:x", Schema = 1, Document = JsonElement.Parse("{}") };
        await Assert.ThrowsAsync<InvalidDataException>(() => receiver.ReceiveAsync(new FederationBatch { Rows = [] }, Cancel));
        await Assert.ThrowsAsync<InvalidDataException>(() => receiver.ReceiveAsync(new FederationBatch { Rows = [.. Enumerable.Repeat(row, 101)] }, Cancel));
        await Assert.ThrowsAsync<InvalidDataException>(() => receiver.ReceiveAsync(new FederationBatch { Schema = 2, Rows = [row] }, Cancel));
    }

    [Fact]
    public async Task A_row_that_is_never_accepted_is_set_aside_and_not_in_the_way()
    {
        var aws = new MemoryTable();
        var recorder = Some.Recorder(aws, OutboxKind.Federate);
        await recorder.RecordAsync(Some.At(1, Some.Rule(Compliance.NonCompliant)), Cancel);
        await recorder.RecordAsync(Some.Of(Some.Bucket("other"), 2, Some.Rule(Compliance.NonCompliant)), Cancel);
        var poisoned = FindingId.Of("SG-STOR-001", Some.Bucket());
        var peer = new FakePeer(row => row.Document.GetRawText().Contains(poisoned, StringComparison.Ordinal)
            ? new RowAnswer(RowVerdict.Rejected, "poison")
            : new RowAnswer(RowVerdict.Accepted));
        var report = await Sender(aws, peer).RunAsync("run", 10, Cancel);
        Assert.Equal((1, 1), (report.SetAside, report.Delivered));
        Assert.DoesNotContain(aws.Rows, row => row.Key.StartsWith("o:", StringComparison.Ordinal));
        Assert.Equal("poison", OutboxRows.Read(Assert.Single(aws.Rows, row => row.Key.StartsWith("q:", StringComparison.Ordinal))).Fault);
    }

    [Fact]
    public async Task A_peer_that_is_away_is_asked_again_later_and_later_and_nothing_is_lost()
    {
        var aws = new MemoryTable();
        await Some.Recorder(aws, OutboxKind.Federate).RecordAsync(Some.At(1, Some.Rule(Compliance.NonCompliant)), Cancel);
        var time = new ManualTime(Some.Minute(10));
        var asked = 0;
        var peer = new FakePeer(_ =>
        {
            asked++;
            throw new PeerUnavailableException("connection refused");
        });
        var waits = new List<double>();
        for (var run = 0; run < 14; run++)
        {
            var report = await Sender(aws, peer, time).RunAsync("run", 10, Cancel);
            Assert.Equal("connection refused", report.Fault);
            var entry = OutboxRows.Read(aws.Rows.Single(row => row.Kind is RowKind.Outbox));
            Assert.Equal((run + 1, "connection refused"), (entry.Attempts, entry.Fault));
            waits.Add((entry.NextAttemptAt!.Value - time.Now).TotalSeconds);
            Assert.Null((await Sender(aws, peer, time).RunAsync("run", 10, Cancel)).Fault);
            time.Now = entry.NextAttemptAt.Value;
        }

        Assert.Equal(14, asked);
        Assert.Equal(waits.Order(), waits);
        Assert.Equal((5, 900), (waits[0], waits[^1]));
    }

    [Fact]
    public async Task When_the_peer_acknowledged_a_step_is_known_to_its_owner_alone()
    {
        var (aws, azure) = (new MemoryTable(), new MemoryTable());
        var time = new ManualTime(Some.Minute(10));
        var recorder = new FindingRecorder(aws, time, new Backoff(() => 0), [], _ => [OutboxKind.Federate]);
        for (var i = 0; i < 120; i++)
        {
            await recorder.RecordAsync(Some.Of(Some.Bucket($"b{i}"), 1, Some.Rule(Compliance.NonCompliant)), Cancel);
        }

        var finding = aws.Rows.Where(row => row.Kind is RowKind.Finding).Select(FindingRows.Finding).Last();
        Assert.Null((await aws.WithFederatedAsync(finding, Cancel)).Stages.Federated);
        time.Now = Some.Minute(12);
        await Sender(aws, new TablePeer(azure, Provider.Aws), time).RunAsync("run", 100, Cancel);
        Assert.Equal(Some.Minute(12), (await aws.WithFederatedAsync(finding, Cancel)).Stages.Federated);
        Assert.Equal(3, aws.Rows.Count(row => row.Kind is RowKind.Acknowledgement));
        Assert.DoesNotContain(azure.Rows, row => row.Kind is RowKind.Acknowledgement);
        Assert.Equal(finding, await azure.WithFederatedAsync(finding, Cancel));

        // The next step is not there yet, whatever the one before it was.
        var changed = await recorder.RecordAsync(Some.Of(finding.Resource, 13, Some.Rule(Compliance.Compliant)), Cancel);
        Assert.Null((await aws.WithFederatedAsync(changed.Changes[0].After, Cancel)).Stages.Federated);
    }

    /// <summary>5,000 changes while the peer is away; each finding's steps arrive in the order that they had.</summary>
    [Fact]
    public async Task An_outbox_of_5000_drains_after_an_outage_in_order_and_nothing_is_lost()
    {
        var (aws, azure) = (new MemoryTable(), new MemoryTable());
        var time = new ManualTime(Some.Minute(0));
        var recorder = new FindingRecorder(aws, time, new Backoff(() => 0), [], _ => [OutboxKind.Federate]);
        for (var minute = 1; minute <= 50; minute++)
        {
            time.Now = Some.Minute(minute);
            for (var i = 0; i < 100; i++)
            {
                await recorder.RecordAsync(Some.Of(Some.Bucket($"b{i}"), minute, Some.Rule(minute % 2 == 1 ? Compliance.NonCompliant : Compliance.Compliant)), Cancel);
            }
        }

        var away = new FakePeer(_ => throw new PeerUnavailableException("connection refused"));
        Assert.Equal(0, (await Sender(aws, away, time).RunAsync("away", 1000, Cancel)).Delivered);
        Assert.Equal(5000, aws.Rows.Count(row => row.Kind is RowKind.Outbox));

        time.Now = Some.Minute(60);
        var arrived = new List<(string Finding, long Revision)>();
        var there = new TablePeer(azure, Provider.Aws) { OnRow = row => Note(row, arrived) };
        Assert.Equal((5000, 0), (await Sender(aws, there, time).RunAsync("back", 1000, Cancel)) is var report ? (report.Delivered, report.SetAside) : default);
        Assert.All(arrived.GroupBy(step => step.Finding, StringComparer.Ordinal), story => Assert.Equal(Enumerable.Range(1, 50).Select(revision => (long)revision), story.Select(step => step.Revision)));
        Assert.Equal(100, arrived.Select(step => step.Finding).Distinct(StringComparer.Ordinal).Count());
        Assert.DoesNotContain(aws.Rows, row => row.Kind is RowKind.Outbox);
        static IEnumerable<(string, string)> Shared(MemoryTable table) =>
            table.Rows.Where(row => row.Kind is RowKind.Finding or RowKind.Event or RowKind.Index).Select(row => (row.Key, row.Document));
        Assert.Equal(Shared(aws), Shared(azure));

        // As many transactions as it takes, not one a row: 50 steps and 50 findings are three.
        Assert.InRange(azure.Commits, 100, 400);

        static void Note(FederatedRow row, List<(string Finding, long Revision)> arrived)
        {
            if (row.Kind is RowKind.Event)
            {
                arrived.Add((row.Document.GetProperty("findingId").GetString()!, row.Document.GetProperty("revision").GetInt64()));
            }
        }
    }

    /// <summary>Somebody else moves a counter at the same moment: the transaction is lost, the rows are not, and one that is wrong stays the only one.</summary>
    [Fact]
    public async Task A_transaction_that_is_lost_to_another_is_done_row_by_row()
    {
        var theirs = new MemoryTable();
        for (var i = 0; i < 20; i++)
        {
            await Some.Recorder(theirs).RecordAsync(Some.Of(Storage($"a{i}"), 1, Some.Rule(Compliance.NonCompliant)), Cancel);
        }

        var mine = new MemoryTable();
        var rows = theirs.Rows.Where(row => row.Kind is RowKind.Finding || row.Kind is RowKind.Event && row.Key.StartsWith("h:", StringComparison.Ordinal)).ToList();

        // One step lies there already, another one as it never was; neither may cost the others their place.
        var steps = rows.Where(row => row.Kind is RowKind.Event).ToList();
        await Send(mine, Wire(steps[0]));
        await mine.CommitAsync(steps[1].Partition, [new TableWrite.Put(steps[1] with { Version = null, Document = steps[1].Document.Replace("sam", "eve", StringComparison.Ordinal) })], Cancel);
        var answers = (await Receiver(mine).ReceiveAsync(new FederationBatch { Rows = [.. rows.Select(Wire)] }, Cancel)).Rows;
        for (var i = 0; i < rows.Count; i++)
        {
            var expected = rows[i].Key == steps[0].Key ? RowVerdict.Stale : rows[i].Key == steps[1].Key ? RowVerdict.Rejected : RowVerdict.Accepted;
            Assert.Equal(expected, answers[i].Verdict);
        }

        var recount = mine.Rows.Where(row => row.Kind is RowKind.Finding).Select(FindingRows.Finding).Aggregate(Summary.Empty, (sum, finding) => sum.Moved(null, finding));
        Assert.Equal(recount.Counts, (await new FindingReader(mine).SummaryAsync(steps[0].Partition, Cancel)).Counts);
        Assert.Equal(20, recount.Counts.Values.Sum());

        // All of it once more, twice in one batch: nothing moves.
        var again = (await Receiver(mine).ReceiveAsync(new FederationBatch { Rows = [.. rows.Concat(rows).Select(Wire)] }, Cancel)).Rows;
        Assert.All(again.Where(answer => answer.Reason is null), answer => Assert.Equal(RowVerdict.Stale, answer.Verdict));
        Assert.Equal(recount.Counts, (await new FindingReader(mine).SummaryAsync(steps[0].Partition, Cancel)).Counts);
    }

    [Fact]
    public async Task Repair_brings_exemptions_the_switch_and_finished_commands_too()
    {
        var (aws, azure) = (new MemoryTable(), new MemoryTable());
        var now = TimeProvider.System.GetUtcNow();
        await aws.CommitAsync(Some.Partition, [new TableWrite.Put(ExemptionRows.Row(Some.Partition, Crossing.Exemption("a", now), null))], Cancel);
        var done = Crossing.Command(Provider.Azure, Some.Partition, "x", now) with { State = CommandState.Done, Outcome = "done", FinishedAt = now };
        await aws.CommitAsync(Some.Partition, [new TableWrite.Put(CommandRows.Row(done, null)), new TableWrite.Put(CommandRows.Row(Crossing.Command(Provider.Aws, Some.Partition, "y", now), null))], Cancel);
        var repair = new FederationRepair(aws, new TablePeer(azure, Provider.Aws), Provider.Aws, TimeProvider.System);
        Assert.False(await repair.AgreesAsync(Some.Partition, Cancel));
        Assert.Equal(new Repaired(0, 2), await repair.RepairAsync(Some.Partition, Cancel));
        Assert.True(await repair.AgreesAsync(Some.Partition, Cancel));
        Assert.Equal(new Repaired(0, 0), await repair.RepairAsync(Some.Partition, Cancel));
        Assert.Equal(done.Id, CommandRows.Read(Assert.Single(azure.Rows, row => row.Kind is RowKind.Command)).Id);
    }

    [Fact]
    public async Task Each_end_remembers_when_it_last_heard_of_the_other()
    {
        var (aws, azure) = (new MemoryTable(), new MemoryTable());
        var time = new ManualTime(Some.Minute(10));
        await Some.Recorder(aws, OutboxKind.Federate).RecordAsync(Some.At(1, Some.Rule(Compliance.NonCompliant)), Cancel);
        await Sender(aws, new FakePeer(_ => throw new PeerUnavailableException("401 Unauthorized")), time).RunAsync("run", 10, Cancel);
        Assert.Equal(new PeerLink { FaultAt = time.Now, Fault = "401 Unauthorized" }, Link(aws, "aws:guard", PeerRows.Sent));
        time.Now = Some.Minute(20);
        await Sender(aws, new TablePeer(azure, Provider.Aws), time).RunAsync("run", 10, Cancel);
        Assert.Equal(Some.Minute(20), Link(aws, "aws:guard", PeerRows.Sent).At);
        Assert.NotNull(Link(azure, "azure:guard", PeerRows.Received).At);

        static PeerLink Link(MemoryTable table, string partition, string key) => PeerRows.Link(table.Rows.Single(row => row.Partition == partition && row.Key == key));
    }

    [Fact]
    public async Task Two_runs_at_once_share_the_work_and_a_dead_ones_lease_ends()
    {
        var aws = new MemoryTable();
        await Some.Recorder(aws, OutboxKind.Federate).RecordAsync(Some.At(1, Some.Rule(Compliance.NonCompliant)), Cancel);
        var time = new ManualTime(Some.Minute(10));
        var inner = new SenderReport();
        var sent = 0;
        FakePeer? peer = null;
        peer = new FakePeer(_ =>
        {
            sent++;
            inner = Sender(aws, peer!, time).RunAsync("second", 10, Cancel).GetAwaiter().GetResult();
            return new RowAnswer(RowVerdict.Accepted);
        });
        await Sender(aws, peer, time).RunAsync("first", 10, Cancel);
        Assert.Equal(0, inner.Batches);
        Assert.Equal(2, sent);

        // Killed with the lease in its hand.
        await Some.Recorder(aws, OutboxKind.Federate).RecordAsync(Some.At(2, Some.Rule(Compliance.Compliant)), Cancel);
        var accepts = new FakePeer(_ => new RowAnswer(RowVerdict.Accepted));
        aws.OnCommit = when =>
        {
            if (when == "after")
            {
                aws.OnCommit = null;
                throw new KilledException();
            }
        };
        await Assert.ThrowsAsync<KilledException>(() => Sender(aws, accepts, time).RunAsync("killed", 10, Cancel));
        Assert.Equal(0, (await Sender(aws, accepts, time).RunAsync("next", 10, Cancel)).Delivered);
        time.Now = time.Now.AddSeconds(61);
        Assert.Equal(1, (await Sender(aws, accepts, time).RunAsync("next", 10, Cancel)).Delivered);
    }

    [Fact]
    public async Task Repair_sends_what_differs_and_digests_agree_afterwards()
    {
        var (aws, azure) = (new MemoryTable(), new MemoryTable());
        for (var i = 0; i < 250; i++)
        {
            await Some.Recorder(aws, OutboxKind.Federate).RecordAsync(Some.Of(Some.Bucket($"b{i}"), 1, Some.Rule(Compliance.NonCompliant)), Cancel);
        }

        var peer = new TablePeer(azure, Provider.Aws);
        await Sender(aws, peer).RunAsync("run", 3, Cancel);
        var repair = new FederationRepair(aws, peer, Provider.Aws, TimeProvider.System);
        Assert.False(await repair.AgreesAsync(Some.Partition, Cancel));
        Assert.Equal(new Repaired(100, 0), await repair.RepairAsync(Some.Partition, Cancel));
        Assert.True(await repair.AgreesAsync(Some.Partition, Cancel));
        Assert.Equal(new Repaired(0, 0), await repair.RepairAsync(Some.Partition, Cancel));
        await Assert.ThrowsAsync<ArgumentException>(() => repair.RepairAsync("azure:" + Subscription, Cancel));
    }

    private static FederationSender Sender(ITable table, IPeer peer, TimeProvider? time = null) =>
        new(table, peer, Provider.Aws, time ?? TimeProvider.System, () => 1);

    private static FederationReceiver Receiver(ITable table) => new(table, Provider.Azure, new HashSet<string>(), TimeProvider.System, new Backoff(() => 0));

    private static async Task<RowAnswer> Send(ITable table, FederatedRow row) =>
        Assert.Single((await Receiver(table).ReceiveAsync(new FederationBatch { Rows = [row] }, Cancel)).Rows);

    private static async Task Refused(ITable table, FederatedRow row, string reason)
    {
        var answer = await Send(table, row);
        Assert.Equal(RowVerdict.Rejected, answer.Verdict);
        Assert.StartsWith(reason, answer.Reason, StringComparison.Ordinal);
    }

    private static TableRow Single(MemoryTable table, RowKind kind) => table.Rows.Single(row => row.Kind == kind);

    /// <summary>The document with one member null: a required member that is there and says nothing.</summary>
    private static string JsonNodeWith(string document, string member)
    {
        var node = System.Text.Json.Nodes.JsonNode.Parse(document)!.AsObject();
        node[member] = null;
        return node.ToJsonString();
    }

    private static FederatedRow Wire(TableRow row) =>
        new() { Kind = row.Kind, Partition = row.Partition, Schema = 1, Document = JsonElement.Parse(row.Document) };

    private enum Act
    {
        Change,
        Forward,
        Cut,
        Mend,
    }

    private enum Fate
    {
        Arrives,
        Lost,
        AnswerLost,
        Twice,
        Late,
    }

    private sealed record Step(Provider Side, Act What, string Name, bool Broken, Fate Fate, int Kill);

    private sealed class KilledException : Exception;

    private sealed class FakePeer(Func<FederatedRow, RowAnswer> answer) : IPeer
    {
        public Task<FederationAnswer> SendAsync(FederationBatch batch, CancellationToken cancellation) => Task.FromResult(new FederationAnswer { Rows = [.. batch.Rows.Select(answer)] });

        public Task<AccountDigest> DigestAsync(string partition, CancellationToken cancellation) => throw new NotSupportedException();

        public Task<ImmutableArray<HeldRevision>> RevisionsAsync(string partition, string from, CancellationToken cancellation) => throw new NotSupportedException();
    }

    /// <summary>The peer's receiver over its own table, through JSON as on the wire.</summary>
    /// <summary>It used to wait for the schedule: the run that it woke found the lease taken, and the one that held it had just looked for the last time.</summary>
    [Fact]
    public async Task A_change_in_the_moment_before_the_lease_is_given_back_goes_out_too()
    {
        var (aws, azure) = (new MemoryTable(), new MemoryTable());
        var recorder = Some.Recorder(aws, OutboxKind.Federate);
        await recorder.RecordAsync(Some.At(1, Some.Rule(Compliance.NonCompliant)), Cancel);
        var peer = new TablePeer(azure, Provider.Aws);
        var woken = 0;
        var late = new Interrupted(aws, OutboxRows.Lease(OutboxKind.Federate), async () =>
        {
            await recorder.RecordAsync(Some.Of(Some.Bucket("late"), 2, Some.Rule(Compliance.NonCompliant)), Cancel);
            woken = (await new FederationSender(aws, peer, Provider.Aws, TimeProvider.System, () => 0).RunAsync("woken", 10, Cancel)).Delivered;
        });
        var report = await new FederationSender(late, peer, Provider.Aws, TimeProvider.System, () => 0).RunAsync("first", 10, Cancel);
        Assert.Equal((0, 2), (woken, report.Delivered));
        Assert.Equal(2, azure.Rows.Count(row => row.Kind is RowKind.Finding));
    }

    /// <summary>Something happens, once, right before a row is deleted.</summary>
    private sealed class Interrupted(ITable table, string key, Func<Task> happens) : ITable
    {
        private Func<Task>? _happens = happens;

        public Task<TableRow?> FindAsync(string partition, string key, CancellationToken cancellation) => table.FindAsync(partition, key, cancellation);

        public IAsyncEnumerable<TableRow> QueryAsync(string partition, string from, string to, int? limit, CancellationToken cancellation) => table.QueryAsync(partition, from, to, limit, cancellation);

        public async Task<bool> CommitAsync(string partition, IReadOnlyList<TableWrite> writes, CancellationToken cancellation)
        {
            if (writes.Any(write => write is TableWrite.Delete && write.Key == key) && Interlocked.Exchange(ref _happens, null) is { } now)
            {
                await now();
            }

            return await table.CommitAsync(partition, writes, cancellation);
        }
    }

    private sealed class TablePeer(ITable table, Provider sender) : IPeer
    {
        private readonly FederationReceiver _receiver = new(table, sender, new HashSet<string>(), TimeProvider.System, new Backoff(() => 0));

        public Action<FederatedRow>? OnRow { get; init; }

        public Task<FederationAnswer> SendAsync(FederationBatch batch, CancellationToken cancellation)
        {
            foreach (var row in batch.Rows)
            {
                OnRow?.Invoke(row);
            }

            var wire = JsonSerializer.Serialize(batch, FederationJson.Default.FederationBatch);
            return _receiver.ReceiveAsync(JsonSerializer.Deserialize(wire, FederationJson.Default.FederationBatch)!, cancellation);
        }

        public Task<AccountDigest> DigestAsync(string partition, CancellationToken cancellation) => TableDigest.OfAsync(table, partition, TimeProvider.System.GetUtcNow(), cancellation);

        public Task<ImmutableArray<HeldRevision>> RevisionsAsync(string partition, string from, CancellationToken cancellation) => TableDigest.RevisionsAsync(table, partition, from, cancellation);
    }

    /// <summary>Two clouds and what lies between them.</summary>
    private sealed class World
    {
        private readonly Dictionary<Provider, Side> _sides;
        private readonly List<Action> _late = [];
        private bool _cut;
        private int _minute;

        public World() => _sides = new()
        {
            [Provider.Aws] = new Side(Provider.Aws, this, TimeSpan.FromMinutes(5)),
            [Provider.Azure] = new Side(Provider.Azure, this, TimeSpan.FromMinutes(-5)),
        };

        public void Do(Step step)
        {
            _minute++;
            var side = _sides[step.Side];
            side.Fate = step.Fate;
            side.KillAt(step.Kill);
            try
            {
                switch (step.What)
                {
                    case Act.Change:
                        var subject = step.Side is Provider.Aws ? Some.Bucket(step.Name) : Storage(step.Name);
                        side.Record(Some.Of(subject, _minute, Some.Rule(step.Broken ? Compliance.NonCompliant : Compliance.Compliant)));
                        break;
                    case Act.Forward:
                        side.Forward();
                        break;
                    case Act.Cut:
                        _cut = true;
                        break;
                    case Act.Mend:
                        _cut = false;
                        break;
                }
            }
            catch (KilledException)
            {
                // The process is gone; what it had committed stays.
            }

            side.KillAt(-1);
        }

        public FederationAnswer? Deliver(Provider from, FederationBatch batch, Fate fate)
        {
            var receiver = _sides[from is Provider.Aws ? Provider.Azure : Provider.Aws].Peer;
            FederationAnswer Now() => receiver.SendAsync(batch, Cancel).GetAwaiter().GetResult();
            if (_cut || fate is Fate.Lost)
            {
                return null;
            }

            if (fate is Fate.Late)
            {
                _late.Add(() => Now());
                return null;
            }

            var answer = Now();
            if (fate is Fate.Twice)
            {
                Assert.All(Now().Rows, row => Assert.NotEqual(RowVerdict.Rejected, row.Verdict));
            }

            return fate is Fate.AnswerLost ? null : answer;
        }

        /// <summary>The network is back, what was late arrives in the wrong order, and both outboxes drain.</summary>
        public void Settle()
        {
            _cut = false;
            foreach (var late in Enumerable.Reverse(_late))
            {
                late();
            }

            foreach (var side in _sides.Values)
            {
                side.Fate = Fate.Arrives;
                side.Skip(TimeSpan.FromHours(1));
                side.Forward();
                Assert.DoesNotContain(side.Table.Rows, row => row.Key.StartsWith("o:", StringComparison.Ordinal) || row.Key.StartsWith("q:", StringComparison.Ordinal));
            }
        }

        public bool Equal()
        {
            static IEnumerable<(string, string, string)> Shared(MemoryTable table) => table.Rows
                .Where(row => row.Kind is RowKind.Finding or RowKind.Event or RowKind.Index or RowKind.Summary)
                .Select(row => (row.Partition, row.Key, row.Kind is RowKind.Summary ? string.Empty : row.Document));
            return Shared(_sides[Provider.Aws].Table).SequenceEqual(Shared(_sides[Provider.Azure].Table));
        }

        public bool CountersHold() => _sides.Values.All(side => side.Table.Rows.Where(row => row.Partition != RowKeys.Directory).GroupBy(row => row.Partition).All(account =>
        {
            var recount = account.Where(row => row.Kind is RowKind.Finding).Select(FindingRows.Finding).Aggregate(Summary.Empty, (sum, finding) => sum.Moved(null, finding));
            var counted = account.Where(row => row.Kind is RowKind.Summary).Aggregate(Summary.Empty, (sum, row) => sum.Plus(FindingRows.Summary(row)));
            return recount.Counts.SequenceEqual(counted.Counts);
        }));
    }

    private sealed class Side : IPeer
    {
        private readonly World _world;
        private readonly Provider _provider;
        private readonly ManualTime _clock;
        private int _run;

        public Side(Provider provider, World world, TimeSpan skew)
        {
            _provider = provider;
            _world = world;
            _clock = new ManualTime(Some.Minute(100) + skew);
            Peer = new TablePeer(Table, provider is Provider.Aws ? Provider.Azure : Provider.Aws);
        }

        public MemoryTable Table { get; } = new();

        public TablePeer Peer { get; }

        public Fate Fate { get; set; }

        public void Skip(TimeSpan time) => _clock.Now += time;

        /// <summary>The process dies after so many commits; negative: it lives.</summary>
        public void KillAt(int commits)
        {
            var left = commits;
            Table.OnCommit = commits < 0 ? null : when =>
            {
                if (when == "after" && left-- == 0)
                {
                    throw new KilledException();
                }
            };
        }

        public void Record(SubjectVerdicts verdicts)
        {
            _clock.Now = _clock.Now.AddMinutes(1);
            new FindingRecorder(Table, _clock, new Backoff(() => 0), [], _ => [OutboxKind.Federate]).RecordAsync(verdicts, Cancel).GetAwaiter().GetResult();
        }

        public void Forward()
        {
            _clock.Now = _clock.Now.AddMinutes(2);
            new FederationSender(Table, this, _provider, _clock, () => 0.5).RunAsync($"run{_run++}", 100, Cancel).GetAwaiter().GetResult();
        }

        public Task<FederationAnswer> SendAsync(FederationBatch batch, CancellationToken cancellation) =>
            Task.FromResult(_world.Deliver(_provider, batch, Fate) ?? throw new PeerUnavailableException("no answer"));

        public Task<AccountDigest> DigestAsync(string partition, CancellationToken cancellation) => throw new NotSupportedException();

        public Task<ImmutableArray<HeldRevision>> RevisionsAsync(string partition, string from, CancellationToken cancellation) => throw new NotSupportedException();
    }
}
