using System.Text.Json.Nodes;
using ServerlessGuard.Findings;
using ServerlessGuard.Guards;
using ServerlessGuard.Remediation;

namespace ServerlessGuard.Tests.Remediation;

public sealed class RemedyTests
{
    private static async Task<Scene> OpenAsync(RemediationMode mode = RemediationMode.Enforce, Func<RemediationSettings, RemediationSettings>? more = null)
    {
        var settings = new RemediationSettings { DryWindow = TimeSpan.Zero, Mode = mode };
        var scene = new Scene(more is null ? settings : more(settings));
        await scene.SeeAsync(compliant: false);
        return scene;
    }

    [Fact]
    public async Task Enforce_fixes_records_the_intent_first_and_reads_back()
    {
        var scene = await OpenAsync();
        scene.Cloud.OnCall = call =>
        {
            if (call is "before first")
            {
                Assert.Equal(TreatmentState.Applying, scene.Treatment.State);
                Assert.NotNull(scene.Treatment.Plan);
            }
        };

        var outcome = await scene.TreatAsync();

        Assert.Equal(TreatmentState.Fixed, outcome?.State);
        Assert.True(JsonNode.DeepEquals(FakeCloud.Closed, scene.Cloud.State));
        Assert.Equal([FindingStep.Opened, FindingStep.Applying, FindingStep.Fixed], scene.Story);
        Assert.Equal(1, scene.Breaker);
        Assert.Null(scene.Entry);
        Assert.Equal(FindingStatus.Open, scene.Finding.Status);
        Assert.Equal(scene.Time.Now, scene.Finding.Stages.Remediated);
    }

    [Theory]
    [InlineData(RemediationMode.Observe, null)]
    [InlineData(RemediationMode.Propose, TreatmentState.Proposed)]
    [InlineData(RemediationMode.Approve, TreatmentState.AwaitingApproval)]
    public async Task Without_enforce_nothing_is_written(RemediationMode mode, TreatmentState? state)
    {
        var scene = await OpenAsync(mode);
        await scene.TreatAsync();
        Assert.Equal(state, scene.Finding.Treatment?.State);
        Assert.Equal(0, scene.Cloud.Writes);
        Assert.Null(scene.Entry);
        Assert.Equal(mode is RemediationMode.Observe ? 0 : 1, scene.Cloud.Reads);
    }

    [Fact]
    public async Task An_account_caps_what_a_rule_may_do()
    {
        var scene = await OpenAsync(more: settings => settings with
        {
            Accounts = settings.Accounts.Add(Findings.Some.Account, RemediationMode.Propose),
        });
        await scene.TreatAsync();
        Assert.Equal(TreatmentState.Proposed, scene.Treatment.State);
    }

    [Fact]
    public async Task An_approved_plan_is_applied_and_the_person_is_named()
    {
        var scene = await OpenAsync(RemediationMode.Approve);
        await scene.TreatAsync();
        await scene.AnswerAsync(TreatmentState.Approved);
        Assert.Equal(TreatmentState.Fixed, (await scene.TreatAsync())?.State);
        Assert.Equal("kim", scene.Treatment.By);
        Assert.Equal(2, scene.Cloud.Writes);
    }

    [Fact]
    public async Task An_approval_is_for_one_plan_only()
    {
        var scene = await OpenAsync(RemediationMode.Approve);
        await scene.TreatAsync();
        await scene.AnswerAsync(TreatmentState.Approved);
        scene.Cloud.State = new JsonObject { ["first"] = true, ["second"] = false };
        Assert.Equal(TreatmentState.AwaitingApproval, (await scene.TreatAsync())?.State);
        Assert.Equal(0, scene.Cloud.Writes);
        Assert.Null(scene.Treatment.By);
    }

    [Fact]
    public async Task A_rejected_plan_is_not_asked_for_again_and_not_applied()
    {
        var scene = await OpenAsync(RemediationMode.Approve);
        await scene.TreatAsync();
        await scene.AnswerAsync(TreatmentState.Rejected);
        var revision = scene.Finding.Revision;
        await scene.SeeAsync(compliant: false, reason: "everyone can write to it too");
        await scene.TreatAsync();
        Assert.Equal(TreatmentState.Rejected, scene.Treatment.State);
        Assert.Equal("kim", scene.Treatment.By);
        Assert.Equal(revision + 1, scene.Finding.Revision);
        Assert.Equal(0, scene.Cloud.Writes);
    }

    [Theory]
    [InlineData(Risk.Availability)]
    [InlineData(Risk.Irreversible)]
    public async Task A_risky_plan_waits_for_a_person_unless_a_setting_names_the_rule(Risk risk)
    {
        var scene = await OpenAsync();
        scene.Cloud.PlanRisk = risk;
        await scene.TreatAsync();
        Assert.Equal(TreatmentState.AwaitingApproval, scene.Treatment.State);

        var named = await OpenAsync(more: settings => settings with { EnforceRisky = settings.EnforceRisky.Add("SG-STOR-001") });
        named.Cloud.PlanRisk = risk;
        await named.TreatAsync();
        Assert.Equal(TreatmentState.Fixed, named.Treatment.State);
    }

