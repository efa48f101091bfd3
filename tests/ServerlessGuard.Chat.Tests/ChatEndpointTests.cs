using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using ServerlessGuard.Chat.Links;
using ServerlessGuard.Chat.Slack;
using ServerlessGuard.Decisions;
using ServerlessGuard.Findings;
using ServerlessGuard.Guards;
using ServerlessGuard.Notifications;
using ServerlessGuard.Resources;
using ServerlessGuard.Rules;
using ServerlessGuard.Tables;
using ServerlessGuard.Tests.Findings;
using ServerlessGuard.Tests.Notifications;

namespace ServerlessGuard.Chat.Tests;

public class ChatEndpointTests
{
    private const string Secret = "8f742231b10e8888abcd99yyyzzz85a5";
    private const string LinkKey = "a key of more than thirty-two bytes, made up";
    private const string Answer = "https://hooks.slack.com/actions/T1/2/3";

    private readonly ChatWorld _world = new();
    private readonly Answers _answers = new();
    private readonly Ring _slack = new(Secret);
    private readonly Ring _links = new(LinkKey);

    public ChatEndpointTests()
    {
        _world.Record("a", broken: true);
        _world.Record("b", broken: true, rule: "SG-KEY-001");
    }

    private ApprovalSettings Approvals { get; set; } = new()
    {
        Approvers = ["slack:U1", "slack:U2", "teams-link", "entra:kim@acme.example"],
        TwoPersonRules = ["SG-KEY-001"],
    };

    private Finding Finding(string name = "a") => _world.Findings.Single(finding => finding.Resource.Name == name);

    private IEnumerable<Command> Commands => _world.Table.Rows.Where(row => row.Kind is RowKind.Command).Select(CommandRows.Read);

    private ChatEndpoint Endpoint(bool signsIn = false, Provider own = Provider.Aws) => Endpoints.Of(
        _world.Table, Approvals, own, _slack, _answers, _links, RuleCatalog.BuiltIn.All.Select(rule => rule.Descriptor), signsIn, _world.Clock);

