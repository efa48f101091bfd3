using ServerlessGuard.Due;
using ServerlessGuard.Findings;
using ServerlessGuard.Guards;
using ServerlessGuard.Notifications;
using ServerlessGuard.Resources;
using ServerlessGuard.Tables;
using ServerlessGuard.Tests.Findings;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Tests.Notifications;

public class NotifierTests
{
    private static readonly NotificationSettings Default = NotificationSettings.Default;

    [Fact]
    public void One_message_follows_its_finding_and_alarms_are_replies()
    {
        var world = new ChatWorld();
        world.Record("a", broken: true);
        Assert.Equal(1, world.Run()!.Posted);
        world.Step("a", FindingStep.Escalated, TreatmentState.Escalated);
        var second = world.Run()!;
        Assert.Equal((0, 1, 1), (second.Posted, second.Updated, second.Replied));
        world.Record("a", broken: false);
        world.Run();
        Assert.Equal("Resolved", (string?)Assert.Single(world.Slack.Posts)["status"]);
        var reply = Assert.Single(world.Slack.Messages, message => message.InReplyTo is not null);
        Assert.Equal((world.Slack.Messages[0].At, "Escalated"), (reply.InReplyTo, (string?)reply.Text["step"]));
        Assert.Empty(world.Outbox);
    }

    [Fact]
    public void What_was_resolved_before_anybody_heard_is_not_told()
    {
        var world = new ChatWorld();
        world.Record("a", broken: true);
        world.Record("a", broken: false);
        world.Run();
        Assert.Empty(world.Slack.Messages);
        Assert.Empty(world.Outbox);
    }

    /// <summary>A fix is often quicker than a chat that has just started: it changed a resource, and nobody was told.</summary>
    [Theory]
    [InlineData(ChatChannel.Slack)]
    [InlineData(ChatChannel.Teams)]
    public void What_we_fixed_before_anybody_heard_of_it_is_told_once(ChatChannel channel)
    {
        var world = new ChatWorld(null, channel);
        world.Record("a", broken: true);
        world.Step("a", FindingStep.Fixed, TreatmentState.Fixed);
        world.Record("a", broken: false);
        world.Run();
        Assert.Equal("Resolved", (string?)Assert.Single(world.Chats[channel].Posts)["status"]);
        world.Run();
        Assert.Single(world.Chats[channel].Posts);
        Assert.Empty(world.Outbox);
    }

    /// <summary>The fix of an earlier violation is no news about this one.</summary>
    [Fact]
    public void What_was_fixed_once_and_resolved_by_others_later_is_not_told()
    {
        var world = new ChatWorld();
        world.Record("a", broken: true);
        world.Step("a", FindingStep.Fixed, TreatmentState.Fixed);
        world.Record("a", broken: false);
        world.Run();
        var posts = world.Slack.Posts.Count();
        world.Clock.Advance(TimeSpan.FromMinutes(5));
        world.Record("a", broken: true);
        world.Record("a", broken: false);
        world.Run();
        Assert.Equal(posts, world.Slack.Posts.Count());
    }

    [Fact]
    public void A_webhook_gets_a_message_for_each_step_worth_one()
    {
        var world = new ChatWorld(null, ChatChannel.Teams);
        world.Record("a", broken: true);
        world.Run();
        world.Step("a", FindingStep.Proposed, TreatmentState.Proposed);
        world.Run();
        world.Record("a", broken: false);
        world.Run();
        Assert.Equal(["Open", "Resolved"], world.Chats[ChatChannel.Teams].Posts.Select(post => (string?)post["status"]));
    }

    [Fact]
    public void Two_hundred_findings_of_a_rule_are_one_digest_that_is_kept_up_to_date()
    {
        var world = new ChatWorld();
        for (var i = 0; i < 200; i++)
        {
            world.Record($"b{i}", broken: true);
        }

        var early = world.Run()!;
        Assert.Equal((0, world.Clock.GetUtcNow() + Default.DigestWindow), (world.Slack.Messages.Count, early.NextAt));
        world.Clock.Advance(Default.DigestWindow);
        Assert.Equal(1, world.Run()!.Digests);
        Assert.Equal(200, Assert.Single(world.Slack.Posts)["digest"]!.AsObject().Count);
        Assert.Empty(world.Outbox);

        world.Record("late", broken: true);
        world.Run();
        Assert.Equal(201, Assert.Single(world.Slack.Posts)["digest"]!.AsObject().Count);
        for (var i = 0; i < 200; i++)
        {
            world.Record($"b{i}", broken: false);
        }

        var last = world.Run()!;
        Assert.Equal((0, 1), (last.Posted, last.Updated));
        Assert.Equal(2, (long)world.Slack.Posts.Single()["digest"]![FindingId.Of("SG-STOR-001", Some.Bucket("b7"))]!);
        Assert.Empty(world.Outbox);
    }

