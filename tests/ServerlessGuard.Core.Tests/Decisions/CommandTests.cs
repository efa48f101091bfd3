using ServerlessGuard.Decisions;
using ServerlessGuard.Findings;
using ServerlessGuard.Guards;
using ServerlessGuard.Resources;
using ServerlessGuard.Tables;
using ServerlessGuard.Tests.Remediation;

namespace ServerlessGuard.Tests.Decisions;

public sealed class CommandTests
{
    [Fact]
    public async Task A_plan_is_shown_approved_made_again_and_applied_once()
    {
        var desk = new Desk();
        await desk.SeeAndPlanAsync();
        Assert.Equal(TreatmentState.AwaitingApproval, desk.Scene.Treatment.State);
        var approve = desk.Command(CommandKind.Approve);
        Assert.Equal(CommandState.Done, (await desk.DoAsync(approve)).State);
        Assert.Equal((TreatmentState.Approved, "kim"), (desk.Scene.Treatment.State, desk.Scene.Treatment.By));
        await desk.Scene.TreatAsync();
        Assert.Equal((TreatmentState.Fixed, "kim", 2), (desk.Scene.Treatment.State, desk.Scene.Treatment.By, desk.Scene.Cloud.Writes));
        Assert.Equal([FindingStep.Opened, FindingStep.AwaitingApproval, FindingStep.Approved, FindingStep.Applying, FindingStep.Fixed], desk.Story);

        // The same click again, and a second one of the same button.
        Assert.Equal(CommandState.Done, (await desk.DoAsync(approve)).State);
        Assert.Equal(CommandState.Refused, (await desk.DoAsync(desk.Command(CommandKind.Approve))).State);
        Assert.Equal(2, desk.Scene.Cloud.Writes);
    }

    [Fact]
    public async Task A_plan_that_changed_after_the_yes_is_asked_for_again()
    {
        var desk = new Desk();
        await desk.SeeAndPlanAsync();
        await desk.DoAsync(desk.Command(CommandKind.Approve));
        desk.Scene.Cloud.State!["first"] = true;
        await desk.Scene.TreatAsync();
        Assert.Equal((TreatmentState.AwaitingApproval, 0), (desk.Scene.Treatment.State, desk.Scene.Cloud.Writes));
        Assert.Null(desk.Scene.Treatment.By);
    }

    [Fact]
    public async Task A_yes_to_an_older_plan_is_declined_and_everybody_sees_it()
    {
        var desk = new Desk();
        await desk.SeeAndPlanAsync();
        var outcome = await desk.DoAsync(desk.Command(CommandKind.Approve, plan: "0123456789abcdef"));
        Assert.Equal(CommandState.Refused, outcome.State);
        Assert.Contains("the plan has changed since", outcome.Detail, StringComparison.Ordinal);
        Assert.Equal(FindingStep.Declined, desk.Story.Last());
        Assert.Equal(TreatmentState.AwaitingApproval, desk.Scene.Treatment.State);
    }

    [Fact]
    public async Task A_no_keeps_the_same_plan_from_being_asked_for_again()
    {
        var desk = new Desk();
        await desk.SeeAndPlanAsync();
        await desk.DoAsync(desk.Command(CommandKind.Reject) with { Reason = "the website needs it" });
        Assert.Equal((TreatmentState.Rejected, "the website needs it", "kim"), (desk.Scene.Treatment.State, desk.Scene.Treatment.Detail, desk.Scene.Treatment.By));
        await desk.SeeAndPlanAsync("another reason");
        Assert.Equal((TreatmentState.Rejected, 0), (desk.Scene.Treatment.State, desk.Scene.Cloud.Writes));
    }

    [Fact]
    public async Task Two_people_are_two_people()
    {
        var desk = new Desk(approvals: ApprovalSettings.Default with { Approvers = [Desk.Kim.Id, Desk.Sam.Id], TwoPersonRules = ["SG-STOR-001"] });
        await desk.SeeAndPlanAsync();
        Assert.Equal(CommandState.Done, (await desk.DoAsync(desk.Command(CommandKind.Approve))).State);
        await desk.Scene.TreatAsync();
        Assert.Equal((TreatmentState.AwaitingApproval, 0), (desk.Scene.Treatment.State, desk.Scene.Cloud.Writes));
        Assert.Equal(CommandState.Refused, (await desk.DoAsync(desk.Command(CommandKind.Approve))).State);
        Assert.Equal(CommandState.Done, (await desk.DoAsync(desk.Command(CommandKind.Approve, Desk.Sam))).State);
        await desk.Scene.TreatAsync();
        Assert.Equal((TreatmentState.Fixed, "kim and sam"), (desk.Scene.Treatment.State, desk.Scene.Treatment.By));
    }

