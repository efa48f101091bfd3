using ServerlessGuard.Decisions;
using ServerlessGuard.Findings;
using ServerlessGuard.Guards;
using ServerlessGuard.Remediation.Seals;
using ServerlessGuard.Tables;
using ServerlessGuard.Tests.Findings;
using ServerlessGuard.Tests.Remediation;

namespace ServerlessGuard.Tests.Decisions;

/// <summary>A yes is to a plan that was made and sealed here, as the finding shows it.</summary>
public sealed class SealedApprovalTests
{
    private static async Task<Desk> PlannedAsync()
    {
        var desk = new Desk();
        await desk.SeeAndPlanAsync();
        return desk;
    }

    private static async Task RefusedAsync(Desk desk, SealFault fault)
    {
        var outcome = await desk.DoAsync(desk.Command(CommandKind.Approve));
        Assert.Equal((CommandState.Refused, "approve: " + fault.Sentence()), (outcome.State, outcome.Detail));
        Assert.Equal([fault], desk.Scene.Alarms);
        Assert.DoesNotContain(desk.Scene.Sealed, plan => plan.State is not SealedPlanState.Planned);

        // Planned again from the live state, and then a yes is a yes.
        await desk.Scene.TreatAsync();
        Assert.Equal(TreatmentState.AwaitingApproval, desk.Scene.Treatment.State);
        Assert.Equal(FakeCloud.Closed.ToJsonString(), desk.Scene.Treatment.Plan!.After);
        Assert.Equal(0, desk.Scene.Cloud.Writes);
        Assert.Equal(CommandState.Done, (await desk.DoAsync(desk.Command(CommandKind.Approve))).State);
        Assert.Equal(TreatmentState.Fixed, (await desk.Scene.TreatAsync())?.State);
    }

    [Fact]
    public async Task An_approval_of_a_planted_plan_is_refused_and_the_true_one_is_asked_for()
    {
        var desk = await PlannedAsync();
        await PlantAsync(desk, plan => plan with { Id = new string('e', 32), After = "{\"first\":true,\"second\":false}" });
        await RefusedAsync(desk, SealFault.Missing);
    }

    [Theory]
    [InlineData("sentence")]
    [InlineData("call")]
    [InlineData("before")]
    [InlineData("after")]
    [InlineData("risk")]
    public async Task An_approval_of_a_plan_that_is_shown_otherwise_is_refused(string what)
    {
        var desk = await PlannedAsync();
        await PlantAsync(desk, plan => what switch
        {
            "sentence" => plan with { Sentence = "Harmless." },
            "call" => plan with { Call = "Harmless." },
            "before" => plan with { Before = "{}" },
            "after" => plan with { After = "{}" },
            _ => plan with { Risk = Risk.Irreversible },
        });
        await RefusedAsync(desk, SealFault.Different);
    }

    [Fact]
    public async Task An_approval_of_what_a_build_before_seals_proposed_is_planned_again()
    {
        var desk = await PlannedAsync();
        var row = desk.Scene.Table.Rows.Single(row => row.Kind is RowKind.Seal);
        await desk.Scene.Table.CommitAsync(row.Partition, [new TableWrite.Delete(row.Key, row.Version)], CancellationToken.None);
        await RefusedAsync(desk, SealFault.Missing);
    }

    [Fact]
    public async Task An_approval_is_sealed_with_who_gave_it_and_by_which_command()
    {
        var desk = await PlannedAsync();
        var command = desk.Command(CommandKind.Approve);
        await desk.DoAsync(command);
        var plan = desk.Scene.Sealed.Single();
        Assert.Equal(SealedPlanState.Approved, plan.State);
        Assert.Equal(new SealedApproval(Desk.Kim.Id, "kim", command.Id, desk.Scene.Time.Now), Assert.Single(plan.Approvals));
    }

    /// <summary>The row alone, as it is: nothing asks for a treatment.</summary>
    private static async Task PlantAsync(Desk desk, Func<RemediationPlan, RemediationPlan> change)
    {
        var finding = desk.Scene.Finding;
        await desk.Scene.PlantAsync(FindingRows.Row(Some.Partition, finding with { Treatment = finding.Treatment! with { Plan = change(finding.Treatment.Plan!) } }, version: null));
    }
}
