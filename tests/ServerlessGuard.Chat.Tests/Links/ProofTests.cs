using System.Buffers.Text;
using System.Text;
using ServerlessGuard.Chat.Links;
using ServerlessGuard.Decisions;
using ServerlessGuard.Findings;
using ServerlessGuard.Guards;
using ServerlessGuard.Resources;
using ServerlessGuard.Tables;
using ServerlessGuard.Tests.Decisions;
using ServerlessGuard.Tests.Findings;

namespace ServerlessGuard.Chat.Tests.Links;

/// <summary>What somebody who holds all of Azure may try on AWS: its word, its keys, its chat endpoint with everything that ever passed there.</summary>
public class ProofTests
{
    [Fact]
    public async Task A_yes_that_came_through_the_peer_is_carried_out_when_the_person_says_so_to_the_owner()
    {
        var world = await ProofWorld.StartAsync();
        var yes = world.Desk.Command(CommandKind.Approve);
        Assert.Equal(CommandState.AwaitsConfirmation, (await world.PeerSaysAsync(yes)).State);
        Assert.DoesNotContain(FindingStep.Approved, world.Desk.Story);

        var link = Assert.Single(await world.LinksToAsync(Desk.Kim));
        var page = await world.GetAsync(link);
        Assert.Contains("You decide as <b>slack:U1</b>", Text(page), StringComparison.Ordinal);
        Assert.DoesNotContain("name=\"name\"", Text(page), StringComparison.Ordinal);
        Assert.Equal(CommandState.AwaitsConfirmation, world.Desk.Stored(yes.Id).State);

        var answer = await world.PostAsync(link);
        Assert.Equal((202, yes.Id), (answer.Response.Status, Assert.Single(answer.Submitted).Id));
        Assert.Equal(CommandState.Done, (await world.Desk.RunAsync(yes.Id))!.State);
        Assert.Contains(FindingStep.Approved, world.Desk.Story);
        var done = world.Desk.Stored(yes.Id);
        Assert.Equal((CommandState.Done, Provider.Aws, "slack:U1"), (done.State, done.IssuedIn, done.By.Id));

        // The result is the same row, on its way to whoever asked.
        Assert.Contains(world.Desk.Scene.Table.Rows, row => row.Key.StartsWith("o:federate:", StringComparison.Ordinal) && OutboxRows.Read(row).Row == CommandRows.Key(yes.Id));
    }

    [Theory]
    [InlineData(CommandKind.Approve)]
    [InlineData(CommandKind.Undo)]
    [InlineData(CommandKind.Exempt)]
    [InlineData(CommandKind.Revoke)]
    [InlineData(CommandKind.Resume)]
    [InlineData(CommandKind.Sweep)]
    public async Task The_peer_forges_a_decision_of_an_approver_and_nothing_comes_of_it(CommandKind kind)
    {
        var world = await ProofWorld.StartAsync();
        await world.Desk.DoAsync(world.Desk.Command(CommandKind.Stop));
        var writes = world.Desk.Scene.Cloud.Writes;
        var before = world.Desk.Scene.Finding;
        string Stored() => world.Desk.Scene.Table.Rows.Single(row => row.Kind is RowKind.Finding).Document;
        var stored = Stored();
        var forged = kind switch
        {
            CommandKind.Exempt => world.Desk.Exempt(7) with { FindingId = before.Id },
            CommandKind.Sweep => world.Desk.Command(kind) with { Partition = RowKeys.Deployment(Provider.Aws) },
            _ => world.Desk.Command(kind),
        };
        Assert.NotEqual(CommandState.Done, (await world.PeerSaysAsync(forged)).State);

        // Kick it again as often as you like: only the person's answer, or the hour's end, moves it on.
        await world.Desk.RunAsync(forged.Id);
        await world.LinksToAsync(Desk.Kim);
        Assert.Equal((stored, writes, 0, true), (Stored(), world.Desk.Scene.Cloud.Writes, world.Desk.Sweeps, world.Desk.Control!.Stopped));
    }

    [Fact]
    public async Task The_peer_names_a_stranger_a_group_or_an_operator_and_nobody_is_asked()
    {
        var world = await ProofWorld.StartAsync();
        foreach (var person in new[] { Desk.Stranger, Desk.Stranger with { Groups = [Desk.Kim.Id] }, new Person("root", "local:root"), new Person("kim", "teams-link") })
        {
            Assert.Equal(CommandState.Refused, (await world.PeerSaysAsync(world.Desk.Command(CommandKind.Approve, person))).State);
        }

        Assert.Empty(await world.LinksToAsync(Desk.Stranger));
        Assert.DoesNotContain(world.Sent, message => message.To is "U9" or "root" or "kim");
    }