    [Theory]
    [InlineData(CommandKind.Approve)]
    [InlineData(CommandKind.Reject)]
    [InlineData(CommandKind.Undo)]
    [InlineData(CommandKind.Exempt)]
    [InlineData(CommandKind.Stop)]
    [InlineData(CommandKind.Sweep)]
    public async Task Who_may_not_decide_does_not(CommandKind kind)
    {
        var desk = new Desk();
        await desk.SeeAndPlanAsync();
        var revision = desk.Scene.Finding.Revision;
        var command = kind is CommandKind.Exempt ? desk.Exempt(1) : desk.Command(kind);
        Assert.Equal(CommandState.Refused, (await desk.DoAsync(command with { By = Desk.Stranger })).State);
        Assert.Equal(CommandState.Refused, (await desk.DoAsync(command with { Id = new string('b', 32), By = new Person("root", "local:root"), IssuedIn = Provider.Azure })).State);
        Assert.Equal((revision, 0, 0), (desk.Scene.Finding.Revision, desk.Scene.Cloud.Writes, desk.Sweeps));
        Assert.True(desk.Control is null or { Stopped: false });
    }

    [Fact]
    public async Task A_group_may_decide_and_an_operator_with_access_to_the_table_always()
    {
        var desk = new Desk(approvals: ApprovalSettings.Default with { Approvers = ["slack-group:S1"] });
        await desk.SeeAndPlanAsync();
        Assert.Equal(CommandState.Done, (await desk.DoAsync(desk.Command(CommandKind.Reject, new Person("kim", "slack:U1", ["slack-group:S1"])))).State);
        Assert.Equal(CommandState.Done, (await desk.DoAsync(desk.Command(CommandKind.Sweep, new Person("root", "local:root")))).State);
        Assert.Equal(1, desk.Sweeps);
    }

    [Fact]
    public async Task What_the_peer_may_not_ask_for_and_what_comes_too_late_is_refused()
    {
        var desk = new Desk(approvals: ApprovalSettings.Default with { Approvers = [Desk.Kim.Id], FromPeer = [CommandKind.Stop] });
        await desk.SeeAndPlanAsync();
        Assert.Equal(CommandState.Refused, (await desk.DoAsync(desk.Command(CommandKind.Reject) with { IssuedIn = Provider.Azure })).State);
        Assert.Equal(CommandState.Refused, (await desk.DoAsync(desk.Command(CommandKind.Approve) with { ExpiresAt = desk.Scene.Time.Now.AddSeconds(-1) })).State);
        Assert.Equal(CommandState.Done, (await desk.DoAsync(desk.Command(CommandKind.Stop) with { IssuedIn = Provider.Azure })).State);
        Assert.True(desk.Control!.Stopped);
    }

    [Fact]
    public async Task Nobody_approves_in_time_and_the_plan_expires()
    {
        var desk = new Desk();
        await desk.SeeAndPlanAsync();
        desk.Scene.Time.Now += TimeSpan.FromHours(73);
        Assert.Equal(1, await desk.Walk.RunAsync(Provider.Aws, CancellationToken.None));
        Assert.Equal((TreatmentState.Expired, FindingStep.Expired), (desk.Scene.Treatment.State, desk.Story.Last()));
        Assert.Contains("older than 72 hours", (await desk.DoAsync(desk.Command(CommandKind.Approve))).Detail, StringComparison.Ordinal);
        Assert.Null(await desk.Walk.RunAsync(Provider.Aws, CancellationToken.None));
        await desk.SeeAndPlanAsync("still public");
        Assert.Equal(TreatmentState.AwaitingApproval, desk.Scene.Treatment.State);
    }

    [Fact]
    public async Task A_fix_is_undone_by_a_person_and_a_drift_is_shown()
    {
        var desk = new Desk(RemediationMode.Enforce);
        await desk.SeeAndPlanAsync();
        desk.Scene.Cloud.State!["second"] = "else";
        var drifted = await desk.DoAsync(desk.Command(CommandKind.Undo));
        Assert.Contains("somebody changed the resource since", drifted.Detail, StringComparison.Ordinal);
        Assert.Equal((FindingStep.Declined, TreatmentState.Fixed), (desk.Story.Last(), desk.Scene.Treatment.State));
        desk.Scene.Cloud.State = FakeCloud.Closed;
        Assert.Equal(CommandState.Done, (await desk.DoAsync(desk.Command(CommandKind.Undo))).State);
        Assert.Equal(FakeCloud.Open.ToJsonString(), desk.Scene.Cloud.State!.ToJsonString());
    }

