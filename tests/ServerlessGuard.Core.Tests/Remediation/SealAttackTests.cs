using System.Text.Json.Nodes;
using ServerlessGuard.Findings;
using ServerlessGuard.Guards;
using ServerlessGuard.Recording;
using ServerlessGuard.Remediation;
using ServerlessGuard.Remediation.Seals;
using ServerlessGuard.Tables;
using ServerlessGuard.Testing;
using ServerlessGuard.Tests.Findings;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Tests.Remediation;

/// <summary>Whoever may write any row of the table, but none that is sealed, makes us write nothing that we did not plan.</summary>
public sealed class SealAttackTests
{
    private static JsonObject Evil => new() { ["first"] = true, ["second"] = false };

    private static RemediationPlan EvilPlan(string before, string after) => new()
    {
        Id = new string('e', 32),
        Sentence = "Turn both switches on.",
        Before = before,
        After = after,
        Call = "fake:TurnOn",
        Permissions = [],
        Risk = Risk.None,
        PlannedAt = Some.Start,
    };

    private static async Task<Scene> OpenAsync(RemediationMode mode = RemediationMode.Enforce, Severity severity = Severity.Critical)
    {
        var scene = new Scene(new RemediationSettings { DryWindow = TimeSpan.Zero, Mode = mode, MaxFixesPerFinding = 9 }) { Notifies = true };
        await scene.SeeAsync(compliant: false, severity: severity);
        return scene;
    }

    /// <summary>Killed right before the first call: sealed and recorded as begun, nothing written.</summary>
    private static async Task<Scene> BegunAsync()
    {
        var scene = await OpenAsync();
        scene.Cloud.OnCall = call => _ = call is "before first" ? throw new KilledException() : 0;
        await Assert.ThrowsAsync<KilledException>(scene.TreatAsync);
        scene.Cloud.OnCall = null;
        return scene;
    }

    private static async Task<Scene> FixedAsync(Severity severity = Severity.Critical)
    {
        var scene = await OpenAsync(severity: severity);
        Assert.Equal(TreatmentState.Fixed, (await scene.TreatAsync())?.State);
        return scene;
    }

    private static Finding In(Finding finding, TreatmentState state, RemediationPlan? plan = null) => finding with
    {
        Treatment = (finding.Treatment ?? new Treatment { State = state, At = Some.Start }) with { State = state, Plan = plan ?? finding.Treatment?.Plan, At = Some.Start },
    };

    private static async Task RefusedAsync(Scene scene, SealFault fault)
    {
        var writes = scene.Cloud.Writes;
        await scene.TreatAsync();
        Assert.Equal(writes, scene.Cloud.Writes);
        Assert.Equal(TreatmentState.Refused, scene.Treatment.State);
        Assert.StartsWith(fault.Sentence(), scene.Treatment.Detail, StringComparison.Ordinal);
        Assert.Null(scene.Treatment.Plan);
        Assert.Equal(fault.IsAlarming() ? [fault] : [], scene.Alarms);
    }

    [Theory]
    [InlineData(RemediationMode.Enforce)]
    [InlineData(RemediationMode.Approve)]
    [InlineData(RemediationMode.Observe)]
    public async Task A_planted_row_in_applying_writes_nothing(RemediationMode mode)
    {
        var scene = await OpenAsync(mode);
        await scene.PlantAsync(finding => In(finding, TreatmentState.Applying, EvilPlan(FakeCloud.Open.ToJsonString(), Evil.ToJsonString())));
        await RefusedAsync(scene, SealFault.Missing);
    }

    [Fact]
    public async Task A_planted_fix_and_its_undo_write_nothing()
    {
        var scene = await OpenAsync();
        scene.Cloud.State = FakeCloud.Closed;
        await scene.PlantAsync(finding => In(finding, TreatmentState.Fixed, EvilPlan(Evil.ToJsonString(), FakeCloud.Closed.ToJsonString())));
        var outcome = await scene.UndoAsync();
        Assert.False(outcome.IsUndone);
        Assert.Equal(SealFault.Missing.Sentence(), outcome.Detail);
        Assert.Equal([SealFault.Missing], scene.Alarms);
        Assert.Equal(0, scene.Cloud.Writes);
    }