    [Fact]
    public async Task Where_nobody_can_be_asked_the_answer_says_where_to_decide()
    {
        var world = await ProofWorld.StartAsync();
        world.Desk.ReachesSlack = false;
        var refused = await world.PeerSaysAsync(world.Desk.Command(CommandKind.Approve));
        Assert.Equal(CommandState.Refused, refused.State);
        Assert.Contains("decide in AWS: through a link in AWS's own message, or with guard on AWS's table", refused.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_peer_reads_all_that_passes_its_endpoint_and_the_link_never_does()
    {
        var world = await ProofWorld.StartAsync();
        await world.PeerSaysAsync(world.Desk.Command(CommandKind.Approve));
        Assert.Single(await world.LinksToAsync(Desk.Kim));
        var message = Assert.Single(world.Sent, message => message.Body.ToJsonString().Contains("/link?t=", StringComparison.Ordinal));

        // To one person. Slack reports every element that can be clicked, a button with a URL too, with the whole message, to the app's one address.
        Assert.Equal("U1", message.To);
        Assert.All(message.Body["blocks"]!.AsArray(), block => Assert.True((string?)block!["type"] is "section" or "context" && block["accessory"] is null));
        Assert.DoesNotContain("\"button\"", message.Body.ToJsonString(), StringComparison.Ordinal);
        Assert.DoesNotContain("link?", (string?)message.Body["text"]!, StringComparison.Ordinal);

        // Nor does a row that could be forwarded.
        Assert.DoesNotContain(world.Desk.Scene.Table.Rows, row => row.Document.Contains("link?t=", StringComparison.Ordinal));
        Assert.DoesNotContain(world.Desk.Scene.Table.Rows, row => row.Key.StartsWith("o:federate:", StringComparison.Ordinal) && OutboxRows.Read(row).Row is { } key && key.StartsWith("c:", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_link_used_twice_is_one_decision_and_so_are_two_links_of_one_question()
    {
        var world = await ProofWorld.StartAsync();
        var yes = world.Desk.Command(CommandKind.Approve);
        await world.PeerSaysAsync(yes);
        var first = Assert.Single(await world.LinksToAsync(Desk.Kim));
        var again = ActionLink.Sign(Encoding.UTF8.GetBytes(ProofWorld.Key), ActionLinkContent.Of(world.Desk.Stored(yes.Id), world.Desk.Stored(yes.Id).Question!, "another-nonce-0123456789"));
        Assert.Equal(202, (await world.PostAsync(first)).Response.Status);
        foreach (var link in new[] { first, again })
        {
            var second = await world.PostAsync(link);
            Assert.Equal((200, 0), (second.Response.Status, second.Submitted.Length));
            Assert.Contains("already been used", Text(second), StringComparison.Ordinal);
            Assert.Contains("already been used", Text(await world.GetAsync(link)), StringComparison.Ordinal);
        }

        await world.Desk.RunAsync(yes.Id);
        Assert.Single(world.Desk.Story, step => step is FindingStep.Approved);
    }

    [Fact]
    public async Task A_link_in_the_hands_of_another_person_decides_in_nobody_elses_name()
    {
        var world = await ProofWorld.StartAsync();
        var yes = world.Desk.Command(CommandKind.Approve);
        await world.PeerSaysAsync(yes);
        var link = Assert.Single(await world.LinksToAsync(Desk.Kim));

        // Written over, the signature does not hold; and a name that is typed is not looked at.
        var dot = link.IndexOf('.', StringComparison.Ordinal);
        var payload = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(link.AsSpan(2, dot - 2))).Replace("slack:U1", "slack:U2", StringComparison.Ordinal);
        Assert.Equal(400, (await world.PostAsync($"t={Base64Url.EncodeToString(Encoding.UTF8.GetBytes(payload))}{link[dot..]}")).Response.Status);
        Assert.Equal(CommandState.AwaitsConfirmation, world.Desk.Stored(yes.Id).State);
        Assert.Equal("slack:U1", Assert.Single((await world.PostAsync(link, "&name=Sam")).Submitted).By.Id);
    }

    [Fact]
    public async Task A_link_to_somebody_who_is_no_approver_any_more_decides_nothing()
    {
        var world = await ProofWorld.StartAsync();
        await world.PeerSaysAsync(world.Desk.Command(CommandKind.Approve));
        var link = Assert.Single(await world.LinksToAsync(Desk.Kim));
        var content = ActionLink.Read(Provider.Aws, [Encoding.UTF8.GetBytes(ProofWorld.Key)], link, world.Desk.Scene.Time.Now).Content!;
        foreach (var id in new[] { Desk.Stranger.Id, "local:root", "teams-link" })
        {
            Assert.Equal(409, (await world.PostAsync(ActionLink.Sign(Encoding.UTF8.GetBytes(ProofWorld.Key), content with { PersonId = id }))).Response.Status);
        }
    }

    [Fact]
    public async Task A_link_after_the_plan_changed_decides_nothing()
    {
        var world = await ProofWorld.StartAsync();
        var yes = world.Desk.Command(CommandKind.Approve);
        await world.PeerSaysAsync(yes);
        var link = Assert.Single(await world.LinksToAsync(Desk.Kim));
        var (row, finding) = (await world.Table.FindAsync(Some.Partition, FindingKeys.Finding(world.Desk.Scene.Finding), default), world.Desk.Scene.Finding);
        var other = finding with { Revision = finding.Revision + 1, Treatment = finding.Treatment! with { Plan = finding.Treatment.Plan! with { Id = "another plan" } } };
        await world.Table.CommitAsync(Some.Partition, [new TableWrite.Replace(FindingRows.Row(Some.Partition, other, row!.Version))], default);
        var answer = await world.PostAsync(link);
        Assert.Equal((409, 0), (answer.Response.Status, answer.Submitted.Length));
        Assert.Contains("has changed since this link was sent", Text(answer), StringComparison.Ordinal);
        Assert.Equal(CommandState.AwaitsConfirmation, world.Desk.Stored(yes.Id).State);
    }

    [Fact]
    public async Task A_link_after_its_hour_decides_nothing_and_the_question_ends_with_it()
    {
        var world = await ProofWorld.StartAsync();
        var yes = world.Desk.Command(CommandKind.Approve) with { ExpiresAt = world.Desk.Scene.Time.Now.AddDays(1) };
        await world.PeerSaysAsync(yes);
        var link = Assert.Single(await world.LinksToAsync(Desk.Kim));
        world.Desk.Scene.Time.Now += Proof.Life;
        Assert.Equal(410, (await world.PostAsync(link)).Response.Status);
        Assert.Equal(CommandState.Refused, (await world.Desk.RunAsync(yes.Id))!.State);
        Assert.StartsWith("nobody answered AWS's question within an hour", world.Desk.Stored(yes.Id).Outcome, StringComparison.Ordinal);
        Assert.DoesNotContain(FindingStep.Approved, world.Desk.Story);
    }

    [Fact]
    public async Task A_link_that_Azure_signed_about_a_finding_of_AWS_is_none()
    {
        var world = await ProofWorld.StartAsync();
        var yes = world.Desk.Command(CommandKind.Approve);
        await world.PeerSaysAsync(yes);
        var asked = world.Desk.Stored(yes.Id);
        var forged = ActionLink.Sign("the key that only Azure has, of more than thirty-two bytes"u8.ToArray(), ActionLinkContent.Of(asked, asked.Question!, "nonce-0123456789abcdef"));
        Assert.Equal((400, 0), ((await world.PostAsync(forged)).Response.Status, (await world.PostAsync(forged)).Submitted.Length));
        Assert.Equal(CommandState.AwaitsConfirmation, world.Desk.Stored(yes.Id).State);
    }

    [Fact]
    public async Task An_exemption_is_the_owners_own_words_and_ends_when_the_finding_changes()
    {
        var world = await ProofWorld.StartAsync();
        var wide = world.Desk.Exempt(7) with { FindingId = world.Desk.Scene.Finding.Id };
        wide = wide with { Exemption = wide.Exemption! with { ResourceId = null, RuleId = null, Tag = "team" } };
        await world.PeerSaysAsync(wide);
        var link = Assert.Single(await world.LinksToAsync(Desk.Kim));
        var command = Assert.Single((await world.PostAsync(link, "&reason=the+vendor+fixes+it")).Submitted);

        // The finding that was shown, not what the peer wrote.
        Assert.Equal((world.Desk.Scene.Finding.RuleId, world.Desk.Scene.Finding.Resource.Id, null), (command.Exemption!.RuleId, command.Exemption.ResourceId, command.Exemption.Tag));
        Assert.Equal(CommandState.Done, (await world.Desk.RunAsync(wide.Id))!.State);
        Assert.Equal(FindingStatus.Suppressed, world.Desk.Scene.Finding.Status);
    }

    [Fact]
    public async Task What_is_decided_at_the_owner_takes_the_place_of_a_question_the_peer_put_in_its_way()
    {
        var world = await ProofWorld.StartAsync();
        var mine = world.Desk.Command(CommandKind.Approve, Desk.Sam);
        await world.PeerSaysAsync(mine with { By = Desk.Kim });
        Assert.Equal(CommandState.Done, (await world.Desk.DoAsync(mine)).State);
        Assert.Equal(("sam", Provider.Aws), (world.Desk.Stored(mine.Id).By.Name, world.Desk.Stored(mine.Id).IssuedIn));
    }

    [Fact]
    public async Task Less_is_free_a_no_and_a_stop_of_the_peer_are_carried_out_at_once()
    {
        var world = await ProofWorld.StartAsync();
        Assert.Equal(CommandState.Done, (await world.PeerSaysAsync(world.Desk.Command(CommandKind.Stop))).State);
        Assert.Equal(CommandState.Done, (await world.PeerSaysAsync(world.Desk.Command(CommandKind.Reject))).State);
        Assert.True(world.Desk.Control!.Stopped);
        Assert.Equal(TreatmentState.Rejected, world.Desk.Scene.Treatment.State);
    }

    private static string Text(ChatAnswer answer) => Encoding.UTF8.GetString(answer.Response.Body.Span);
}
