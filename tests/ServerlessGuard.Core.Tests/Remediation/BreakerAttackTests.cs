using ServerlessGuard.Decisions;
using ServerlessGuard.Findings;
using ServerlessGuard.Guards;
using ServerlessGuard.Resources;
using ServerlessGuard.Tables;
using ServerlessGuard.Tests.Decisions;
using ServerlessGuard.Tests.Findings;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Tests.Remediation;

/// <summary>Stop stops every write, and the breaker counts every write, where nobody else can set it back.</summary>
public sealed class BreakerAttackTests
{
    private static RemediationSettings Limited(int fixes, int? approved = null) =>
        new() { Mode = RemediationMode.Enforce, DryWindow = TimeSpan.Zero, MaxFixesPerHour = fixes, MaxApprovedPerHour = approved, MaxFixesPerFinding = 99 };

    private static async Task<TreatmentState?> AgainAsync(Scene scene, Severity severity)
    {
        await scene.SeeAsync(compliant: true);
        scene.Cloud.State = FakeCloud.Open;
        await scene.SeeAsync(compliant: false, severity: severity);
        return (await scene.TreatAsync())?.State;
    }

    [Fact]
    public async Task Decoys_of_lower_severity_do_not_spend_the_budget_of_critical_findings()
    {
        var scene = new Scene(Limited(2));
        Assert.Equal(TreatmentState.Fixed, await AgainAsync(scene, Severity.Low));
        Assert.Equal(TreatmentState.Fixed, await AgainAsync(scene, Severity.High));
        Assert.Equal(TreatmentState.Proposed, await AgainAsync(scene, Severity.High));
        Assert.Equal(HeldBackBy.Breaker, scene.Treatment.HeldBackBy);
        Assert.Equal(TreatmentState.Fixed, await AgainAsync(scene, Severity.Critical));
        Assert.Equal(TreatmentState.Fixed, await AgainAsync(scene, Severity.Critical));
        Assert.Equal(TreatmentState.Proposed, await AgainAsync(scene, Severity.Critical));
    }

    [Fact]
    public async Task A_breaker_that_was_wiped_from_the_findings_stays_open()
    {
        var scene = new Scene(Limited(1)) { Notifies = true };
        await AgainAsync(scene, Severity.High);
        Assert.Equal(TreatmentState.Proposed, await AgainAsync(scene, Severity.High));
        foreach (var row in scene.Table.Rows.Where(row => row.Kind is RowKind.Breaker && row.Partition == Some.Partition).ToList())
        {
            await scene.Table.CommitAsync(row.Partition, [new TableWrite.Delete(row.Key, Version: null)], CancellationToken.None);
        }

        Assert.Equal(TreatmentState.Proposed, await AgainAsync(scene, Severity.High));
        Assert.Equal(2, scene.Cloud.Writes);
    }

    /// <summary>Whether the breaker is open is a word of the decision, never a sentence that somebody else may have put where the reason stands.</summary>
    [Fact]
    public async Task A_sentence_that_reads_like_the_breakers_opens_no_breaker()
    {
        var scene = new Scene(Limited(9)) { Notifies = true };
        await scene.SeeAsync(compliant: false);
        const string Sentence = "the circuit breaker is open: 20 fixes of this rule in this account within the hour";
        await scene.PlantAsync(finding => finding with { Treatment = new Treatment { State = TreatmentState.Proposed, At = scene.Time.Now, HeldBack = Sentence } });
        Assert.Equal(TreatmentState.Proposed, (await scene.TreatAsync())?.State);
        Assert.Equal((Sentence, null), (scene.Treatment.Detail, scene.Treatment.HeldBackBy));
        Assert.DoesNotContain(scene.Table.Rows, row => row.Kind is RowKind.Breaker);
    }

    [Fact]
    public async Task What_people_approve_has_a_ceiling_too_and_it_is_another_one()
    {
        var scene = new Scene(Limited(1, approved: 2));
        await AgainAsync(scene, Severity.High);
        for (var round = 0; round < 3; round++)
        {
            Assert.Equal(TreatmentState.Proposed, await AgainAsync(scene, Severity.High));
            await scene.AnswerAsync(TreatmentState.Approved);
            Assert.Equal(round < 2 ? TreatmentState.Fixed : TreatmentState.AwaitingApproval, (await scene.TreatAsync())?.State);
        }

        Assert.Equal(HeldBackBy.Breaker, scene.Treatment.HeldBackBy);
        Assert.Equal(3, scene.Breaker);
    }

    [Fact]
    public async Task An_undo_counts_and_is_held_back_beyond_the_ceiling()
    {
        var scene = new Scene(Limited(9, approved: 1));
        Assert.Equal(TreatmentState.Fixed, await AgainAsync(scene, Severity.High));
        Assert.True((await scene.UndoAsync()).IsUndone);
        Assert.Equal(2, scene.Breaker);
        Assert.Equal(TreatmentState.Proposed, await AgainAsync(scene, Severity.High));
        await scene.AnswerAsync(TreatmentState.Approved);
        Assert.Equal(TreatmentState.AwaitingApproval, (await scene.TreatAsync())?.State);
        scene.Time.Now += TimeSpan.FromHours(1);
        await scene.AnswerAsync(TreatmentState.Approved);
        Assert.Equal(TreatmentState.Fixed, (await scene.TreatAsync())?.State);
        var writes = scene.Cloud.Writes;
        var outcome = await scene.UndoAsync();
        Assert.False(outcome.IsUndone);
        Assert.Contains("circuit breaker", outcome.Detail, StringComparison.Ordinal);
        Assert.Equal(writes, scene.Cloud.Writes);
    }

    [Fact]
    public async Task Stop_stops_an_undo_too()
    {
        var desk = await FixedAndStoppedAsync();
        var writes = desk.Scene.Cloud.Writes;
        var outcome = await desk.DoAsync(desk.Command(CommandKind.Undo));
        Assert.Equal(CommandState.Refused, outcome.State);
        Assert.Contains("fixes are stopped by kim", outcome.Detail, StringComparison.Ordinal);
        Assert.Equal(writes, desk.Scene.Cloud.Writes);
    }

    [Theory]
    [InlineData("local:sam", Provider.Aws, true)]
    [InlineData("slack:U1", Provider.Aws, false)]
    [InlineData("slack:U1", Provider.Azure, false)]
    public async Task Only_an_operator_of_this_cloud_may_undo_while_everything_is_stopped(string person, Provider from, bool may)
    {
        var desk = await FixedAndStoppedAsync();
        var command = desk.Command(CommandKind.Undo, new Person("sam", person)) with { WhileStopped = true, IssuedIn = from };
        Assert.Equal(may, (await desk.DoAsync(command)).State is CommandState.Done);
        Assert.Equal(may ? TreatmentState.Undone : TreatmentState.Fixed, desk.Scene.Treatment.State);
    }

    private static async Task<Desk> FixedAndStoppedAsync()
    {
        var desk = new Desk(RemediationMode.Enforce);
        await desk.SeeAndPlanAsync();
        Assert.Equal(TreatmentState.Fixed, desk.Scene.Treatment.State);
        await desk.DoAsync(desk.Command(CommandKind.Stop));
        return desk;
    }
}