    [Fact]
    public async Task An_undo_under_way_with_another_before_state_in_its_row_goes_back_to_the_sealed_one()
    {
        var scene = await FixedAsync();
        await scene.PlantAsync(finding => In(finding, TreatmentState.Undoing, finding.Treatment!.Plan! with { Before = Evil.ToJsonString() }));
        Assert.True((await scene.UndoAsync()).IsUndone);
        Assert.True(JsonNode.DeepEquals(FakeCloud.Open, scene.Cloud.State));
    }

    [Fact]
    public async Task A_begun_fix_with_another_after_state_in_its_row_ends_as_it_was_sealed()
    {
        var scene = await BegunAsync();
        await scene.PlantAsync(finding => In(finding, TreatmentState.Applying, finding.Treatment!.Plan! with { After = Evil.ToJsonString() }));
        Assert.Equal(TreatmentState.Fixed, (await scene.TreatAsync())?.State);
        Assert.True(JsonNode.DeepEquals(FakeCloud.Closed, scene.Cloud.State));
        Assert.Equal(FakeCloud.Closed.ToJsonString(), scene.Treatment.Plan!.After);
    }

    [Fact]
    public async Task A_sealed_plan_that_was_altered_writes_nothing()
    {
        var scene = await BegunAsync();
        var plan = scene.Sealed.Single();
        await scene.PlantAsync(SealRows.Row(RowKeys.Sealed(Some.Partition), plan with { Plan = plan.Plan with { After = Evil.ToJsonString() } }, version: null));
        await RefusedAsync(scene, SealFault.Altered);
    }