    [Fact]
    public async Task A_resource_that_is_never_to_be_touched_is_not_touched()
    {
        var scene = new Scene();
        await scene.SeeAsync(compliant: false, neverTouch: true);
        await scene.TreatAsync();
        Assert.Equal(TreatmentState.Refused, scene.Treatment.State);
        Assert.Equal(0, scene.Cloud.Writes);
    }

    [Fact]
    public async Task A_tag_that_came_while_the_fix_was_under_way_stops_it()
    {
        var scene = await OpenAsync();
        scene.Cloud.OnCall = call => _ = call is "before first" ? throw new KilledException() : 0;
        await Assert.ThrowsAsync<KilledException>(scene.TreatAsync);
        scene.Cloud.OnCall = null;
        await scene.SeeAsync(compliant: false, neverTouch: true);
        await scene.TreatAsync();
        Assert.Equal(TreatmentState.Refused, scene.Treatment.State);
        Assert.Equal(0, scene.Cloud.Writes);
    }

    [Fact]
    public async Task What_a_remediator_refuses_is_recorded_once()
    {
        var scene = await OpenAsync();
        scene.Cloud.Refuses = "the bucket serves a website";
        await scene.TreatAsync();
        Assert.Equal((TreatmentState.Refused, "the bucket serves a website"), (scene.Treatment.State, scene.Treatment.Detail));
        await scene.SeeAsync(compliant: false, reason: "still");
        var revision = scene.Finding.Revision;
        await scene.TreatAsync();
        Assert.Equal(revision, scene.Finding.Revision);
    }

    [Fact]
    public async Task A_resource_that_is_gone_needs_nothing()
    {
        var scene = await OpenAsync();
        scene.Cloud.State = null;
        Assert.Equal(TreatmentState.AlreadyDone, (await scene.TreatAsync())?.State);
    }

    [Fact]
    public async Task A_fix_that_somebody_else_made_is_not_made_again()
    {
        var scene = await OpenAsync();
        scene.Cloud.State = FakeCloud.Closed;
        Assert.Equal(TreatmentState.AlreadyDone, (await scene.TreatAsync())?.State);
        Assert.Equal(0, scene.Breaker);
    }

    [Fact]
    public async Task A_refused_call_is_a_failure_and_is_called_once()
    {
        var scene = await OpenAsync();
        var calls = 0;
        scene.Cloud.OnCall = call =>
        {
            if (call is "before first")
            {
                calls++;
                throw new CloudCallException("AccessDenied", "s3 PutPublicAccessBlock: 403 AccessDenied", isTransient: false);
            }
        };
        Assert.Equal(TreatmentState.Failed, (await scene.TreatAsync())?.State);
        Assert.Equal(1, calls);
        Assert.Equal("s3 PutPublicAccessBlock: 403 AccessDenied", scene.Treatment.Detail);
        Assert.Null(scene.Entry);
    }

    [Fact]
    public async Task A_transient_fault_leaves_the_entry_and_is_carried_through_later()
    {
        var scene = await OpenAsync();
        scene.Cloud.OnCall = call => _ = call is "before second" ? throw new CloudCallException("SlowDown", "503", isTransient: true) : 0;
        await Assert.ThrowsAsync<CloudCallException>(scene.TreatAsync);
        Assert.NotNull(scene.Entry);
        scene.Cloud.OnCall = null;
        Assert.Equal(TreatmentState.Fixed, (await scene.TreatAsync())?.State);
        Assert.Equal(2, scene.Cloud.Writes);
        Assert.Equal(1, scene.Breaker);
        Assert.True(JsonNode.DeepEquals(FakeCloud.Open, JsonNode.Parse(scene.Treatment.Plan!.Before)));
    }

    [Fact]
    public async Task A_write_that_does_not_show_is_a_failure()
    {
        var scene = await OpenAsync();
        scene.Cloud.Forgets = true;
        Assert.Equal(TreatmentState.Failed, (await scene.TreatAsync())?.State);
    }

    [Fact]
    public async Task The_effect_of_a_fix_may_be_seen_before_the_fix_is_recorded()
    {
        var scene = await OpenAsync();
        scene.Cloud.OnCall = call =>
        {
            if (call is "after second")
            {
                scene.Cloud.OnCall = null;
                scene.SeeAsync(compliant: true).GetAwaiter().GetResult();
            }
        };
        Assert.Equal(TreatmentState.Fixed, (await scene.TreatAsync())?.State);
        Assert.Equal(FindingStatus.Resolved, scene.Finding.Status);
        Assert.Single(scene.Treatment.Fixes);
        Assert.Null(scene.Entry);
    }

