using ServerlessGuard.Decisions;
using ServerlessGuard.Exemptions;
using ServerlessGuard.Federation;
using ServerlessGuard.Findings;
using ServerlessGuard.Guards;
using ServerlessGuard.Resources;
using ServerlessGuard.Tables;
using ServerlessGuard.Testing;
using ServerlessGuard.Tests.Findings;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Tests.Federation;

/// <summary>What an Azure deployment that was taken over may try on an AWS one: exemptions, the switch and commands.</summary>
public class CrossingAttackTests
{
    private static readonly CancellationToken Cancel = CancellationToken.None;

    private static readonly string Theirs = TwoClouds.Account(Provider.Azure);

    private readonly MemoryTable _table = new();
    private readonly DateTimeOffset _now = TimeProvider.System.GetUtcNow();
    private readonly List<(string Partition, string Key)> _kicked = [];

    private Command Asked => Crossing.Command(Provider.Azure, Some.Partition, "sweep", _now);

    [Fact]
    public async Task A_command_is_taken_once_with_its_entry_and_the_host_is_told()
    {
        await KnownAsync();
        Assert.Equal(RowVerdict.Accepted, (await SendAsync(Asked)).Verdict);
        var entry = Assert.Single(_table.Rows, row => row.Kind is RowKind.Outbox);
        Assert.Equal(OutboxKind.Command, OutboxRows.Read(entry).Kind);
        Assert.Equal(Asked, CommandRows.Read((await _table.FindAsync(Some.Partition, OutboxRows.Read(entry).Row!, Cancel))!));
        Assert.Equal((Some.Partition, entry.Key), Assert.Single(_kicked));

        // Replayed, pending or done, on time or late, whatever it says now: the first one counts.
        Assert.Equal(RowVerdict.Stale, (await SendAsync(Asked)).Verdict);
        Assert.Equal(RowVerdict.Stale, (await SendAsync(Asked with { Kind = CommandKind.Stop, By = new Person("Eve", "slack:U1") })).Verdict);
        await _table.CommitAsync(Some.Partition, [new TableWrite.Delete(entry.Key, Version: null), new TableWrite.Put(CommandRows.Row(Finished(Asked), version: null))], Cancel);
        Assert.Equal(RowVerdict.Stale, (await SendAsync(Asked)).Verdict);
        Assert.DoesNotContain(_table.Rows, row => row.Kind is RowKind.Outbox);
        Assert.Single(_kicked);
    }