    [Fact]
    public void Quiet_hours_hold_what_can_wait_until_they_end()
    {
        var quiet = Default with { QuietHours = new QuietHours(new TimeOnly(11, 0), new TimeOnly(13, 0), "UTC", Severity.Critical) };
        var world = new ChatWorld(quiet);
        world.Record("urgent", broken: true);
        world.Record("later", broken: true, Severity.High);
        var report = world.Run()!;
        Assert.Equal((1, 1, Some.Start.AddHours(1)), (report.Posted, report.Held, report.NextAt));
        world.Clock.Advance(TimeSpan.FromMinutes(59));
        Assert.Equal(0, world.Run()!.Posted);
        world.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(1, world.Run()!.Posted);
        Assert.Empty(world.Outbox);
    }

    [Theory]
    [InlineData("22:00", "07:00", "Europe/Berlin", "2026-03-01T22:30:00Z", "2026-03-02T06:00:00Z")]
    [InlineData("22:00", "07:00", "Europe/Berlin", "2026-03-02T05:59:00Z", "2026-03-02T06:00:00Z")]
    [InlineData("22:00", "07:00", "Europe/Berlin", "2026-03-02T06:00:00Z", null)]
    [InlineData("22:00", "07:00", "Europe/Berlin", "2026-07-01T20:00:00Z", "2026-07-02T05:00:00Z")]
    [InlineData("01:00", "02:30", "Europe/Berlin", "2026-03-29T00:30:00Z", "2026-03-29T01:00:00Z")]
    [InlineData("08:00", "08:00", "UTC", "2026-03-01T08:00:00Z", null)]
    [InlineData("08:00", "09:00", "Nowhere/Atall", "2026-03-01T08:30:00Z", "2026-03-01T09:00:00Z")]
    public void Quiet_hours_are_those_of_the_place(string from, string to, string zone, string now, string? until) => Assert.Equal(
        until is null ? null : DateTimeOffset.Parse(until),
        Routing.QuietUntil(new QuietHours(TimeOnly.Parse(from), TimeOnly.Parse(to), zone, Severity.Critical), DateTimeOffset.Parse(now)));

    [Fact]
    public void A_finding_goes_to_every_route_that_it_matches()
    {
        var settings = Default with
        {
            Routes =
            [
                new NotificationRoute { Name = "all", Channel = ChatChannel.Slack },
                new NotificationRoute { Name = "worst", Channel = ChatChannel.Slack, MinSeverity = Severity.Critical },
                new NotificationRoute { Name = "keys", Channel = ChatChannel.Slack, Rules = ["SG-KEY-001"] },
                new NotificationRoute { Name = "other", Channel = ChatChannel.Slack, Accounts = ["999999999999"] },
                new NotificationRoute { Name = "unconfigured", Channel = ChatChannel.Teams },
            ],
        };
        var world = new ChatWorld(settings);
        world.Record("a", broken: true, Severity.High);
        Assert.Equal(1, world.Run()!.Posted);
        world.Record("b", broken: true, Severity.Critical, "SG-KEY-001");
        Assert.Equal(3, world.Run()!.Posted);
        world.Record("c", broken: true, Severity.Low);
        Assert.Equal(0, world.Run()!.Posted);
        Assert.Empty(world.Outbox);
    }

    [Fact]
    public void A_route_that_fails_is_tried_again_and_the_others_do_not_hear_twice()
    {
        var world = new ChatWorld(null, ChatChannel.Slack, ChatChannel.Teams);
        world.Chats[ChatChannel.Teams].Fate = _ => Fate.Down;
        world.Record("a", broken: true);
        var report = world.Run()!;
        Assert.Equal((1, 1, "teams: timeout"), (report.Posted, report.Failed, report.Fault));
        world.Settle();
        Assert.Equal((1, 1), (world.Slack.Messages.Count, world.Chats[ChatChannel.Teams].Messages.Count));
    }

    [Fact]
    public void Throttling_is_honoured_to_the_second_and_costs_one_call()
    {
        var world = new ChatWorld();
        for (var i = 0; i < 5; i++)
        {
            world.Record($"b{i}", broken: true);
        }

        world.Slack.Fate = _ => Fate.Throttled;
        var report = world.Run()!;
        Assert.Equal((1, Some.Start.AddSeconds(30)), (report.Failed, report.NextAt));
        world.Slack.Fate = null;
        world.Clock.Advance(TimeSpan.FromSeconds(29));
        Assert.Equal(0, world.Run()!.Posted);
        world.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(5, world.Run()!.Posted);
    }