    [Fact]
    public async Task A_finding_that_closes_before_its_fix_is_made_is_left_alone()
    {
        var scene = await OpenAsync();
        scene.Cloud.OnCall = call => _ = call is "before first" ? throw new KilledException() : 0;
        await Assert.ThrowsAsync<KilledException>(scene.TreatAsync);
        scene.Cloud.OnCall = null;
        await scene.SeeAsync(compliant: true);
        Assert.Equal(TreatmentState.AlreadyDone, (await scene.TreatAsync())?.State);
        Assert.Equal(0, scene.Cloud.Writes);
    }

    [Fact]
    public async Task Somebody_elses_change_in_the_middle_of_a_fix_is_not_overwritten()
    {
        var scene = await OpenAsync();
        scene.Cloud.OnCall = call => _ = call is "before first" ? throw new KilledException() : 0;
        await Assert.ThrowsAsync<KilledException>(scene.TreatAsync);
        scene.Cloud.OnCall = null;
        scene.Cloud.State = new JsonObject { ["first"] = false, ["second"] = "somebody else's" };
        Assert.Equal(TreatmentState.Failed, (await scene.TreatAsync())?.State);
        Assert.Contains("second is \"somebody else", scene.Treatment.Detail, StringComparison.Ordinal);
        Assert.Equal(0, scene.Cloud.Writes);
    }

    [Fact]
    public async Task An_event_between_fix_and_resolution_does_not_forget_the_way_back()
    {
        var scene = await OpenAsync();
        await scene.TreatAsync();
        await scene.SeeAsync(compliant: false, reason: "an older picture, or a fix that contains only");
        await scene.TreatAsync();
        Assert.Equal(TreatmentState.Fixed, scene.Treatment.State);
        Assert.NotNull(scene.Treatment.Plan);
        Assert.True((await scene.UndoAsync()).IsUndone);
    }

    [Fact]
    public async Task The_loop_guard_escalates_and_does_not_begin_again_by_itself()
    {
        var scene = await OpenAsync();
        for (var round = 0; round < 2; round++)
        {
            Assert.Equal(TreatmentState.Fixed, (await scene.TreatAsync())?.State);
            await scene.SeeAsync(compliant: true);
            scene.Cloud.State = FakeCloud.Open;
            await scene.SeeAsync(compliant: false);
        }

        Assert.Equal(TreatmentState.Escalated, (await scene.TreatAsync())?.State);
        Assert.Contains("something re-applies it", scene.Treatment.Detail, StringComparison.Ordinal);
        scene.Time.Now += TimeSpan.FromHours(2);
        for (var again = 0; again < 3; again++)
        {
            await scene.SeeAsync(compliant: false, reason: "again " + again);
            await scene.TreatAsync();
            Assert.Equal((TreatmentState.Proposed, "it was escalated before"), (scene.Treatment.State, scene.Treatment.Detail));
        }

        Assert.Equal(4, scene.Cloud.Writes);
        await scene.AnswerAsync(TreatmentState.Approved);
        Assert.Equal(TreatmentState.Fixed, (await scene.TreatAsync())?.State);
        Assert.Null(scene.Treatment.HeldBack);
    }

    [Fact]
    public async Task The_breaker_opens_within_the_hour_and_closes_after_it()
    {
        var scene = await OpenAsync(more: settings => settings with { MaxFixesPerHour = 1, MaxFixesPerFinding = 9 });
        await scene.TreatAsync();
        await scene.SeeAsync(compliant: true);
        scene.Cloud.State = FakeCloud.Open;
        await scene.SeeAsync(compliant: false);
        Assert.Equal(TreatmentState.Proposed, (await scene.TreatAsync())?.State);
        Assert.Contains("circuit breaker", scene.Treatment.Detail, StringComparison.Ordinal);
        Assert.Equal(1, scene.Breaker);
        scene.Time.Now += TimeSpan.FromHours(1);
        await scene.SeeAsync(compliant: false, reason: "still open an hour later");
        Assert.Equal(TreatmentState.Fixed, (await scene.TreatAsync())?.State);
    }

    [Fact]
    public async Task Killed_anywhere_and_replayed_it_ends_the_same()
    {
        var plain = await OpenAsync();
        await plain.TreatAsync();
        var points = 0;
        for (var killAt = 1; ; killAt++)
        {
            var scene = await OpenAsync();
            var point = 0;
            void Point(string at) => _ = ++point == killAt ? throw new KilledException() : 0;
            scene.Cloud.OnCall = Point;
            scene.Table.OnCommit = Point;
            try
            {
                await scene.TreatAsync();
                points = point;
                break;
            }
            catch (KilledException)
            {
                // The process is gone; the queue delivers again.
            }

            scene.Cloud.OnCall = null;
            scene.Table.OnCommit = null;
            await scene.TreatAsync();
            Assert.Equal(plain.Cloud.Writes, scene.Cloud.Writes);
            Assert.Equal(1, scene.Breaker);
            Assert.Equal(plain.Picture, scene.Picture);
        }

        // Two reads, two times two calls, and six commits before and after: the first look at the switch takes two, the seal two.
        Assert.Equal(18, points);
    }
}