    [Fact]
    public async Task A_plan_sealed_with_another_key_writes_nothing()
    {
        var scene = await BegunAsync();
        var plan = scene.Sealed.Single() with { Seal = string.Empty };
        plan = plan with { Seal = await new MemorySealer().SealAsync(SealContent.Of(plan), CancellationToken.None) };
        await scene.PlantAsync(SealRows.Row(RowKeys.Sealed(Some.Partition), plan, version: null));
        await RefusedAsync(scene, SealFault.Altered);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[1]")]
    [InlineData("null")]
    [InlineData("not json")]
    public async Task A_sealed_row_of_rubbish_writes_nothing(string document)
    {
        var scene = await BegunAsync();
        var row = scene.Table.Rows.Single(row => row.Kind is RowKind.Seal && row.Key.StartsWith("plan:", StringComparison.Ordinal));
        await scene.PlantAsync(row with { Document = document });
        await RefusedAsync(scene, SealFault.Altered);
    }

    [Fact]
    public async Task A_sound_plan_of_another_resource_writes_nothing()
    {
        var other = new Scene();
        await new FindingRecorder(other.Table, other.Time, new Backoff(() => 0), [], _ => [OutboxKind.Remediate])
            .RecordAsync(Some.Of(Some.Bucket("another"), 1, Some.Rule(Compliance.NonCompliant)), CancellationToken.None);
        await other.TreatAsync();
        var foreign = other.Sealed.Single() with { State = SealedPlanState.Applying };
        var scene = await OpenAsync();
        foreign = foreign with { Seal = await scene.Sealer.SealAsync(SealContent.Of(foreign), CancellationToken.None) };
        var row = SealRows.Row(RowKeys.Sealed(Some.Partition), foreign, version: null);
        await scene.PlantAsync(row with { Key = SealRows.Key(scene.Finding, foreign.Plan.Id) });
        await scene.PlantAsync(finding => In(finding, TreatmentState.Applying, foreign.Plan));
        await RefusedAsync(scene, SealFault.Foreign);
    }

    [Fact]
    public async Task A_finished_fix_put_back_into_applying_writes_nothing()
    {
        var scene = await FixedAsync();
        var plan = scene.Treatment.Plan!;
        scene.Cloud.State = FakeCloud.Open;
        await scene.PlantAsync(finding => In(finding, TreatmentState.Applying, plan));
        await RefusedAsync(scene, SealFault.OutOfTurn);
    }

    [Fact]
    public async Task A_fix_that_was_undone_and_put_back_into_fixed_is_not_undone_again()
    {
        var scene = await FixedAsync();
        var plan = scene.Treatment.Plan!;
        await scene.UndoAsync();
        scene.Cloud.State = FakeCloud.Closed;
        var writes = scene.Cloud.Writes;
        await scene.PlantAsync(finding => In(finding, TreatmentState.Fixed, plan));
        Assert.False((await scene.UndoAsync()).IsUndone);
        Assert.Equal(writes, scene.Cloud.Writes);
        Assert.Equal([SealFault.OutOfTurn], scene.Alarms);
    }

    [Fact]
    public async Task An_approval_that_nobody_gave_applies_nothing()
    {
        var scene = await OpenAsync(RemediationMode.Approve);
        await scene.TreatAsync();
        await scene.PlantAsync(finding => In(finding, TreatmentState.Approved) with { Revision = 9 });
        await RefusedAsync(scene, SealFault.OutOfTurn);
    }

    [Fact]
    public async Task The_second_of_two_approvals_cannot_be_written_into_the_row()
    {
        var scene = await OpenAsync(RemediationMode.Approve);
        scene.Approvals = scene.Approvals with { TwoPersonRules = ["SG-STOR-001"] };
        await scene.TreatAsync();
        await scene.AnswerAsync(TreatmentState.Approved);
        Assert.Equal(TreatmentState.AwaitingApproval, scene.Treatment.State);
        await scene.PlantAsync(finding => finding with { Treatment = finding.Treatment! with { State = TreatmentState.Approved, Approvals = ["slack:U1", "slack:U2"] } });
        await RefusedAsync(scene, SealFault.OutOfTurn);
    }

    [Fact]
    public async Task A_no_that_was_wiped_from_the_row_still_counts()
    {
        var scene = await OpenAsync(RemediationMode.Approve);
        await scene.TreatAsync();
        await scene.AnswerAsync(TreatmentState.Rejected);
        scene.Settings = scene.Settings with { Mode = RemediationMode.Enforce };
        await scene.PlantAsync(finding => finding with { Treatment = null });
        Assert.Equal(TreatmentState.Rejected, (await scene.TreatAsync())?.State);
        Assert.Equal(0, scene.Cloud.Writes);
    }

    [Fact]
    public async Task An_undo_that_was_wiped_from_the_row_still_holds_the_fix_back()
    {
        var scene = await FixedAsync();
        await scene.UndoAsync();
        var writes = scene.Cloud.Writes;
        await scene.PlantAsync(finding => finding with { Treatment = null });
        Assert.Equal((TreatmentState.Proposed, Undo.HeldBack), ((await scene.TreatAsync())!.State, scene.Treatment.Detail));
        Assert.Equal(writes, scene.Cloud.Writes);
    }

    [Theory]
    [InlineData(RemediationMode.Propose)]
    [InlineData(RemediationMode.Approve)]
    [InlineData(RemediationMode.Observe)]
    public async Task A_begun_fix_whose_rule_may_no_longer_fix_writes_nothing(RemediationMode mode)
    {
        var scene = await BegunAsync();
        scene.Settings = scene.Settings with { Mode = mode };
        Assert.Equal(TreatmentState.Refused, (await scene.TreatAsync())?.State);
        Assert.Equal(0, scene.Cloud.Writes);
        Assert.Empty(scene.Alarms);
    }

    [Fact]
    public async Task A_begun_fix_in_an_account_that_is_never_touched_by_now_writes_nothing()
    {
        var scene = await BegunAsync();
        scene.Rules = scene.Rules with { NeverTouchAccounts = [Some.Account] };
        Assert.Equal(TreatmentState.Refused, (await scene.TreatAsync())?.State);
        Assert.Equal(0, scene.Cloud.Writes);
    }

    [Fact]
    public async Task A_fix_in_an_account_that_is_never_touched_is_not_undone()
    {
        var scene = await FixedAsync();
        scene.Rules = scene.Rules with { NeverTouchAccounts = [Some.Account] };
        Assert.Equal(new UndoOutcome(false, TreatmentDecision.NeverTouch), await scene.UndoAsync());
    }

    [Fact]
    public async Task An_intent_of_yesterday_is_not_brought_to_its_end()
    {
        var scene = await BegunAsync();
        scene.Time.Now += SealedPlan.ResumeLife + TimeSpan.FromMinutes(1);
        await RefusedAsync(scene, SealFault.Expired);
    }

    [Fact]
    public async Task A_fix_older_than_its_story_is_not_undone()
    {
        var scene = await FixedAsync();
        scene.Time.Now += SealedPlan.UndoLife + TimeSpan.FromMinutes(1);
        Assert.Equal(SealFault.Expired.Sentence(), (await scene.UndoAsync()).Detail);
    }

    [Fact]
    public async Task A_begun_fix_that_would_be_another_one_now_writes_nothing()
    {
        var scene = await BegunAsync();
        scene.Cloud.Wants = Evil;
        Assert.Equal(TreatmentState.Failed, (await scene.TreatAsync())?.State);
        Assert.Equal(0, scene.Cloud.Writes);
    }

    [Fact]
    public async Task A_before_state_that_the_fix_no_longer_begins_with_is_not_written_back()
    {
        var scene = await FixedAsync();
        scene.Cloud.Wants = Evil;
        var writes = scene.Cloud.Writes;
        Assert.Contains("rated differently", (await scene.UndoAsync()).Detail, StringComparison.Ordinal);
        Assert.Equal(writes, scene.Cloud.Writes);
    }

    [Fact]
    public async Task A_before_state_that_is_judged_worse_by_now_is_not_written_back()
    {
        var scene = await FixedAsync(Severity.High);
        var writes = scene.Cloud.Writes;
        await scene.SeeAsync(compliant: false, severity: Severity.Critical);
        Assert.Contains("now rates it critical, and rated it high when it was fixed", (await scene.UndoAsync()).Detail, StringComparison.Ordinal);
        Assert.Equal(writes, scene.Cloud.Writes);
    }

    [Fact]
    public async Task A_row_that_speaks_of_another_resource_than_its_key_is_nobodys()
    {
        var scene = await OpenAsync();
        var entry = scene.Entry!;
        var forged = FindingRows.Row(Some.Partition, scene.Finding with { Resource = Some.Bucket("another") }, version: null);
        await scene.PlantAsync(forged with { Key = FindingKeys.Finding(scene.Finding) });
        Assert.Equal("nothing to do", (await new Remedy(scene.Table, scene.Plans, [scene.Cloud], scene.Guard, scene.Guard.Remediation, scene.Guard.Approvals, scene.Controls, scene.Time, new Backoff(() => 0), new OutboxPolicy(scene.Settings)).HandleAsync(entry, CancellationToken.None)).Detail);
        Assert.Equal(0, scene.Cloud.Writes);
    }

    [Fact]
    public async Task A_remediation_that_the_rule_does_not_name_is_not_used()
    {
        var scene = await OpenAsync();
        var finding = scene.Finding with { RuleId = "SG-STOR-007", Id = FindingId.Of("SG-STOR-007", scene.Finding.Resource) };
        var change = FindingChange.Of(null, finding, FindingStep.Opened, scene.Time.Now, scene.Time.Now, "eve", null);
        var entry = OutboxEntry.Of(OutboxKind.Remediate, change);
        await scene.PlantAsync(FindingRows.Row(Some.Partition, finding, version: null), OutboxRows.Row(Some.Partition, entry, version: null));
        Assert.Equal("nothing to do", (await new Remedy(scene.Table, scene.Plans, [scene.Cloud], scene.Guard, scene.Guard.Remediation, scene.Guard.Approvals, scene.Controls, scene.Time, new Backoff(() => 0), new OutboxPolicy(scene.Settings)).HandleAsync(entry, CancellationToken.None)).Detail);
        Assert.Equal(0, scene.Cloud.Writes);
    }

    [Fact]
    public async Task A_refusal_is_told_once()
    {
        var scene = await OpenAsync();
        for (var round = 0; round < 3; round++)
        {
            await scene.PlantAsync(finding => In(finding, TreatmentState.Applying, EvilPlan("{}", "{}")));
            await scene.TreatAsync();
            await scene.TreatAsync();
        }

        var told = scene.Table.Rows.Where(row => row.Kind is RowKind.Outbox).Select(OutboxRows.Read).Where(entry => entry is { Kind: OutboxKind.Notify, Step: FindingStep.Refused });
        Assert.Single(told);
        Assert.Equal(3, scene.Alarms.Count);
        Assert.Equal(0, scene.Cloud.Writes);
    }

    [Fact]
    public async Task Without_a_key_nothing_is_changed_and_the_finding_says_so()
    {
        var scene = await OpenAsync();
        var plans = new SealedPlans(scene.Table, new NoSealer());
        var remedy = new Remedy(scene.Table, plans, [scene.Cloud], scene.Guard, scene.Guard.Remediation, scene.Guard.Approvals, scene.Controls, scene.Time, new Backoff(() => 0), new OutboxPolicy(scene.Settings));
        Assert.Equal(TreatmentState.Failed, (await remedy.HandleAsync(scene.Entry!, CancellationToken.None)).State);
        Assert.Equal("no seal key is configured (GUARD_SEAL_KEY): nothing is changed", scene.Treatment.Detail);
        Assert.Equal(0, scene.Cloud.Writes);
    }

    [Fact]
    public async Task Every_field_of_a_plan_is_under_its_seal()
    {
        var scene = await FixedAsync();
        var plan = scene.Sealed.Single();
        var approval = new SealedApproval("slack:U1", "kim", "c", Some.Start);
        SealedPlan[] altered =
        [
            plan with { FindingId = "x" }, plan with { RuleId = "x" }, plan with { Remediation = "x" }, plan with { Resource = plan.Resource with { Id = "x" } },
            plan with { Resource = plan.Resource with { Account = "x" } }, plan with { Resource = plan.Resource with { Region = "x" } }, plan with { Severity = Severity.Low },
            plan with { State = SealedPlanState.Applying }, plan with { FindingRevision = 7 }, plan with { HeldBack = "x" }, plan with { UndoneBy = "x" },
            plan with { ApplyUntil = plan.ApplyUntil.AddTicks(1) }, plan with { UndoUntil = plan.UndoUntil.AddTicks(1) }, plan with { Revision = 7 },
            plan with { Approvals = [approval] }, plan with { Approvals = [approval with { Person = "slack:U2" }] }, plan with { Approvals = [approval, approval] },
            plan with { Plan = plan.Plan with { Id = "x" } }, plan with { Plan = plan.Plan with { Sentence = "x" } }, plan with { Plan = plan.Plan with { Call = "x" } },
            plan with { Plan = plan.Plan with { Before = "{}" } }, plan with { Plan = plan.Plan with { After = "{}" } }, plan with { Plan = plan.Plan with { Risk = Risk.Irreversible } },
            plan with { Plan = plan.Plan with { Permissions = ["x"] } }, plan with { Plan = plan.Plan with { PlannedAt = plan.Plan.PlannedAt.AddTicks(1) } }, plan,
        ];
        Assert.Equal(altered.Length, altered.Select(one => Convert.ToHexString(SealContent.Of(one))).Distinct(StringComparer.Ordinal).Count());
    }
}
