using System.Text.Json.Nodes;
using FsCheck.Xunit;
using ServerlessGuard.Findings;
using ServerlessGuard.Guards;
using ServerlessGuard.Remediation;

namespace ServerlessGuard.Tests.Remediation;

public sealed class UndoTests
{
    private static async Task<Scene> FixedAsync()
    {
        var scene = new Scene();
        await scene.SeeAsync(compliant: false);
        await scene.TreatAsync();
        return scene;
    }

    [Fact]
    public async Task Undo_restores_the_recorded_state_and_says_who_asked()
    {
        var scene = await FixedAsync();
        Assert.True((await scene.UndoAsync()).IsUndone);
        Assert.True(JsonNode.DeepEquals(FakeCloud.Open, scene.Cloud.State));
        Assert.Equal((TreatmentState.Undone, "kim"), (scene.Treatment.State, scene.Treatment.By));
        Assert.Equal([FindingStep.Opened, FindingStep.Applying, FindingStep.Fixed, FindingStep.Undoing, FindingStep.Undone], scene.Story);
    }

    [Fact]
    public async Task Undone_twice_is_undone_once()
    {
        var scene = await FixedAsync();
        await scene.UndoAsync();
        var (writes, picture) = (scene.Cloud.Writes, scene.Picture);
        Assert.True((await scene.UndoAsync()).IsUndone);
        Assert.Equal(writes, scene.Cloud.Writes);
        Assert.Equal(picture, scene.Picture);
    }

    [Fact]
    public async Task What_was_undone_is_only_proposed_afterwards_however_often_it_is_seen()
    {
        var scene = await FixedAsync();
        await scene.UndoAsync();
        var writes = scene.Cloud.Writes;
        for (var again = 0; again < 3; again++)
        {
            await scene.SeeAsync(compliant: false, reason: "again " + again);
            await scene.TreatAsync();
            Assert.Equal((TreatmentState.Proposed, Undo.HeldBack), (scene.Treatment.State, scene.Treatment.Detail));
        }

        await scene.SeeAsync(compliant: true);
        await scene.SeeAsync(compliant: false);
        await scene.TreatAsync();
        Assert.Equal(TreatmentState.Proposed, scene.Treatment.State);
        Assert.Equal(writes, scene.Cloud.Writes);
        await scene.AnswerAsync(TreatmentState.Approved);
        Assert.Equal(TreatmentState.Fixed, (await scene.TreatAsync())?.State);
    }

    [Fact]
    public async Task An_approval_of_another_plan_does_not_lift_the_hold()
    {
        var scene = await FixedAsync();
        await scene.UndoAsync();
        await scene.SeeAsync(compliant: false, reason: "again");
        await scene.TreatAsync();
        await scene.AnswerAsync(TreatmentState.Approved);
        scene.Cloud.State = new JsonObject { ["first"] = true, ["second"] = false };
        var writes = scene.Cloud.Writes;
        await scene.TreatAsync();
        await scene.SeeAsync(compliant: false, reason: "and again");
        await scene.TreatAsync();
        Assert.Equal(TreatmentState.Proposed, scene.Treatment.State);
        Assert.Equal(writes, scene.Cloud.Writes);
    }

    [Fact]
    public async Task Undo_after_the_finding_was_resolved_works_too()
    {
        var scene = await FixedAsync();
        await scene.SeeAsync(compliant: true);
        Assert.True((await scene.UndoAsync()).IsUndone);
        Assert.True(JsonNode.DeepEquals(FakeCloud.Open, scene.Cloud.State));
    }

    [Fact]
    public async Task A_state_that_somebody_changed_since_is_not_overwritten_and_the_difference_is_shown()
    {
        var scene = await FixedAsync();
        scene.Cloud.State = new JsonObject { ["first"] = true, ["second"] = false };
        var writes = scene.Cloud.Writes;
        var outcome = await scene.UndoAsync();
        Assert.False(outcome.IsUndone);
        Assert.Contains("second is false, not true", outcome.Detail, StringComparison.Ordinal);
        Assert.Equal(writes, scene.Cloud.Writes);
        Assert.Equal(TreatmentState.Fixed, scene.Treatment.State);
    }

