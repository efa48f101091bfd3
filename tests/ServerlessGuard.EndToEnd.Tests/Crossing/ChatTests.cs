using System.Net;
using System.Text;
using ServerlessGuard.Chat.Links;
using ServerlessGuard.EndToEnd.Tests.Aws;
using ServerlessGuard.EndToEnd.Tests.Azure;
using ServerlessGuard.Exemptions;
using ServerlessGuard.Findings;
using ServerlessGuard.Guards;
using ServerlessGuard.Lab.Azure.Seed;
using ServerlessGuard.Resources;
using ServerlessGuard.Simulators.Chat;
using ServerlessGuard.Tables;

namespace ServerlessGuard.EndToEnd.Tests.Crossing;

/// <summary>People decide in one cloud's endpoint about the other's resources, through both published hosts, with a simulated Slack and Teams.</summary>
[Collection(SimulatedAzure.Name)]
public sealed class ChatTests(AzureCloud cloud) : IDisposable
{
    private readonly string _settings = Path.Combine(Path.GetTempPath(), $"guard-{Guid.NewGuid():N}.yaml");
    private readonly HttpMessageInvoker _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, UseProxy = false });

    public void Dispose()
    {
        _http.Dispose();
        File.Delete(_settings);
    }

    [Theory]
    [InlineData(Provider.Aws)]
    [InlineData(Provider.Azure)]
    public async Task Opened_told_approved_in_the_other_cloud_fixed_updated_undone_and_restored(Provider owner)
    {
        await using var scene = await StartAsync();
        var (partition, table) = owner is Provider.Aws ? (TwoCloudsScene.AwsPartition, scene.AwsTable) : (TwoCloudsScene.AzurePartition, scene.AzureTable);
        var rule = "SG-NET-001";
        if (owner is Provider.Aws)
        {
            scene.Clouds.Aws.Do("open security group");
        }
        else
        {
            Breakage.OpenSsh.Apply(scene.Clouds.Azure.Arm);
        }

        var asked = await MessageAsync(scene, partition, table, rule, message => Has(message, "approve"), "a person is asked");
        Assert.Equal(TreatmentState.AwaitingApproval, (await TwoCloudsScene.FindingAsync(table, partition, rule))!.Treatment!.State);

        // Until its row is there, the other cloud's endpoint answers "not known here, try again in a minute".
        await KnownAsync(scene, owner is Provider.Aws ? scene.AzureTable : scene.AwsTable, partition, rule);

        // A stranger's click changes nothing; kim's does, in the cloud that does not own the resource.
        var other = owner is Provider.Aws ? scene.Clouds.Chat!.AzureEndpoint : scene.Clouds.Chat!.AwsEndpoint;
        await ClickAsync(scene, other, asked, "approve", "U0EVE");
        await ClickAsync(scene, other, asked, "approve", "U0KIM");
        await AnswerAsync(scene, owner, 0, async () => (await TwoCloudsScene.FindingAsync(table, partition, rule))!.Treatment!.State is TreatmentState.AwaitingApproval);
        await Eventually.IsAsync(
            async () => await TwoCloudsScene.FindingAsync(table, partition, rule) is { Status: FindingStatus.Resolved, Treatment: { State: TreatmentState.Fixed, By: not null } }, "it is fixed", scene.State);
        var steps = await StepsAsync(table, partition, rule);
        Assert.Equal(1, steps.Count(step => step.Step is FindingStep.Approved));
        Assert.Contains(steps, step => step is { Step: FindingStep.Approved, Actor: { } actor } && actor.Contains("u0kim", StringComparison.OrdinalIgnoreCase));

        var fixedMessage = await MessageAsync(scene, partition, table, rule, message => Has(message, "undo"), "the message offers the way back");
        Assert.Equal(asked.Ts, fixedMessage.Ts);
        await ClickAsync(scene, other, fixedMessage, "undo", "U0KIM");
        await AnswerAsync(scene, owner, 1, async () => (await TwoCloudsScene.FindingAsync(table, partition, rule))!.Treatment!.State is TreatmentState.Fixed);
        await Eventually.IsAsync(
            async () => await TwoCloudsScene.FindingAsync(table, partition, rule) is { Status: FindingStatus.Open } && (await StepsAsync(table, partition, rule)).Any(step => step.Step is FindingStep.Undone), "it is restored", scene.State);
        await MessageAsync(scene, partition, table, rule, message => message.Body.ToJsonString().Contains("undone", StringComparison.OrdinalIgnoreCase) || Has(message, "approve"), "the message says so");
    }

    [Fact]
    public async Task A_link_in_teams_acts_once_and_only_when_its_form_is_sent()
    {
        await using var scene = await StartAsync();
        scene.Clouds.Aws.Do("open security group");
        Uri? approve = null;
        await Eventually.IsAsync(
            () => Task.FromResult((approve = scene.Clouds.Chat!.Teams.Cards.SelectMany(card => SimulatedTeams.Links(card)).Where(link => link.Key.Contains("pprove", StringComparison.Ordinal)).Select(link => link.Value).LastOrDefault()) is not null),
            "a card with a link",
            scene.State);

        // Previews and scanners follow links: nothing may come of it.
        for (var i = 0; i < 3; i++)
        {
            using var get = new HttpRequestMessage(HttpMethod.Get, approve);
            using var page = await _http.SendAsync(get, CancellationToken.None);
            Assert.Equal(HttpStatusCode.OK, page.StatusCode);
            Assert.Contains("default-src 'none'", string.Join(' ', page.Headers.GetValues("content-security-policy")), StringComparison.Ordinal);
        }

        Assert.Equal(TreatmentState.AwaitingApproval, (await TwoCloudsScene.FindingAsync(scene.AwsTable, TwoCloudsScene.AwsPartition, "SG-NET-001"))!.Treatment!.State);
        var name = new Dictionary<string, string>(StringComparer.Ordinal) { ["name"] = "Kim Example" };
        Assert.Equal(HttpStatusCode.Accepted, (await SimulatedTeams.FollowAsync(_http, approve!, name, CancellationToken.None)).Answer);
        await Eventually.IsAsync(
            async () => await TwoCloudsScene.FindingAsync(scene.AwsTable, TwoCloudsScene.AwsPartition, "SG-NET-001") is { Status: FindingStatus.Resolved, Treatment: { State: TreatmentState.Fixed, By: { } by } } && by.Contains("Kim Example", StringComparison.Ordinal),
            "it is fixed in her name",
            scene.State);
        await SimulatedTeams.FollowAsync(_http, approve!, name, CancellationToken.None);
        Assert.Equal(1, (await StepsAsync(scene.AwsTable, TwoCloudsScene.AwsPartition, "SG-NET-001")).Count(step => step.Step is FindingStep.Approved));
    }

    [Fact]
    public async Task One_stop_stops_both_clouds_and_one_exemption_is_carried_out_by_its_owner()
    {
        await using var scene = await StartAsync();
        using (var stopped = await scene.Clouds.Chat!.Slack.CommandAsync(_http, new Uri(scene.Clouds.Chat.AzureEndpoint, "slack/commands"), "stop drill", "U0KIM", CancellationToken.None))
        {
            Assert.Equal(HttpStatusCode.OK, stopped.StatusCode);
        }

        await Eventually.IsAsync(
            async () => await ControlAsync(scene.AwsTable, Provider.Aws) is { Stopped: true, Reason: "drill" } && await ControlAsync(scene.AzureTable, Provider.Azure) is { Stopped: true }, "both have stopped", scene.State);
        scene.Clouds.Aws.Do("make bucket public");
        var message = await MessageAsync(scene, TwoCloudsScene.AwsPartition, scene.AwsTable, "SG-STOR-001", message => Has(message, "exempt-7"), "it is told");
        await Eventually.IsAsync(async () => (await TwoCloudsScene.FindingAsync(scene.AwsTable, TwoCloudsScene.AwsPartition, "SG-STOR-001"))?.Treatment?.State is TreatmentState.Proposed, "it is only proposed", scene.State);
        Assert.Empty(scene.Clouds.Aws.Account.Writes);

        message = await MessageAsync(scene, TwoCloudsScene.AwsPartition, scene.AwsTable, "SG-STOR-001", message => Has(message, "exempt-7"), "it is told");
        await KnownAsync(scene, scene.AzureTable, TwoCloudsScene.AwsPartition, "SG-STOR-001");
        await ClickAsync(scene, scene.Clouds.Chat.AzureEndpoint, message, "exempt-7", "U0KIM");
        await AnswerAsync(scene, Provider.Aws, 0, async () => await TwoCloudsScene.FindingAsync(scene.AwsTable, TwoCloudsScene.AwsPartition, "SG-STOR-001") is { Status: FindingStatus.Open });
        await Eventually.IsAsync(async () => await TwoCloudsScene.FindingAsync(scene.AwsTable, TwoCloudsScene.AwsPartition, "SG-STOR-001") is { Status: FindingStatus.Suppressed }, "it is exempted", scene.State);
        await Eventually.IsAsync(
            async () => await TwoCloudsScene.FindingAsync(scene.AzureTable, TwoCloudsScene.AwsPartition, "SG-STOR-001") is { Status: FindingStatus.Suppressed, ExemptionId: { } id }
                && await scene.AzureTable.FindAsync(TwoCloudsScene.AwsPartition, ExemptionRows.Key(id), CancellationToken.None) is not null,
            "the other cloud holds the finding and the exemption",
            scene.State);
    }

    [Fact]
    public async Task A_request_that_Slack_did_not_sign_reaches_nothing()
    {
        await using var scene = await StartAsync();
        foreach (var endpoint in new[] { scene.Clouds.Chat!.AwsEndpoint, scene.Clouds.Chat.AzureEndpoint })
        {
            foreach (var path in new[] { "slack/actions", "slack/commands" })
            {
                using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(endpoint, path)) { Content = new FormUrlEncodedContent([new("command", "/guard"), new("text", "stop"), new("user_id", "U0KIM")]) };
                request.Headers.Add("X-Slack-Request-Timestamp", DateTimeOffset.UtcNow.ToUnixTimeSeconds().ToString(System.Globalization.CultureInfo.InvariantCulture));
                request.Headers.Add("X-Slack-Signature", "v0=" + new string('0', 64));
                using var answer = await _http.SendAsync(request, CancellationToken.None);
                Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
            }
        }

        // Whoever holds the whole of AWS has the secret of its Slack app. It signs nothing for Azure's.
        scene.Clouds.Chat.Slack.SecretOf = null;
        using (var forged = await scene.Clouds.Chat.Slack.CommandAsync(_http, new Uri(scene.Clouds.Chat.AzureEndpoint, "slack/commands"), "sweep", "U0KIM", CancellationToken.None))
        {
            Assert.Equal(HttpStatusCode.Unauthorized, forged.StatusCode);
        }

        Assert.True(await ControlAsync(scene.AwsTable, Provider.Aws) is null or { Stopped: false });
    }

    private async Task<TwoCloudsScene> StartAsync()
    {
        await File.WriteAllTextAsync(_settings, """
            remediation:
              mode: enforce
              rules: {SG-NET-001: approve}
            approvals:
              approvers: [slack:U0KIM, teams-link]
              fromPeer: [stop, reject]
            notifications:
              minSeverity: low
            """);
        return await TwoCloudsScene.StartAsync(cloud, "enforce", _settings);
    }

    /// <summary>The owner asks the person itself, and nothing is done before they have followed its link and sent its form; a link that the other cloud made is none.</summary>
    private async Task AnswerAsync(TwoCloudsScene scene, Provider owner, int before, Func<Task<bool>> isUnchanged)
    {
        var chat = scene.Clouds.Chat!;
        await Eventually.IsAsync(() => Task.FromResult(chat.PrivateTo("U0KIM").Count > before), "the owner asks her itself", scene.State);
        var link = chat.PrivateTo("U0KIM")[before].Link!;
        Assert.True(chat.EndpointOf(owner).IsBaseOf(link), link.AbsoluteUri);
        Assert.True(await isUnchanged());
        Assert.Empty(chat.PrivateTo("U0EVE"));

        // Whoever holds the other cloud has its key, and knows what was clicked.
        var other = owner is Provider.Aws ? Provider.Azure : Provider.Aws;
        var known = ActionLink.Read(owner, [Encoding.UTF8.GetBytes(chat.LinkKeyOf(owner))], link.Query, DateTimeOffset.UtcNow).Content!;
        var forged = ActionLink.Sign(Encoding.UTF8.GetBytes(chat.LinkKeyOf(other)), known);
        using (var post = new HttpRequestMessage(HttpMethod.Post, new Uri(chat.EndpointOf(owner), "link")) { Content = new StringContent(forged + "&reason=x", Encoding.UTF8, "application/x-www-form-urlencoded") })
        {
            using var refused = await _http.SendAsync(post, CancellationToken.None);
            Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        }

        Assert.True(await isUnchanged());
        var reason = new Dictionary<string, string>(StringComparer.Ordinal) { ["reason"] = "the vendor fixes it" };
        Assert.Equal(HttpStatusCode.Accepted, (await SimulatedTeams.FollowAsync(_http, link, reason, CancellationToken.None)).Answer);
        Assert.Contains("already been used", (await SimulatedTeams.FollowAsync(_http, link, reason, CancellationToken.None)).Text, StringComparison.Ordinal);
    }

    private static bool Has(SlackMessage message, string button) => message.Body.ToJsonString().Contains($"\"action_id\":\"{button}\"", StringComparison.Ordinal);

    private async Task ClickAsync(TwoCloudsScene scene, Uri endpoint, SlackMessage message, string button, string user)
    {
        using var answer = await scene.Clouds.Chat!.Slack.ClickAsync(_http, new Uri(endpoint, "slack/actions"), message, button, user, CancellationToken.None);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    /// <summary>The parent message of the finding, once it is as expected.</summary>
    private static async Task<SlackMessage> MessageAsync(TwoCloudsScene scene, string partition, ITable table, string rule, Func<SlackMessage, bool> condition, string what)
    {
        SlackMessage? found = null;
        await Eventually.IsAsync(
            async () =>
            {
                var id = (await TwoCloudsScene.FindingAsync(table, partition, rule))?.Id;
                found = id is null ? null : scene.Clouds.Chat!.Slack.Messages.LastOrDefault(message => message.ThreadTs is null && message.Body.ToJsonString().Contains(id, StringComparison.Ordinal));
                return found is not null && condition(found);
            },
            what,
            scene.State);
        return found!;
    }

    private static Task KnownAsync(TwoCloudsScene scene, ITable table, string partition, string rule) =>
        Eventually.IsAsync(async () => await TwoCloudsScene.FindingAsync(table, partition, rule) is not null, "the other cloud knows the finding", scene.State);

    private static async Task<Control?> ControlAsync(ITable table, Provider provider) =>
        await table.FindAsync(RowKeys.Deployment(provider), ControlRows.Key, CancellationToken.None) is { } row ? ControlRows.Read(row) : null;

    private static async Task<List<FindingEvent>> StepsAsync(ITable table, string partition, string rule)
    {
        var steps = new List<FindingEvent>();
        await foreach (var row in table.QueryAsync(partition, "h:", RowKeys.After("h:"), null, CancellationToken.None))
        {
            if (FindingRows.Event(row) is var step && step.RuleId == rule)
            {
                steps.Add(step);
            }
        }

        return steps;
    }
}