    [Fact]
    public void A_message_that_is_never_taken_is_set_aside_and_not_in_the_way()
    {
        var world = new ChatWorld();
        world.Record("poison", broken: true);
        var poison = world.Findings.Single().Id;
        world.Record("fine", broken: true);
        world.Slack.Fate = message => (string?)message["finding"] == poison ? Fate.Rejected : Fate.Taken;
        Assert.Equal(1, world.Run()!.Posted);
        for (var i = 0; i < 5; i++)
        {
            world.Clock.Advance(TimeSpan.FromHours(1));
            world.Run();
        }

        Assert.Empty(world.Outbox);
        Assert.Equal("slack: invalid_blocks", OutboxRows.Read(Assert.Single(world.SetAside)).Fault);
    }

    [Fact]
    public async Task A_message_that_cannot_be_made_is_no_ones_but_its_own_problem()
    {
        var world = new ChatWorld();
        world.Slack.Fate = _ => throw new InvalidOperationException("never called");
        var notifier = new Notifier(
            world.Table, new Dictionary<ChatChannel, IChat> { [ChatChannel.Slack] = world.Slack }, Default, _ => ValueTask.FromResult<IPresentation>(new Broken()), Provider.Aws, world.Clock, () => 1);
        world.Record("a", broken: true);
        var report = await notifier.RunAsync("run", 10, default);
        Assert.Equal("slack: the message could not be built: InvalidOperationException", report.Fault);
        Assert.Single(world.Outbox);
    }

    [Fact]
    public void A_message_that_somebody_deleted_is_written_anew()
    {
        var world = new ChatWorld();
        world.Record("a", broken: true);
        world.Run();
        world.Slack.Deleted.Add(world.Slack.Messages[0].At.Ts!);
        world.Record("a", broken: false);
        world.Run();
        Assert.Equal("Resolved", (string?)world.Slack.Posts.Last()["status"]);
        Assert.Empty(world.Outbox);
    }

    [Fact]
    public async Task The_switch_is_told_once_to_each_route_however_often_it_is_asked_for()
    {
        var world = new ChatWorld(null, ChatChannel.Slack, ChatChannel.Teams);
        var partition = RowKeys.Deployment(Provider.Aws);
        await world.Table.CommitAsync(RowKeys.Directory, [new TableWrite.Insert(AccountRows.Row(partition))], default);
        var control = new Control { Stopped = true, By = "sam", FirstSeen = Some.Start, Revision = 2 };
        var row = ControlRows.Row(partition, control, version: null);
        var entries = new[] { 0, 1 }.Select(second => OutboxEntry.OfRow(OutboxKind.Notify, partition, ControlRows.Key, Some.Start.AddSeconds(second)));
        await world.Table.CommitMarkedAsync(
            partition, [new TableWrite.Put(row), .. entries.Select(entry => new TableWrite.Put(OutboxRows.Row(partition, entry, version: null)))], world.Clock.GetUtcNow(), default);
        Assert.Equal(2, world.Run()!.Notices);
        Assert.True((bool)Assert.Single(world.Slack.Posts)["stopped"]!);
        Assert.Single(world.Chats[ChatChannel.Teams].Posts);
        Assert.Empty(world.Outbox);
    }

    [Fact]
    public void A_run_ends_at_its_limit_and_says_that_there_is_more()
    {
        var world = new ChatWorld();
        for (var i = 0; i < 5; i++)
        {
            world.Record($"b{i}", broken: true);
        }

        var report = world.Run(maxMessages: 2)!;
        Assert.Equal((2, world.Clock.GetUtcNow()), (report.Posted, report.NextAt));
        Assert.Equal(3, world.Run()!.Posted);
    }

    private sealed class Broken : IPresentation
    {
        public System.Text.Json.Nodes.JsonObject Finding(ChatChannel channel, Finding finding, IReadOnlyList<FindingEvent> story) => throw new InvalidOperationException("a bug");

        public System.Text.Json.Nodes.JsonObject Reply(ChatChannel channel, Finding finding, FindingEvent step) => [];

        public System.Text.Json.Nodes.JsonObject Digest(ChatChannel channel, IReadOnlyList<Finding> findings) => [];

        public System.Text.Json.Nodes.JsonObject Control(ChatChannel channel, Provider provider, Control control) => [];

        public System.Text.Json.Nodes.JsonObject Breaker(ChatChannel channel, string partition, string rule, int fixes) => [];

        public System.Text.Json.Nodes.JsonObject Peer(ChatChannel channel, Provider peer, ServerlessGuard.Federation.PeerNote note) => [];

        public ChatChannel? Asks(ServerlessGuard.Guards.Person person) => null;

        public System.Text.Json.Nodes.JsonObject Question(ServerlessGuard.Decisions.Command asked, ServerlessGuard.Decisions.Question question, Finding? finding) => [];

        public System.Text.Json.Nodes.JsonObject Exemption(ChatChannel channel, ServerlessGuard.Exemptions.Exemption exemption) => [];
    }
}