    [Fact]
    public async Task What_somebody_put_back_by_hand_counts_as_undone_without_a_call()
    {
        var scene = await FixedAsync();
        scene.Cloud.State = FakeCloud.Open;
        var writes = scene.Cloud.Writes;
        Assert.True((await scene.UndoAsync()).IsUndone);
        Assert.Equal(writes, scene.Cloud.Writes);
    }

    [Fact]
    public async Task A_resource_that_is_gone_is_refused()
    {
        var scene = await FixedAsync();
        scene.Cloud.State = null;
        Assert.Equal(new UndoOutcome(false, "the resource is gone"), await scene.UndoAsync());
    }

    [Theory]
    [InlineData("no id at all")]
    [InlineData("SG-STOR-001-00000000000000000000000000000000")]
    public async Task An_id_that_leads_nowhere_is_refused(string id)
    {
        var scene = await FixedAsync();
        Assert.False((await scene.UndoAsync(id)).IsUndone);
        Assert.Equal(TreatmentState.Fixed, scene.Treatment.State);
    }

    [Fact]
    public async Task What_was_never_fixed_is_refused()
    {
        var scene = new Scene(new RemediationSettings { DryWindow = TimeSpan.Zero, Mode = RemediationMode.Propose });
        await scene.SeeAsync(compliant: false);
        Assert.False((await scene.UndoAsync()).IsUndone);
        await scene.TreatAsync();
        Assert.False((await scene.UndoAsync()).IsUndone);
        Assert.Equal(0, scene.Cloud.Writes);
    }

    [Fact]
    public async Task An_irreversible_fix_is_refused()
    {
        var scene = new Scene(new RemediationSettings { DryWindow = TimeSpan.Zero, Mode = RemediationMode.Enforce, EnforceRisky = ["SG-STOR-001"] });
        scene.Cloud.PlanRisk = Risk.Irreversible;
        await scene.SeeAsync(compliant: false);
        await scene.TreatAsync();
        Assert.Equal(new UndoOutcome(false, "the fix cannot be undone"), await scene.UndoAsync());
    }

    [Fact]
    public async Task A_resource_that_must_not_be_touched_by_now_is_refused()
    {
        var scene = await FixedAsync();
        await scene.SeeAsync(compliant: false, neverTouch: true);
        Assert.False((await scene.UndoAsync()).IsUndone);
    }

    [Fact]
    public async Task A_refused_call_is_recorded()
    {
        var scene = await FixedAsync();
        scene.Cloud.OnCall = call => _ = call is "before first" ? throw new CloudCallException("AccessDenied", "403 AccessDenied", isTransient: false) : 0;
        Assert.Equal(new UndoOutcome(false, "the undo failed: 403 AccessDenied"), await scene.UndoAsync());
        Assert.Equal(TreatmentState.Failed, scene.Treatment.State);
    }

    [Fact]
    public async Task An_undo_that_is_under_way_is_not_fixed_over()
    {
        var scene = await FixedAsync();
        scene.Cloud.OnCall = call => _ = call is "before first" ? throw new KilledException() : 0;
        await Assert.ThrowsAsync<KilledException>(() => scene.UndoAsync());
        scene.Cloud.OnCall = null;
        await scene.SeeAsync(compliant: false, reason: "seen in between");
        await scene.TreatAsync();
        Assert.Equal(TreatmentState.Undoing, scene.Treatment.State);
        Assert.True((await scene.UndoAsync()).IsUndone);
    }