    [Fact]
    public async Task A_command_that_is_not_the_senders_to_give_is_refused_with_a_reason()
    {
        await KnownAsync();
        var rows = _table.Rows.ToList();
        await RefusedAsync(Asked with { State = CommandState.Done, FinishedAt = _now }, "a command must arrive pending");
        await RefusedAsync(Asked with { Outcome = "done" }, "a command must arrive pending");
        await RefusedAsync(Asked with { IssuedIn = Provider.Aws }, "issued in Aws, sent by Azure");
        await RefusedAsync(Asked with { IssuedIn = (Provider)7 }, "an unknown kind of command");
        await RefusedAsync(Asked with { Kind = (CommandKind)99 }, "an unknown kind of command");
        await RefusedAsync(Asked with { Severity = (Severity)99 }, "an unknown severity");
        await RefusedAsync(Asked with { Kind = CommandKind.Reject }, "Reject is not accepted from the peer", [CommandKind.Sweep]);
        await RefusedAsync(Asked with { Kind = CommandKind.Stop }, "Stop is not accepted from the peer", []);
        await RefusedAsync(Asked with { Id = Asked.Id.ToUpperInvariant() }, "a command's id must be 32 hex digits");
        await RefusedAsync(Asked with { Id = "../x" }, "a command's id must be 32 hex digits");
        await RefusedAsync(Asked with { Reason = new string('x', FederationLimits.MaxText + 1) }, "a text that is too long");
        await RefusedAsync(Asked with { FindingId = new string('x', FederationLimits.MaxName + 1) }, "a text that is too long");
        await RefusedAsync(Asked with { By = new Person("x", "y", [.. Enumerable.Repeat("g", 101)]) }, "a text that is too long");
        await RefusedAsync(Asked with { Exemption = Crossing.Exemption("a/b", _now) }, "an exemption's id must be");
        await RefusedAsync(Asked with { Exemption = Crossing.Exemption("a", _now) with { ExpiresAt = DateTimeOffset.MaxValue } }, "a time out of range");
        await RefusedAsync(Asked with { ExpiresAt = _now.AddDays(31) }, "a command must expire within 30 days");
        await RefusedAsync(Asked with { IssuedAt = _now.AddDays(-3), ExpiresAt = _now.AddSeconds(-1) }, "expired before it arrived");
        await RefusedAsync(Asked with { IssuedAt = _now.AddHours(1) }, "issued in the future");
        await RefusedAsync(Asked with { IssuedAt = _now.AddDays(-600) }, "a command must expire within 30 days");
        await RefusedAsync(Asked with { Partition = "aws:999988887777" }, "an account that this deployment does not know");
        await RefusedAsync(Crossing.Wire(CommandRows.Row(Asked, null)) with { Partition = "aws:999988887777" }, "the command is of another account than the row");
        await RefusedAsync(Crossing.Wire(CommandRows.Row(Asked, null)) with { Partition = "gcp:1" }, "Azure does not own this partition");
        await RefusedAsync(Crossing.Wire(CommandRows.Row(Asked, null)) with { Schema = 2 }, "a command of a later version than this deployment's");
        Assert.Equal(rows, _table.Rows);
        Assert.Empty(_kicked);
    }

    [Fact]
    public async Task A_result_comes_from_the_owner_and_what_was_done_stays_done()
    {
        // Asked here, of the peer.
        var mine = Crossing.Command(Provider.Aws, Theirs, "undo", _now);
        await new CommandDesk(_table).SubmitAsync(mine, Cancel);
        await RefusedAsync(mine, "a command that is pending at its owner is not sent");
        await RefusedAsync(Finished(mine) with { FinishedAt = null }, "a command that is pending at its owner is not sent");
        await RefusedAsync(Finished(mine) with { Outcome = new string('x', FederationLimits.MaxText + 1) }, "a text that is too long");

        // Forged: what became of our own commands is not theirs to say.
        await KnownAsync();
        await RefusedAsync(Finished(Crossing.Command(Provider.Aws, Some.Partition, "x", _now)), "a command must arrive pending");

        Assert.Equal(RowVerdict.Accepted, (await SendAsync(Finished(mine))).Verdict);
        Assert.Equal(RowVerdict.Stale, (await SendAsync(Finished(mine))).Verdict);
        Assert.Equal(RowVerdict.Stale, (await SendAsync(Finished(mine) with { State = CommandState.Refused, Outcome = "no" })).Verdict);
        await RefusedAsync(mine, "a command that is pending at its owner is not sent");
        Assert.Equal("done", CommandRows.Read(Assert.Single(_table.Rows, row => row.Kind is RowKind.Command)).Outcome);
        Assert.Empty(_kicked);

        // One that we never heard of, decided over there.
        Assert.Equal(RowVerdict.Accepted, (await SendAsync(Finished(Crossing.Command(Provider.Azure, Theirs, "stop", _now)))).Verdict);
    }

