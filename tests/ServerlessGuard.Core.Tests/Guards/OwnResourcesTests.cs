using ServerlessGuard.Findings;
using ServerlessGuard.Guards;
using ServerlessGuard.Tests.Findings;
using ServerlessGuard.Tests.Remediation;

namespace ServerlessGuard.Tests.Guards;

/// <summary>Nobody makes the product change itself, and nobody hides behind it.</summary>
public sealed class OwnResourcesTests
{
    private const string Function = "arn:aws:lambda:eu-central-1:111122223333:function:serverlessguard-chatops";
    private const string Storage = "/subscriptions/s/resourceGroups/serverlessguard/providers/Microsoft.Storage/storageAccounts/guardabc";

    private static readonly OwnResources Own = new([Function, Storage]);

    [Theory]
    [InlineData(Function)]
    [InlineData(Function + ":7")]
    [InlineData(Storage)]
    [InlineData("/SUBSCRIPTIONS/S/resourcegroups/ServerlessGuard/providers/microsoft.storage/storageaccounts/GUARDABC")]
    [InlineData(Storage + "/blobServices/default/containers/deployments")]
    public void What_the_template_made_is_ours(string id) => Assert.True(Own.Has(id));

    [Theory]
    [InlineData("arn:aws:lambda:eu-west-1:111122223333:function:serverlessguard-chatops")]
    [InlineData("arn:aws:lambda:eu-central-1:999988887777:function:serverlessguard-chatops")]
    [InlineData(Function + "-2")]
    [InlineData("arn:aws:lambda:eu-central-1:111122223333:function:ServerlessGuard-chatops")]
    [InlineData("serverlessguard-chatops")]
    [InlineData("/subscriptions/s/resourceGroups/other/providers/Microsoft.Storage/storageAccounts/guardabc")]
    [InlineData(Storage + "2")]
    [InlineData(Storage + "/providers/Microsoft.Authorization/roleAssignments/of-a-stranger")]
    public void A_stranger_is_not_ours_by_its_name_or_by_its_place(string id) => Assert.False(Own.Has(id));

    [Fact]
    public async Task A_fix_of_our_own_resource_is_refused_and_the_finding_stays()
    {
        var scene = new Scene { Own = new OwnResources([Some.Bucket().Id]) };
        await scene.SeeAsync(compliant: false);
        Assert.Equal(TreatmentState.Refused, (await scene.TreatAsync())?.State);
        Assert.Equal((0, OwnResources.Reason, FindingStatus.Open), (scene.Cloud.Writes, scene.Treatment.Detail, scene.Finding.Status));
    }

    /// <summary>The write itself is refused too: a row that says that a fix is under way, or was made, writes nothing on us.</summary>
    [Fact]
    public async Task A_row_that_says_that_a_fix_is_under_way_or_done_writes_nothing_on_our_own_resource()
    {
        var scene = new Scene();
        await scene.SeeAsync(compliant: false);
        scene.Cloud.OnCall = call => _ = call is "before second" ? throw new KilledException() : 0;
        await Assert.ThrowsAsync<KilledException>(scene.TreatAsync);
        scene.Cloud.OnCall = null;
        Assert.Equal((TreatmentState.Applying, 1), (scene.Treatment.State, scene.Cloud.Writes));

        scene.Own = new OwnResources([Some.Bucket().Id]);
        await scene.TreatAsync();
        Assert.Equal(1, scene.Cloud.Writes);
        Assert.NotEqual(TreatmentState.Fixed, scene.Treatment.State);
    }

    [Fact]
    public async Task An_undo_writes_nothing_on_our_own_resource()
    {
        var scene = new Scene();
        await scene.SeeAsync(compliant: false);
        await scene.TreatAsync();
        Assert.Equal((TreatmentState.Fixed, 2), (scene.Treatment.State, scene.Cloud.Writes));
        scene.Own = new OwnResources([Some.Bucket().Id]);
        Assert.False((await scene.UndoAsync()).IsUndone);
        Assert.Equal(2, scene.Cloud.Writes);
    }
}
