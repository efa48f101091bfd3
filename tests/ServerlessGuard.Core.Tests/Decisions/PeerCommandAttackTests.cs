using ServerlessGuard.Decisions;
using ServerlessGuard.Exemptions;
using ServerlessGuard.Federation;
using ServerlessGuard.Findings;
using ServerlessGuard.Guards;
using ServerlessGuard.Recording;
using ServerlessGuard.Resources;
using ServerlessGuard.Tables;
using ServerlessGuard.Tests.Federation;
using ServerlessGuard.Tests.Findings;

namespace ServerlessGuard.Tests.Decisions;

/// <summary>Whoever holds the peer may name any approver. What they can do with it, where the settings allow every kind.</summary>
public sealed class PeerCommandAttackTests
{
    private static readonly CancellationToken Cancel = CancellationToken.None;

    private static readonly ApprovalSettings Wide = ApprovalSettings.Default with { Approvers = [Desk.Kim.Id], FromPeer = Crossing.Anything };

    private readonly Desk _desk = new(approvals: Wide);

    private IEnumerable<Exemption> Exemptions => _desk.Scene.Table.Rows.Where(row => row.Kind is RowKind.Exemption).Select(ExemptionRows.Read);

    [Fact]
    public async Task An_exemption_of_the_peer_without_a_finding_exempts_nothing()
    {
        await _desk.SeeAndPlanAsync();
        var command = One();
        foreach (var wider in new[]
        {
            command with { FindingId = null },
            command with { FindingId = "SG-STOR-001" },
            command with { Exemption = command.Exemption! with { RuleId = null } },
            command with { Exemption = command.Exemption! with { ResourceId = null } },
            command with { Exemption = command.Exemption! with { Tag = "public" } },
            command with { Exemption = command.Exemption! with { RuleId = null, ResourceId = null, Tag = "public=yes" } },
        })
        {
            await RefusedAsync(wider, "an exemption from the peer must be for one finding");
        }
    }

    [Fact]
    public async Task An_exemption_of_the_peer_that_says_another_thing_than_its_finding_exempts_nothing()
    {
        await _desk.SeeAndPlanAsync();
        var command = One();
        foreach (var other in new[]
        {
            command with { Exemption = command.Exemption! with { RuleId = "SG-STOR" } },
            command with { Exemption = command.Exemption! with { RuleId = "SG-STOR-002" } },
            command with { Exemption = command.Exemption! with { ResourceId = "arn:aws:s3:::another" } },
            command with { Exemption = command.Exemption! with { Account = "999988887777" } },
            command with { FindingId = FindingId.Of("SG-STOR-001", Some.Bucket("another")) },
        })
        {
            await RefusedAsync(other, "an exemption from the peer must be for one finding");
        }
    }

    [Fact]
    public async Task An_exemption_of_the_peer_ends_within_a_week()
    {
        await _desk.SeeAndPlanAsync();
        var command = One();
        await RefusedAsync(command with { Exemption = command.Exemption! with { ExpiresAt = _desk.Scene.Time.Now.AddDays(8) } }, "an exemption from the peer must end within 7 days");
        Assert.Equal(CommandState.Done, (await _desk.DoAsync(command)).State);
        Assert.Equal(command.FindingId, Assert.Single(Exemptions).FindingId);
        Assert.Equal(FindingStatus.Suppressed, _desk.Scene.Finding.Status);
    }

    /// <summary>A rule's exemption covers its sub-findings too; that of one finding does not.</summary>
    [Fact]
    public void An_exemption_of_one_finding_covers_no_sub_finding_and_no_sibling()
    {
        var exemption = Crossing.Exemption("a", Some.Start) with { ResourceId = Some.Bucket().Id };
        var one = exemption with { FindingId = FindingId.Of("SG-STOR-001", Some.Bucket()) };
        Assert.True(exemption.Concerns("SG-STOR-001/latent", Some.Bucket(), static _ => null, Some.Start));
        Assert.False(one.Concerns("SG-STOR-001/latent", Some.Bucket(), static _ => null, Some.Start));
        Assert.True(one.Concerns("SG-STOR-001", Some.Bucket(), static _ => null, Some.Start));
    }