    [Fact]
    public async Task Exemptions_and_the_switch_are_the_owners_and_move_forward_only()
    {
        var exemption = Crossing.Exemption("a", _now) with { Revision = 2 };
        Assert.Equal(RowVerdict.Accepted, (await SendAsync(ExemptionRows.Row(Theirs, exemption, null))).Verdict);
        Assert.Equal(RowVerdict.Stale, (await SendAsync(ExemptionRows.Row(Theirs, exemption, null))).Verdict);
        Assert.Equal(RowVerdict.Stale, (await SendAsync(ExemptionRows.Row(Theirs, exemption with { Revision = 1, RevokedAt = _now }, null))).Verdict);
        Assert.Equal(RowVerdict.Accepted, (await SendAsync(ExemptionRows.Row(Theirs, exemption with { Revision = 3, RevokedAt = _now }, null))).Verdict);
        var control = new Control { Stopped = true, FirstSeen = _now, Revision = 1 };
        var deployment = RowKeys.Deployment(Provider.Azure);
        Assert.Equal(RowVerdict.Accepted, (await SendAsync(ControlRows.Row(deployment, control, null), accounts: TwoClouds.Subscription)).Verdict);
        Assert.Equal(RowVerdict.Stale, (await SendAsync(ControlRows.Row(deployment, control, null))).Verdict);

        var rows = _table.Rows.ToList();
        await RefusedAsync(Crossing.Wire(ExemptionRows.Row(Some.Partition, exemption, null)), "Azure does not own this partition");
        await RefusedAsync(Crossing.Wire(ControlRows.Row(RowKeys.Deployment(Provider.Aws), control, null)), "Azure does not own this partition");
        await RefusedAsync(Crossing.Wire(ControlRows.Row(Theirs, control, null)), "the switch must be in its deployment's own partition");
        await RefusedAsync(Crossing.Wire(ControlRows.Row(deployment, control with { Revision = long.MaxValue }, null)), "a revision out of range");
        await RefusedAsync(Crossing.Wire(ControlRows.Row(deployment, control with { Revision = 2, Reason = new string('x', FederationLimits.MaxText + 1) }, null)), "a text that is too long");
        await RefusedAsync(Crossing.Wire(ExemptionRows.Row(Theirs, exemption with { Revision = 0 }, null)), "a revision out of range");
        await RefusedAsync(Crossing.Wire(ExemptionRows.Row(Theirs, exemption with { Revision = 9, Reason = new string('x', FederationLimits.MaxText + 1) }, null)), "a text that is too long");
        await RefusedAsync(Crossing.Wire(ExemptionRows.Row(Theirs, exemption with { Revision = 9, Id = "a:b" }, null)), "an exemption's id must be");
        var row = Crossing.Wire(ExemptionRows.Row(Theirs, exemption with { Revision = 9 }, null));
        await RefusedAsync(row with { Document = System.Text.Json.JsonElement.Parse(row.Document.GetRawText().Replace("Waiver", "Blessing", StringComparison.Ordinal)) }, "not a document of kind Exemption");
        await RefusedAsync(row with { Kind = RowKind.Asset }, "rows of kind Asset are not exchanged by this version");
        await RefusedAsync(row with { Kind = RowKind.Link }, "rows of kind Link are not exchanged");
        await RefusedAsync(row with { Kind = RowKind.Lease }, "rows of kind Lease are not exchanged");
        Assert.Equal(rows, _table.Rows);
    }

    [Fact]
    public async Task Times_and_words_that_would_make_the_store_fail_are_refused()
    {
        var theirs = new MemoryTable();
        await Some.Recorder(theirs).RecordAsync(Some.Of(Crossing.Storage("a"), 1, Some.Rule(Compliance.NonCompliant)), Cancel);
        var finding = FindingRows.Finding(theirs.Rows.Single(row => row.Kind is RowKind.Finding));
        var step = FindingRows.Event(theirs.Rows.First(row => row.Kind is RowKind.Event));
        await RefusedAsync(Crossing.Wire(FindingRows.Row(Theirs, finding with { CapturedAt = DateTimeOffset.MaxValue }, null)), "a time out of range");
        await RefusedAsync(Crossing.Wire(FindingRows.Row(Theirs, finding with { Status = (FindingStatus)9 }, null)), "an unknown status or severity");
        var document = FindingRows.Row(Theirs, "h:", step).Document;
        var recorded = document.IndexOf("\"recordedAt\":\"", StringComparison.Ordinal) + "\"recordedAt\":\"".Length;
        var late = document[..recorded] + "9999-12-31T00:00:00+00:00" + document[document.IndexOf('"', recorded)..];
        await RefusedAsync(Crossing.Wire(new TableRow(Theirs, "h:", RowKind.Event, late)), "a time out of range");
        Assert.Empty(_table.Rows);
    }