    [Fact]
    public async Task Killed_anywhere_and_asked_again_it_ends_the_same()
    {
        var plain = await FixedAsync();
        await plain.UndoAsync();
        var points = 0;
        for (var killAt = 1; ; killAt++)
        {
            var scene = await FixedAsync();
            var point = 0;
            void Point(string at) => _ = ++point == killAt ? throw new KilledException() : 0;
            scene.Cloud.OnCall = Point;
            scene.Table.OnCommit = Point;
            try
            {
                await scene.UndoAsync();
                points = point;
                break;
            }
            catch (KilledException)
            {
                // Asked again below.
            }

            scene.Cloud.OnCall = null;
            scene.Table.OnCommit = null;
            Assert.True((await scene.UndoAsync()).IsUndone);
            Assert.Equal(plain.Cloud.Writes, scene.Cloud.Writes);
            Assert.Equal(plain.Picture, scene.Picture);
        }

        Assert.Equal(14, points);
    }

    [Theory]
    [InlineData("{}", "{}", "{}", true)]
    [InlineData("""{"a":1,"b":2}""", """{"a":1,"b":1}""", """{"a":2,"b":2}""", true)]
    [InlineData("""{"a":1,"b":3}""", """{"a":1,"b":1}""", """{"a":2,"b":2}""", false)]
    [InlineData("""{"a":1,"c":3}""", """{"a":1}""", """{"a":2}""", false)]
    [InlineData("""{"open":["x"]}""", """{"open":["x","y"]}""", """{"open":[]}""", true)]
    [InlineData("""{"open":["z"]}""", """{"open":["x","y"]}""", """{"open":[]}""", false)]
    [InlineData("""[1]""", """[1,2]""", """[2,3]""", false)]
    [InlineData("null", """{"a":1}""", """{"a":2}""", false)]
    public void Half_way_is_made_of_parts_of_both_ends(string live, string one, string other, bool between) =>
        Assert.Equal(between, Difference.IsBetween(JsonNode.Parse(live), JsonNode.Parse(one), JsonNode.Parse(other)));

    /// <summary>Whatever happens in whatever order, and wherever the process is killed: after an undo nothing is fixed without a person.</summary>
    [Property(MaxTest = 300)]
    public void After_an_undo_nothing_is_written_without_a_person(byte[] steps)
    {
        RunAsync(steps).GetAwaiter().GetResult();

        static async Task RunAsync(byte[] steps)
        {
            var scene = new Scene(new RemediationSettings { DryWindow = TimeSpan.Zero, Mode = RemediationMode.Enforce, MaxFixesPerFinding = 99, MaxFixesPerHour = 99 });
            await scene.SeeAsync(compliant: false);
            var undone = false;
            foreach (var step in steps)
            {
                var point = 0;
                void Point(string at) => _ = ++point == step / 8 ? throw new KilledException() : 0;
                scene.Cloud.OnCall = Point;
                scene.Table.OnCommit = Point;
                var writes = scene.Cloud.Writes;
                try
                {
                    switch (step % 8)
                    {
                        case 0 or 1 or 2:
                            await scene.TreatAsync();
                            break;
                        case 3 or 4:
                            undone |= (await scene.UndoAsync()).IsUndone;
                            break;
                        case 5:
                            scene.Cloud.State = step >= 128 ? FakeCloud.Open : FakeCloud.Closed;
                            writes = scene.Cloud.Writes;
                            break;
                        case 6:
                            await scene.SeeAsync(compliant: false, reason: "reason " + step);
                            break;
                        default:
                            await scene.SeeAsync(compliant: true);
                            break;
                    }
                }
                catch (KilledException)
                {
                    undone |= scene.Finding.Treatment?.State is TreatmentState.Undone;
                }

                Assert.False(undone && step % 8 <= 2 && scene.Cloud.Writes != writes, "a fix was made after an undo");
                Assert.False(scene.Finding.Treatment is { State: TreatmentState.Fixed or TreatmentState.Applying or TreatmentState.Undoing, Plan: null }, "a way back was forgotten");
            }
        }
    }
}