    [Fact]
    public async Task The_peer_does_not_end_an_exemption_that_was_given_here()
    {
        await _desk.SeeAndPlanAsync();
        await _desk.DoAsync(_desk.Exempt(5));
        var ours = Assert.Single(Exemptions);
        var revoke = FromPeer(_desk.Command(CommandKind.Revoke) with { Exemption = ours });
        Assert.Equal(new CommandOutcome(CommandState.Refused, "the exemption was made here: end it here"), await _desk.DoAsync(revoke));
        Assert.Null(Assert.Single(Exemptions).RevokedAt);
        Assert.Equal(CommandState.Done, (await _desk.DoAsync(_desk.Command(CommandKind.Revoke) with { Exemption = ours })).State);

        // Its own it may end.
        await _desk.DoAsync(One());
        var theirs = Exemptions.Single(one => one.RevokedAt is null);
        Assert.Equal(CommandState.Done, (await _desk.DoAsync(FromPeer(_desk.Command(CommandKind.Revoke) with { Exemption = theirs }))).State);
    }

    [Fact]
    public async Task The_peer_does_not_lift_a_stop_that_was_ordered_here()
    {
        await _desk.DoAsync(_desk.Command(CommandKind.Stop));
        Assert.Equal(
            new CommandOutcome(CommandState.Refused, "the stop was issued here: resume here (approvals.peerLiftsOwnStop)"), await _desk.DoAsync(FromPeer(_desk.Command(CommandKind.Resume))));
        Assert.True(_desk.Control!.Stopped);

        // Nor one of an earlier version, which does not say where it was ordered.
        var row = _desk.Scene.Table.Rows.Single(row => row.Kind is RowKind.Control);
        Assert.DoesNotContain("byPeer\":true", row.Document, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_peer_does_not_take_a_stop_over_by_stopping_once_more()
    {
        await _desk.DoAsync(_desk.Command(CommandKind.Stop));
        var before = _desk.Control;
        Assert.Equal("it was already stopped", (await _desk.DoAsync(FromPeer(_desk.Command(CommandKind.Stop)))).Detail);
        Assert.Equal(before, _desk.Control);
        Assert.Equal(CommandState.Refused, (await _desk.DoAsync(FromPeer(_desk.Command(CommandKind.Resume)))).State);
        Assert.True(_desk.Control!.Stopped);
    }

    [Fact]
    public async Task A_stop_of_the_peer_becomes_ours_when_somebody_here_orders_it_too()
    {
        await _desk.DoAsync(FromPeer(_desk.Command(CommandKind.Stop)));
        Assert.True(_desk.Control is { Stopped: true, ByPeer: true });
        await _desk.DoAsync(_desk.Command(CommandKind.Stop));
        Assert.Equal(CommandState.Refused, (await _desk.DoAsync(FromPeer(_desk.Command(CommandKind.Resume)))).State);
        Assert.True(_desk.Control is { Stopped: true, ByPeer: false });
    }

    [Fact]
    public async Task What_the_peer_stopped_it_may_resume_where_resume_is_allowed_and_more_only_where_that_is_said()
    {
        await _desk.DoAsync(FromPeer(_desk.Command(CommandKind.Stop)));
        Assert.Equal(CommandState.Done, (await _desk.DoAsync(FromPeer(_desk.Command(CommandKind.Resume)))).State);
        Assert.False(_desk.Control!.Stopped);

        var lax = new Desk(approvals: Wide with { PeerLiftsOwnStop = true });
        await lax.DoAsync(lax.Command(CommandKind.Stop));
        Assert.Equal(CommandState.Done, (await lax.DoAsync(FromPeer(lax.Command(CommandKind.Resume)))).State);
    }

    [Fact]
    public async Task A_flood_of_one_kind_is_held_back_and_a_stop_still_comes_through()
    {
        var raised = new List<PeerAlarmKind>();
        var table = _desk.Scene.Table;
        await table.RegisterAsync(Some.Partition, Cancel);
        var verdicts = new List<RowVerdict>();
        for (var i = 0; i < 50; i++)
        {
            // Another process each time: the count is in the table.
            verdicts.Add((await SendAsync(_desk.Command(CommandKind.Sweep) with { Partition = Some.Partition }, raised)).Verdict);
        }

        Assert.Equal(Wide.FromPeerPerHour, verdicts.Count(verdict => verdict is RowVerdict.Accepted));
        Assert.All(verdicts.Skip(Wide.FromPeerPerHour), verdict => Assert.Equal(RowVerdict.Rejected, verdict));
        var late = await SendAsync(_desk.Command(CommandKind.Sweep) with { Partition = Some.Partition }, raised);
        Assert.Equal("Azure has requested Sweep 20 times this hour, which is the limit (approvals.fromPeerPerHour); decide in Aws", late.Reason);
        Assert.Equal(Enumerable.Repeat(PeerAlarmKind.TooMany, 31), raised);
        var note = Assert.Single(table.Rows, row => row.Kind is RowKind.Peer && PeerRows.Note(row).Alarm is not null);
        Assert.Single(table.Rows, row => row.Kind is RowKind.Outbox && OutboxRows.Read(row) is { Kind: OutboxKind.Notify } entry && entry.Row == note.Key);

        Assert.Equal(RowVerdict.Accepted, (await SendAsync(_desk.Command(CommandKind.Stop), raised)).Verdict);
        _desk.Scene.Time.Now += TimeSpan.FromHours(1);
        Assert.Equal(RowVerdict.Accepted, (await SendAsync(_desk.Command(CommandKind.Sweep) with { Partition = Some.Partition }, raised)).Verdict);
    }

    /// <summary>What is refused anyway, and a command that is sent again, take nobody's place.</summary>
    [Fact]
    public async Task Replays_and_refused_commands_use_nothing_up()
    {
        await _desk.Scene.Table.RegisterAsync(Some.Partition, Cancel);
        var sweep = _desk.Command(CommandKind.Sweep) with { Partition = Some.Partition };
        Assert.Equal(RowVerdict.Accepted, (await SendAsync(sweep, [])).Verdict);
        for (var i = 0; i < 30; i++)
        {
            Assert.Equal(RowVerdict.Stale, (await SendAsync(sweep, [])).Verdict);
            Assert.Equal(RowVerdict.Rejected, (await SendAsync(_desk.Command(CommandKind.Sweep) with { Partition = "aws:999988887777" }, [])).Verdict);
        }

        Assert.Equal(1, PeerRows.Note(_desk.Scene.Table.Rows.Single(row => row.Kind is RowKind.Peer)).Count);
    }

    private static Command FromPeer(Command command) => command with { IssuedIn = Provider.Azure };

    /// <summary>As it should be: the finding's own rule and resource, for five days.</summary>
    private Command One() => FromPeer(_desk.Exempt(5, rule: "SG-STOR-001", resource: _desk.Scene.Finding.Resource.Id)) with { FindingId = _desk.Scene.Finding.Id };

    private async Task RefusedAsync(Command command, string why)
    {
        var outcome = await _desk.DoAsync(command with { Id = $"{Guid.NewGuid():N}" });
        Assert.Equal(CommandState.Refused, outcome.State);
        Assert.StartsWith(why, outcome.Detail, StringComparison.Ordinal);
        Assert.Empty(Exemptions);
        Assert.Equal(FindingStatus.Open, _desk.Scene.Finding.Status);
    }

    private async Task<RowAnswer> SendAsync(Command command, List<PeerAlarmKind> raised)
    {
        var policy = new OutboxPolicy(_desk.Scene.Settings, federates: true, notifies: true);
        var receiver = new FederationReceiver(
            _desk.Scene.Table, Provider.Azure, new HashSet<string>(), _desk.Scene.Time, new Backoff(() => 0), Wide,
            alarms: new PeerAlarms(_desk.Scene.Table, Provider.Aws, policy, _desk.Scene.Time, raised.Add));
        return Assert.Single((await receiver.ReceiveAsync(new FederationBatch { Rows = [Crossing.Wire(CommandRows.Row(FromPeer(command), null))] }, Cancel)).Rows);
    }
}