    [Fact]
    public async Task A_stop_holds_every_fix_even_an_approved_one_until_it_is_resumed_and_approved_again()
    {
        var desk = new Desk();
        await desk.SeeAndPlanAsync();
        await desk.DoAsync(desk.Command(CommandKind.Approve));
        await desk.DoAsync(desk.Command(CommandKind.Stop) with { Reason = "incident 7" });
        await desk.Scene.TreatAsync();
        Assert.Equal((TreatmentState.AwaitingApproval, "fixes are stopped by kim: incident 7", 0), (desk.Scene.Treatment.State, desk.Scene.Treatment.Detail, desk.Scene.Cloud.Writes));
        desk.Scene.Time.Now += TimeSpan.FromMinutes(1);
        await desk.DoAsync(desk.Command(CommandKind.Resume));
        await desk.DoAsync(desk.Command(CommandKind.Approve));
        await desk.Scene.TreatAsync();
        Assert.Equal(TreatmentState.Fixed, desk.Scene.Treatment.State);
        Assert.Equal(2, desk.Scene.Table.Rows.Count(row => row.Kind is RowKind.Outbox && OutboxRows.Read(row) is { Kind: OutboxKind.Notify, Row: ControlRows.Key }));
    }

    [Fact]
    public async Task A_stop_between_the_decision_and_the_call_still_stops_it()
    {
        var desk = new Desk(RemediationMode.Enforce);
        await desk.Scene.SeeAsync(compliant: false);
        var commits = 0;
        desk.Scene.Table.OnCommit = _ => commits++;
        await desk.Scene.TreatAsync();
        var all = commits;
        for (var at = 1; at <= all; at++)
        {
            var other = new Desk(RemediationMode.Enforce);
            await other.Scene.SeeAsync(compliant: false);
            var stop = other.Command(CommandKind.Stop);
            var seen = 0;
            var writes = 0;
            other.Scene.Table.OnCommit = _ =>
            {
                if (++seen == at)
                {
                    other.Scene.Table.OnCommit = null;
                    other.DoAsync(stop).GetAwaiter().GetResult();
                    writes = other.Scene.Cloud.Writes;
                }
            };
            await other.Scene.TreatAsync();
            Assert.Equal(writes, other.Scene.Cloud.Writes);
        }
    }

    [Fact]
    public async Task The_dry_window_shows_what_would_be_done_and_a_person_may_do_it()
    {
        var desk = new Desk(RemediationMode.Enforce, settings: new RemediationSettings { DryWindow = TimeSpan.FromHours(24) });
        await desk.SeeAndPlanAsync();
        Assert.Equal((TreatmentState.Proposed, 0), (desk.Scene.Treatment.State, desk.Scene.Cloud.Writes));
        Assert.Contains("the dry window", desk.Scene.Treatment.Detail, StringComparison.Ordinal);
        await desk.DoAsync(desk.Command(CommandKind.Approve));
        await desk.Scene.TreatAsync();
        Assert.Equal(TreatmentState.Fixed, desk.Scene.Treatment.State);
        desk.Scene.Time.Now += TimeSpan.FromHours(25);
        desk.Scene.Cloud.State = FakeCloud.Open;
        await desk.SeeAndPlanAsync("open again");
        Assert.Equal(TreatmentState.Fixed, desk.Scene.Treatment.State);
    }

    [Fact]
    public async Task The_breaker_opens_with_one_message_an_hour()
    {
        var desk = new Desk(RemediationMode.Enforce, settings: new RemediationSettings { DryWindow = TimeSpan.Zero, MaxFixesPerHour = 1, MaxFixesPerFinding = 9 });
        await desk.SeeAndPlanAsync();
        for (var i = 0; i < 3; i++)
        {
            desk.Scene.Cloud.State = i % 2 == 0 ? FakeCloud.Open : new() { ["first"] = true, ["second"] = false };
            await desk.SeeAndPlanAsync("again " + i);
            Assert.Equal(TreatmentState.Proposed, desk.Scene.Treatment.State);
        }

        Assert.Single(desk.Scene.Table.Rows, row => row.Kind is RowKind.Outbox && OutboxRows.Read(row) is { Kind: OutboxKind.Notify, Row: { } key } && key.StartsWith("b:", StringComparison.Ordinal));
    }
}
