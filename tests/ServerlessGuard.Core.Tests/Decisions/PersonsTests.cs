using ServerlessGuard.Decisions;
using ServerlessGuard.Findings;
using ServerlessGuard.Guards;
using ServerlessGuard.Resources;

namespace ServerlessGuard.Tests.Decisions;

/// <summary>Attacks on "it takes two": two identities, a typed name, the other cloud's word.</summary>
public sealed class PersonsTests
{
    private static readonly Person SamInSlack = new("@sam", "slack:U2");
    private static readonly Person SamSignedIn = new("sam@acme.example", "entra:sam@acme.example");
    private static readonly Person SamTyping = new("sam", "local:sam");
    private static readonly Person Anybody = new("Kim (by link)", "teams-link");

    private static ApprovalSettings Two { get; } = ApprovalSettings.Default with
    {
        Approvers = ["slack:U1", "slack:U2", "entra:sam@acme.example", "teams-link"],
        TwoPersonRules = ["SG-STOR-001"],
        Persons = ApprovalSettings.Default.Persons.AddRange([new("slack:U2", "sam"), new("entra:sam@acme.example", "sam"), new("local:sam", "sam"), new("slack:U1", "kim")]),
    };

    [Fact]
    public async Task One_person_with_Slack_and_Entra_and_a_terminal_is_one_person()
    {
        var desk = await WaitingAsync();
        Assert.Equal(CommandState.Done, (await desk.DoAsync(desk.Command(CommandKind.Approve, SamInSlack))).State);
        foreach (var again in new[] { SamSignedIn, SamTyping, SamInSlack })
        {
            var outcome = await desk.DoAsync(desk.Command(CommandKind.Approve, again));
            Assert.Equal((CommandState.Refused, $"approve: {again.Name} has already approved it; another person is needed"), (outcome.State, outcome.Detail));
        }

        await NothingAsync(desk);
        await desk.DoAsync(desk.Command(CommandKind.Approve, Desk.Kim));
        await desk.Scene.TreatAsync();
        Assert.Equal(TreatmentState.Fixed, desk.Scene.Treatment.State);
    }

    [Fact]
    public async Task A_typed_name_is_neither_the_first_nor_the_second_of_two()
    {
        var desk = await WaitingAsync();
        var operatorWithoutProof = new Person("kim (unverified)", "local:kim" + Person.Unverified);
        foreach (var nobody in new[] { Anybody, operatorWithoutProof })
        {
            Assert.Contains("is not verified", (await desk.DoAsync(desk.Command(CommandKind.Approve, nobody))).Detail, StringComparison.Ordinal);
        }

        Assert.Empty(desk.Scene.Treatment.Approvals);
        Assert.Equal(CommandState.Done, (await desk.DoAsync(desk.Command(CommandKind.Approve, SamInSlack))).State);
        foreach (var nobody in new[] { Anybody, operatorWithoutProof })
        {
            Assert.Equal(CommandState.Refused, (await desk.DoAsync(desk.Command(CommandKind.Approve, nobody))).State);
        }

        await NothingAsync(desk);
    }

    [Fact]
    public async Task The_other_cloud_vouches_for_neither_of_two()
    {
        var desk = await WaitingAsync(Two with { FromPeer = [CommandKind.Approve] });
        foreach (var claimed in new[] { Desk.Kim, SamInSlack })
        {
            Assert.Contains("the other cloud cannot vouch", (await desk.DoAsync(desk.Command(CommandKind.Approve, claimed) with { IssuedIn = Provider.Azure })).Detail, StringComparison.Ordinal);
        }

        await NothingAsync(desk);
    }

    [Fact]
    public void An_identity_that_is_not_listed_is_its_own_person_and_no_name_of_a_person_is_an_identity()
    {
        var settings = Two with { Persons = Two.Persons.Add("slack:U5", "slack:U6") };
        Assert.Equal(2, settings.PeopleBehind(["slack:U1", "slack:U2", "entra:sam@acme.example"]));
        Assert.Equal(2, settings.PeopleBehind(["slack:U7", "slack:U8"]));
        Assert.Equal(2, settings.PeopleBehind(["slack:U5", "slack:U6"]));
        Assert.Equal(0, settings.PeopleBehind(["teams-link", "local:kim" + Person.Unverified]));
        Assert.Equal(1, settings.PeopleBehind(["slack:u2", "SLACK:U2"]));
    }

    private static async Task<Desk> WaitingAsync(ApprovalSettings? settings = null)
    {
        var desk = new Desk(approvals: settings ?? Two);
        await desk.SeeAndPlanAsync();
        return desk;
    }

    private static async Task NothingAsync(Desk desk)
    {
        await desk.Scene.TreatAsync();
        Assert.Equal((TreatmentState.AwaitingApproval, 0), (desk.Scene.Treatment.State, desk.Scene.Cloud.Writes));
    }
}
