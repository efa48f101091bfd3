using System.Text.Json.Nodes;
using ServerlessGuard.EndToEnd.Tests.Aws;
using ServerlessGuard.Findings;
using ServerlessGuard.Rules;

namespace ServerlessGuard.EndToEnd.Tests.Attacks;

/// <summary>Against the published Lambda: an attacker who may write every row that the scan role may write, and send to the queue.</summary>
public sealed class PlantedInAwsTests
{
    private const string Open = """{"block":{"BlockPublicAcls":false,"IgnorePublicAcls":false,"BlockPublicPolicy":false,"RestrictPublicBuckets":false},"website":false}""";
    private const string Closed = """{"block":{"BlockPublicAcls":true,"IgnorePublicAcls":true,"BlockPublicPolicy":true,"RestrictPublicBuckets":true},"website":false}""";

    /// <summary>It used to open the bucket: what a row in Applying said was written as it stood.</summary>
    [Theory]
    [InlineData("enforce", TreatmentState.Applying)]
    [InlineData("observe", TreatmentState.Applying)]
    [InlineData("approve", TreatmentState.Approved)]
    [InlineData("observe", TreatmentState.Approved)]
    public async Task A_planted_row_opens_no_bucket(string mode, TreatmentState state)
    {
        await using var scene = await Scene.StartAsync("enforce");
        scene.Lab.Do("make bucket public");
        var real = await scene.UntilAsync("SG-STOR-001", FindingStatus.Resolved);
        await scene.IdleAsync();
        var writes = scene.Lab.Account.Writes.Count;

        await using var other = await Scene.StartAsync(mode);
        other.Lab.Do("make bucket public");
        await other.UntilAsync("SG-STOR-001", mode is "enforce" ? FindingStatus.Resolved : FindingStatus.Open);
        await other.IdleAsync();
        foreach (var target in new[] { scene, other })
        {
            var before = target.Lab.Account.Writes.Count;
            var planted = PlantedRows.Finding(real.Resource, "SG-STOR-001", Remediations.BlockPublicAccess, state, Closed, Open);
            var key = await PlantedRows.PlantAsync(target.Table, planted);
            target.Lab.RemediateQueue.Send(new JsonObject { ["partition"] = Scene.Partition, ["key"] = key }.ToJsonString());
            await Eventually.IsAsync(async () => await target.Table.FindAsync(Scene.Partition, key, CancellationToken.None) is null, "the planted entry is dealt with", () => string.Join('\n', target.Lab.Remediate.Lines.TakeLast(10)));
            await target.IdleAsync();
            Assert.Equal(before, target.Lab.Account.Writes.Count);
        }

        Assert.Equal(writes, scene.Lab.Account.Writes.Count);
    }

    /// <summary>The attacker copies the id of a plan that we did seal, and changes what it says.</summary>
    [Fact]
    public async Task A_real_plan_with_another_after_state_is_not_undone_into_it()
    {
        await using var scene = await Scene.StartAsync("enforce");
        scene.Lab.Do("make bucket public");
        var real = await scene.UntilAsync("SG-STOR-001", FindingStatus.Resolved);
        await scene.IdleAsync();
        var before = scene.Lab.Account.Writes.Count;
        var plan = real.Treatment!.Plan!;
        var key = await PlantedRows.PlantAsync(
            scene.Table, real with { Status = FindingStatus.Open, Treatment = real.Treatment with { State = TreatmentState.Applying, Plan = plan with { Before = plan.After, After = plan.Before } } });
        scene.Lab.RemediateQueue.Send(new JsonObject { ["partition"] = Scene.Partition, ["key"] = key }.ToJsonString());
        await Eventually.IsAsync(async () => await scene.Table.FindAsync(Scene.Partition, key, CancellationToken.None) is null, "the planted entry is dealt with", () => string.Join('\n', scene.Lab.Remediate.Lines.TakeLast(10)));
        await scene.IdleAsync();
        Assert.Equal(before, scene.Lab.Account.Writes.Count);
    }
}