    /// <summary>The command is set aside at its sender's, and the person who asked is told.</summary>
    [Fact]
    public async Task A_command_that_the_owner_does_not_take_is_refused_where_it_was_asked()
    {
        var mine = new MemoryTable();
        var asked = Crossing.Command(Provider.Aws, Theirs, "undo", _now) with { Kind = CommandKind.Stop };
        await new CommandDesk(mine).SubmitAsync(asked, Cancel);
        var owner = new FederationReceiver(_table, Provider.Aws, new HashSet<string>(), TimeProvider.System, new Backoff(() => 0), ApprovalSettings.Default with { FromPeer = [] });
        var report = await new FederationSender(mine, new Direct(owner), Provider.Aws, TimeProvider.System, () => 1).RunAsync("run", 10, Cancel);
        Assert.Equal((1, 0), (report.SetAside, report.Delivered));
        var command = CommandRows.Read(mine.Rows.Single(row => row.Kind is RowKind.Command));
        Assert.Equal((CommandState.Refused, "the owner's deployment rejected it: Stop is not accepted from the peer (approvals.fromPeer)"), (command.State, command.Outcome));
        Assert.Equal("q:o:command:", Assert.Single(mine.Rows, row => row.Kind is RowKind.Outbox).Key[.."q:o:command:".Length]);
    }

    private static Command Finished(Command command) => command with { State = CommandState.Done, Outcome = "done", FinishedAt = command.IssuedAt.AddMinutes(1) };

    private Task KnownAsync() => _table.RegisterAsync(Some.Partition, Cancel);

    private Task<RowAnswer> SendAsync(Command command) => SendAsync(CommandRows.Row(command, null));

    private Task<RowAnswer> SendAsync(TableRow row, string? accounts = null) => SendAsync(Crossing.Wire(row), fromPeer: null, accounts);

    private async Task<RowAnswer> SendAsync(FederatedRow row, CommandKind[]? fromPeer, string? accounts)
    {
        var receiver = new FederationReceiver(
            _table,
            Provider.Azure,
            accounts is null ? new HashSet<string>() : new HashSet<string> { accounts },
            TimeProvider.System,
            new Backoff(() => 0),
            ApprovalSettings.Default with { FromPeer = fromPeer is null ? Crossing.Anything : [.. fromPeer] },
            (partition, key) => _kicked.Add((partition, key)));
        var answer = Assert.Single((await receiver.ReceiveAsync(new FederationBatch { Rows = [row] }, Cancel)).Rows);
        await _table.CommitAsync(RowKeys.Deployment(Provider.Aws), [new TableWrite.Delete(PeerRows.Received, Version: null)], Cancel);
        return answer;
    }

    private async Task RefusedAsync(Command command, string reason, CommandKind[]? fromPeer = null) =>
        Refused(await SendAsync(Crossing.Wire(CommandRows.Row(command, null)), fromPeer, accounts: null), reason);

    private async Task RefusedAsync(FederatedRow row, string reason) => Refused(await SendAsync(row, fromPeer: null, accounts: null), reason);

    private static void Refused(RowAnswer answer, string reason)
    {
        Assert.Equal(RowVerdict.Rejected, answer.Verdict);
        Assert.StartsWith(reason, answer.Reason, StringComparison.Ordinal);
    }

    private sealed class Direct(FederationReceiver receiver) : IPeer
    {
        public Task<FederationAnswer> SendAsync(FederationBatch batch, CancellationToken cancellation) => receiver.ReceiveAsync(batch, cancellation);

        public Task<AccountDigest> DigestAsync(string partition, CancellationToken cancellation) => throw new NotSupportedException();

        public Task<System.Collections.Immutable.ImmutableArray<HeldRevision>> RevisionsAsync(string partition, string from, CancellationToken cancellation) => throw new NotSupportedException();
    }
}