    private ChatRequest Signed(string path, string body, string? secret = null, TimeSpan age = default)
    {
        var timestamp = (_world.Clock.GetUtcNow() - age).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var signature = Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret ?? Secret), Encoding.UTF8.GetBytes($"v0:{timestamp}:{body}")));
        return new ChatRequest
        {
            Method = "POST",
            Path = path,
            Headers = new Dictionary<string, string> { ["x-slack-request-timestamp"] = timestamp, ["X-SLACK-SIGNATURE"] = "v0=" + signature },
            Body = Encoding.UTF8.GetBytes(body),
        };
    }

    private static string Payload(JsonNode payload) => "payload=" + Uri.EscapeDataString(payload.ToJsonString());

    private string Click(string action, string user = "U1", string name = "a", string? plan = "plan-1")
    {
        var finding = Finding(name);
        return Payload(new JsonObject
        {
            ["type"] = "block_actions",
            ["user"] = new JsonObject { ["id"] = user, ["username"] = "sam" },
            ["response_url"] = Answer,
            ["actions"] = new JsonArray(new JsonObject
            {
                ["action_id"] = action,
                ["value"] = SlackButton.Value(ButtonTarget.Of(finding, plan)),
            }),
        });
    }

    private Task<ChatAnswer> ClickAsync(string action, string user = "U1", string name = "a", string? plan = "plan-1") =>
        Endpoint().AnswerAsync(Signed("slack/actions", Click(action, user, name, plan)), default);

    private async Task<string> SlashAsync(string text, string user = "U1", string trigger = "t1")
    {
        var body = $"command=%2Fguard&text={Uri.EscapeDataString(text)}&user_id={user}&user_name=sam&trigger_id={trigger}";
        var answer = await Endpoint().AnswerAsync(Signed("slack/commands", body), default);
        Assert.Equal(200, answer.Response.Status);
        var json = JsonNode.Parse(answer.Response.Body.Span)!;
        Assert.Equal("ephemeral", (string?)json["response_type"]);
        return (string)json["text"]!;
    }

    [Fact]
    public async Task Two_clicks_are_one_command_and_the_second_is_told_so()
    {
        var first = await ClickAsync("approve");
        var second = await ClickAsync("approve", "U2");
        var command = Assert.Single(Commands);
        Assert.Equal((200, 0), (first.Response.Status, first.Response.Body.Length));
        Assert.Equal(
            (CommandKind.Approve, Some.Partition, Finding().Id, "plan-1", "@sam", "slack:U1", Provider.Aws, CommandState.Pending),
            (command.Kind, command.Partition, command.FindingId, command.PlanId, command.By.Name, command.By.Id, command.IssuedIn, command.State));
        Assert.Equal(command.Id, Assert.Single(first.Submitted).Id);
        Assert.Empty(second.Submitted);
        Assert.NotNull(await _world.Table.FindAsync(Some.Partition, ChatAnswer.Entry(command), default));
        Assert.Equal(2, _answers.Given.Count);
        Assert.StartsWith("Submitted before, by @sam", (string?)_answers.Given[1].Message["text"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_people_are_two_commands_where_it_takes_two()
    {
        await ClickAsync("approve", "U1", "b");
        await ClickAsync("approve", "U2", "b");
        await ClickAsync("approve", "U2", "b");
        Assert.Equal(["slack:U1", "slack:U2"], Commands.Select(command => command.By.Id).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Another_plan_another_revision_and_another_decision_are_other_commands()
    {
        await ClickAsync("approve");
        await ClickAsync("approve", plan: "plan-2");
        await ClickAsync("reject");
        await ClickAsync("undo");
        await ClickAsync("exempt-7");
        await ClickAsync("exempt-30");
        _world.Step("a", FindingStep.Proposed, TreatmentState.Proposed);
        await ClickAsync("approve");
        Assert.Equal(7, Commands.Select(command => command.Id).Distinct(StringComparer.Ordinal).Count());
        Assert.All(Commands, command => Assert.Matches("^[0-9a-f]{32}$", command.Id));
        var exemption = Commands.First(command => command.Kind is CommandKind.Exempt && command.Exemption!.ExpiresAt < _world.Clock.GetUtcNow().AddDays(8)).Exemption!;
        Assert.Equal(("SG-STOR-001", Finding().Resource.Id, Some.Account, "@sam", _world.Clock.GetUtcNow().AddDays(7)), (exemption.RuleId, exemption.ResourceId, exemption.Account, exemption.RequestedBy, exemption.ExpiresAt));
    }

    [Fact]
    public async Task Who_may_not_decide_is_told_what_is_missing()
    {
        Assert.Empty((await ClickAsync("approve", "U9")).Submitted);
        Assert.Empty(Commands);
        Assert.Contains("`slack:U9` is not among `approvals.approvers`", (string?)Assert.Single(_answers.Given).Message["text"], StringComparison.Ordinal);
        Assert.Contains("slack:U9", await SlashAsync("stop now", "U9"), StringComparison.Ordinal);
        Assert.Contains("slack:U9", await SlashAsync($"approve {Finding().Id}", "U9"), StringComparison.Ordinal);
        Assert.Empty(Commands);
    }

    [Fact]
    public async Task What_Slack_did_not_sign_is_refused()
    {
        var body = Click("approve");
        var endpoint = Endpoint();
        Assert.Equal(401, (await endpoint.AnswerAsync(Signed("slack/actions", body, "another secret"), default)).Response.Status);
        Assert.Equal(401, (await endpoint.AnswerAsync(Signed("slack/actions", body, age: TimeSpan.FromMinutes(6)), default)).Response.Status);
        Assert.Equal(401, (await endpoint.AnswerAsync(Signed("slack/actions", body) with { Body = Encoding.UTF8.GetBytes(body + " ") }, default)).Response.Status);
        Assert.Equal(401, (await endpoint.AnswerAsync(Signed("slack/actions", body) with { Headers = ImmutableDictionary<string, string>.Empty }, default)).Response.Status);
        Assert.Equal(401, (await endpoint.AnswerAsync(Signed("slack/commands", "text=stop&user_id=U1", string.Empty), default)).Response.Status);
        Assert.Empty(Commands);
        Assert.Empty(_answers.Given);
    }

    [Fact]
    public async Task A_rotated_secret_is_looked_up_when_nothing_else_verifies()
    {
        _slack.Rotated = "the next secret";
        Assert.Single((await Endpoint().AnswerAsync(Signed("slack/actions", Click("approve"), "the next secret"), default)).Submitted);
        Assert.Equal(1, _slack.Looked);
        Assert.Single((await Endpoint().AnswerAsync(Signed("slack/actions", Click("reject")), default)).Submitted);
        Assert.Equal(1, _slack.Looked);
    }

    [Theory]
    [InlineData("GET", "slack/actions", 405)]
    [InlineData("PUT", "slack/commands", 405)]
    [InlineData("DELETE", "link", 405)]
    [InlineData("POST", "slack", 404)]
    [InlineData("GET", "", 404)]
    [InlineData("GET", "../link", 404)]
    public async Task Other_paths_and_methods_are_none(string method, string path, int status) =>
        Assert.Equal(status, (await Endpoint().AnswerAsync(new ChatRequest { Method = method, Path = path }, default)).Response.Status);

    [Fact]
    public async Task Bodies_beyond_the_limit_are_not_read() =>
        Assert.Equal(413, (await Endpoint().AnswerAsync(Signed("slack/actions", new string('a', ChatEndpoint.MaxBody + 1)), default)).Response.Status);

    [Fact]
    public async Task Without_its_secret_there_is_no_Slack_and_no_link()
    {
        var bare = Endpoints.Of(_world.Table, Approvals, Provider.Aws, slack: null, _answers, links: null, [], signsIn: false, _world.Clock);
        Assert.Equal(404, (await bare.AnswerAsync(Signed("slack/actions", Click("approve")), default)).Response.Status);
        Assert.Equal(404, (await bare.AnswerAsync(new ChatRequest { Method = "GET", Path = "link" }, default)).Response.Status);
    }

    [Theory]
    [InlineData("payload=")]
    [InlineData("payload=%7B")]
    [InlineData("payload=[]")]
    [InlineData("payload={}")]
    [InlineData("payload=null")]
    [InlineData("payload={\"type\":7}")]
    [InlineData("payload={\"type\":\"block_actions\",\"type\":\"block_actions\"}")]
    [InlineData("payload={\"type\":\"block_actions\"}&payload={}")]
    [InlineData("payload={\"type\":\"block_actions\",\"actions\":[7]}")]
    [InlineData("payload={\"type\":\"block_actions\",\"actions\":[{\"action_id\":\"approve\",\"value\":\"{}\"}]}")]
    [InlineData("payload={\"type\":\"block_actions\",\"user\":{\"id\":{}},\"actions\":[{\"action_id\":\"approve\",\"value\":\"{}\"}]}")]
    [InlineData("payload={\"type\":\"block_actions\",\"user\":{\"id\":\"U1\"},\"actions\":[{\"action_id\":\"approve\",\"value\":\"{\\\"p\\\":\\\"aws:guard\\\",\\\"f\\\":\\\"x\\\"}\"}]}")]
    [InlineData("payload={\"type\":\"block_actions\",\"user\":{\"id\":\"U1\"},\"actions\":[{\"action_id\":\"approve\",\"action_id\":\"undo\",\"value\":\"\"}]}")]
    [InlineData("payload={\"type\":\"block_actions\",\"user\":{\"id\":\"U1\",\"id\":\"U2\"},\"actions\":[{\"action_id\":\"approve\",\"value\":\"\"}]}")]
    [InlineData("payload={\"type\":\"block_actions\",\"user\":{\"id\":\"local:root\"},\"actions\":[{\"action_id\":\"stop\",\"value\":\"{\\\"p\\\":\\\"aws:guard\\\"}\"}]}")]
    [InlineData("payload={\"type\":\"block_actions\",\"user\":{\"id\":\"U1\"},\"actions\":[{\"action_id\":\"exempt-9999\",\"value\":\"{\\\"p\\\":\\\"x\\\"}\"}]}")]
    [InlineData("payload={\"type\":\"block_actions\",\"user\":{\"id\":\"U1\"},\"actions\":[{\"action_id\":\"approve\",\"value\":\"{\\\"p\\\":\\\"a/b\\\\\\\\c#d?e\\\",\\\"f\\\":\\\"SG-STOR-001-00000000000000000000000000000000\\\",\\\"v\\\":1}\"}]}")]
    public async Task Hostile_payloads_decide_nothing(string body)
    {
        var answer = await Endpoint().AnswerAsync(Signed("slack/actions", body), default);
        Assert.InRange(answer.Response.Status, 200, 400);
        Assert.Empty(answer.Submitted);
        Assert.Empty(Commands);
    }

    [Property(MaxTest = 500)]
    public Property No_signed_bytes_bring_the_endpoint_down() => Prop.ForAll(
        Gen.OneOf(ArbMap.Default.GeneratorFor<string>().Select(text => text ?? string.Empty), Gen.Elements("slack/actions", "payload=%", "payload={\"type\":\"block_actions\",\"actions\":[{", "text=exempt%20x%20y")).Two().ToArbitrary(),
        pair =>
        {
            foreach (var path in new[] { "slack/actions", "slack/commands" })
            {
                var answer = Now(Signed(path, pair.Item1 + pair.Item2));
                Assert.InRange(answer.Response.Status, 200, 499);
                Assert.Empty(answer.Submitted);
            }

            foreach (var method in new[] { "GET", "POST" })
            {
                var answer = Now(new ChatRequest { Method = method, Path = "link", Query = "t=" + pair.Item1, Body = Encoding.UTF8.GetBytes("t=" + pair.Item2) });
                Assert.InRange(answer.Response.Status, 400, 499);
            }

            return true;
        });

    [Fact]
    public async Task The_slash_command_answers_and_decides()
    {
        Assert.StartsWith("`/guard status`", await SlashAsync(string.Empty), StringComparison.Ordinal);
        Assert.StartsWith("Unknown command.", await SlashAsync("<!channel> now"), StringComparison.Ordinal);
        Assert.StartsWith("You may not ask here: `slack:U9`", await SlashAsync("status", "U9"), StringComparison.Ordinal);
        var status = await SlashAsync("status");
        Assert.Contains($"`{Some.Partition}` 2 critical · 0 high · 0 medium · 0 low", status, StringComparison.Ordinal);
        Assert.Contains("The other cloud has received every change.", status, StringComparison.Ordinal);
        Assert.Contains(Finding().Id, await SlashAsync("findings"), StringComparison.Ordinal);
        Assert.Contains(Finding("b").Id, await SlashAsync("findings SG-KEY-001"), StringComparison.Ordinal);
        Assert.DoesNotContain(Finding().Id, await SlashAsync("findings sg-key-001"), StringComparison.Ordinal);
        Assert.Equal("No open findings.", await SlashAsync("findings low"));
        Assert.Contains("neither a rule", await SlashAsync("findings <x>"), StringComparison.Ordinal);
        Assert.Equal("There is no plan for it that could be approved.", await SlashAsync($"approve {Finding().Id}"));
        Assert.Equal("There is no fix to undo.", await SlashAsync($"undo {Finding().Id}"));
        Assert.StartsWith("No finding", await SlashAsync("undo SG-STOR-001-00000000000000000000000000000000"), StringComparison.Ordinal);
        Assert.StartsWith("`/guard exempt FINDING DAYS REASON`", await SlashAsync($"exempt {Finding().Id} 400 because"), StringComparison.Ordinal);
        Assert.StartsWith("Accepted until", await SlashAsync($"exempt {Finding().Id} 14 the vendor fixes it"), StringComparison.Ordinal);
        Assert.Equal("the vendor fixes it", Assert.Single(Commands).Exemption!.Reason);
    }

    [Theory]
    [InlineData("approve", CommandKind.Approve)]
    [InlineData("undo", CommandKind.Undo)]
    public async Task A_typed_decision_names_the_plan_and_another_one_decides_nothing(string verb, CommandKind kind)
    {
        _world.Plan("a", "plan-1");
        var asked = await SlashAsync($"{verb} {Finding().Id}");
        Assert.EndsWith($"To confirm: `/guard {verb} {Finding().Id} plan-1`", asked, StringComparison.Ordinal);
        Assert.StartsWith("That is not its plan now.", await SlashAsync($"{verb} {Finding().Id} plan-0"), StringComparison.Ordinal);
        Assert.Empty(Commands);
        await SlashAsync($"{verb} {Finding().Id} plan-1");
        var command = Assert.Single(Commands);
        Assert.Equal((kind, "plan-1", Finding().Revision, Finding().Severity, Weakness.Of(Finding()).Digest()), (command.Kind, command.PlanId, command.Revision, command.Severity, command.Evidence));
    }

    [Fact]
    public async Task A_button_of_an_older_message_that_does_not_say_what_was_seen_decides_nothing()
    {
        var older = Payload(new JsonObject
        {
            ["type"] = "block_actions",
            ["user"] = new JsonObject { ["id"] = "U1" },
            ["response_url"] = Answer,
            ["actions"] = new JsonArray(new JsonObject { ["action_id"] = "exempt-30", ["value"] = SlackButton.Value(new ButtonTarget(Some.Partition, Finding().Id, Finding().Revision, "plan-1")) }),
        });
        Assert.Empty((await Endpoint().AnswerAsync(Signed("slack/actions", older), default)).Submitted);
        Assert.StartsWith("This button belongs to an older message", (string?)Assert.Single(_answers.Given).Message["text"], StringComparison.Ordinal);
        Assert.Empty(Commands);
    }

    [Fact]
    public async Task Every_click_carries_what_the_message_showed_not_what_the_table_holds_by_then()
    {
        var click = Click("exempt-7");
        var shown = Finding();
        _world.Record("a", broken: true, ServerlessGuard.Verdicts.Severity.Low);
        await Endpoint().AnswerAsync(Signed("slack/actions", click), default);
        var command = Assert.Single(Commands);
        Assert.Equal((shown.Revision, shown.Severity, Weakness.Of(shown).Digest()), (command.Revision, command.Severity, command.Evidence));
        Assert.NotEqual(shown.Revision, Finding().Revision);
    }

    [Fact]
    public async Task Stop_is_a_command_for_each_cloud_and_Slacks_own_retry_is_the_same_one()
    {
        Assert.Equal("Stopping.", await SlashAsync("stop the deploy is broken"));
        Assert.StartsWith("Submitted before", await SlashAsync("stop the deploy is broken"), StringComparison.Ordinal);
        Assert.Equal(["aws:guard", "azure:guard"], Commands.Select(command => command.Partition).Order(StringComparer.Ordinal));
        Assert.All(Commands, command => Assert.Equal((CommandKind.Stop, "the deploy is broken"), (command.Kind, command.Reason)));
        await SlashAsync("resume", trigger: "t2");
        Assert.Equal(4, Commands.Count());
    }

    [Fact]
    public async Task A_link_shows_on_GET_and_decides_once_on_POST()
    {
        var query = Link(CommandKind.Approve);
        foreach (var method in new[] { "GET", "HEAD", "GET" })
        {
            var page = await Endpoint().AnswerAsync(new ChatRequest { Method = method, Path = "link", Query = query }, default);
            Assert.Equal((200, "text/html; charset=utf-8"), (page.Response.Status, page.Response.ContentType));
            Assert.Contains(page.Response.Headers, header => header.Key is "Content-Security-Policy");
        }

        Assert.Empty(Commands);
        var first = await PostAsync(query, "&name=Kim");
        var again = await PostAsync(query, "&name=Sam");
        var command = Assert.Single(Commands);
        Assert.Equal((202, 200), (first.Response.Status, again.Response.Status));
        Assert.Equal((CommandKind.Approve, "plan-1", "Kim (by link)", "teams-link"), (command.Kind, command.PlanId, command.By.Name, command.By.Id));
        Assert.Equal(command.Id, Assert.Single(first.Submitted).Id);
        Assert.Contains("already been used", Text(again), StringComparison.Ordinal);
        Assert.Contains("already been used", Text(await Endpoint().AnswerAsync(new ChatRequest { Method = "GET", Path = "link", Query = query }, default)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Expired_forged_and_nameless_links_decide_nothing()
    {
        var query = Link(CommandKind.Undo);
        Assert.Equal(409, (await PostAsync(query, "&name=")).Response.Status);
        Assert.Equal(400, (await PostAsync(query[..^2] + (query.EndsWith("AA", StringComparison.Ordinal) ? "BB" : "AA"), "&name=Kim")).Response.Status);
        Assert.Equal(400, (await PostAsync(ActionLink.Sign(Encoding.UTF8.GetBytes(LinkKey + "!"), Content(CommandKind.Undo)), "&name=Kim")).Response.Status);
        _world.Clock.Advance(TimeSpan.FromDays(2));
        Assert.Equal(410, (await PostAsync(query, "&name=Kim")).Response.Status);
        Assert.Empty(Commands);
    }

    [Fact]
    public async Task Whoever_is_signed_in_decides_under_that_name_and_the_header_alone_is_nobody()
    {
        var headers = new Dictionary<string, string> { ["x-ms-client-principal-name"] = "kim@acme.example" };
        ChatRequest Post(string query) => new() { Method = "POST", Path = "link", Body = Encoding.UTF8.GetBytes(query + "&name=Eve"), Headers = headers };
        Approvals = Approvals with { Approvers = ["entra:kim@acme.example"] };
        Assert.Equal(409, (await Endpoint().AnswerAsync(Post(Link(CommandKind.Undo)), default)).Response.Status);
        Assert.Equal(202, (await Endpoint(signsIn: true).AnswerAsync(Post(Link(CommandKind.Undo)), default)).Response.Status);
        Assert.Equal("entra:kim@acme.example", Assert.Single(Commands).By.Id);
        Assert.Equal(409, (await Endpoint(signsIn: true).AnswerAsync(Post(Link(CommandKind.Reject)) with { Headers = ImmutableDictionary<string, string>.Empty }, default)).Response.Status);
    }

    [Fact]
    public async Task A_link_about_the_other_cloud_is_refused_and_says_whose_it_is()
    {
        var query = Link(CommandKind.Approve);
        foreach (var request in new[] { new ChatRequest { Method = "GET", Path = "link", Query = query }, new ChatRequest { Method = "POST", Path = "link", Body = Encoding.UTF8.GetBytes(query + "&name=Kim") } })
        {
            var page = await Endpoint(own: Provider.Azure).AnswerAsync(request, default);
            Assert.Equal(409, page.Response.Status);
            Assert.Contains("This is for AWS to decide", Text(page), StringComparison.Ordinal);
        }

        Assert.Empty(Commands);
    }

    [Fact]
    public async Task A_table_that_is_away_is_a_503_and_nothing_is_taken_down()
    {
        _world.Table.OnCommit = _ => throw new TableUnavailableException("away");
        Assert.Equal(503, (await ClickAsync("approve")).Response.Status);
    }

    private ChatAnswer Now(ChatRequest request) => Endpoint().AnswerAsync(request, default).GetAwaiter().GetResult();

    private string Link(CommandKind kind) => ActionLink.Sign(Encoding.UTF8.GetBytes(LinkKey), Content(kind));

    private ActionLinkContent Content(CommandKind kind) => new(
        kind, Days: null, ButtonTarget.Of(Finding(), "plan-1"), _world.Clock.GetUtcNow().AddDays(1), "nonce-0123456789abcdef");

    private Task<ChatAnswer> PostAsync(string query, string more) => Endpoint().AnswerAsync(new ChatRequest { Method = "POST", Path = "link", Body = Encoding.UTF8.GetBytes(query + more) }, default);

    private static string Text(ChatAnswer answer) => Encoding.UTF8.GetString(answer.Response.Body.Span);

    private sealed class Ring(string key) : IKeyring
    {
        public string? Rotated { get; set; }
        public int Looked { get; private set; }

        public ValueTask<IReadOnlyList<string>> KeysAsync(bool fresh, CancellationToken cancellation)
        {
            Looked += fresh ? 1 : 0;
            return ValueTask.FromResult<IReadOnlyList<string>>(fresh && Rotated is not null ? [Rotated, key] : [key]);
        }
    }

    private sealed class Answers : IResponseUrl
    {
        public List<(string Address, JsonObject Message)> Given { get; } = [];

        public Task<bool> TryAnswerAsync(string address, JsonObject message, CancellationToken cancellation)
        {
            Given.Add((address, message));
            return Task.FromResult(true);
        }
    }
}
