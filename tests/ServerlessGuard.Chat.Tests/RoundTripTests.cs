using System.Net;
using Microsoft.AspNetCore.Http;
using ServerlessGuard.Aws.Api;
using ServerlessGuard.Chat.Links;
using ServerlessGuard.Chat.Secrets;
using ServerlessGuard.Chat.Slack;
using ServerlessGuard.Decisions;
using ServerlessGuard.Findings;
using ServerlessGuard.Guards;
using ServerlessGuard.Notifications;
using ServerlessGuard.Recording;
using ServerlessGuard.Resources;
using ServerlessGuard.Rules;
using ServerlessGuard.Simulators.Azure;
using ServerlessGuard.Simulators.Chat;
using ServerlessGuard.Tables;
using ServerlessGuard.Testing;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Chat.Tests;

/// <summary>Finding → message → click → command, over real HTTP with the simulated platforms; what a host does around it is done by hand here.</summary>
public sealed class RoundTripTests : IAsyncLifetime, IDisposable
{
    private const string Account = "111122223333";
    private static readonly CancellationToken Cancel = CancellationToken.None;

    private readonly ManualTime _clock = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));
    private readonly MemoryTable _table = new();
    private readonly Store _store = new();
    private readonly HttpMessageInvoker _http = AwsHttp.Create();
    private readonly SimulatedSlack _slack;
    private readonly SimulatedTeams _teams = new();
    private readonly CachedSecrets _secrets;
    private LoopbackServer _host = null!;

    public RoundTripTests()
    {
        _slack = new SimulatedSlack("xoxb-lab", "the signing secret", _clock);
        _secrets = new CachedSecrets(_store, _clock);
    }

    private IEnumerable<Command> Commands => _table.Rows.Where(row => row.Kind is RowKind.Command).Select(CommandRows.Read);

    public async Task InitializeAsync()
    {
        await _slack.StartAsync(Cancel);
        await _teams.StartAsync(Cancel);
        _store.Secrets["token"] = "xoxb-lab";
        _store.Secrets["signing"] = "the signing secret";
        _store.Secrets["teams"] = _teams.Webhook.AbsoluteUri;
        _store.Secrets["links"] = "a key of more than thirty-two bytes, made up";
        var approvals = new ApprovalSettings { Approvers = ["slack:U0SAM", "teams-link"] };
        var endpoint = Endpoints.Of(
            _table, approvals, Provider.Aws, new SecretKeys(_secrets, "signing"), new ResponseUrl(_http, _slack.Api, _clock), new SecretKeys(_secrets, "links"),
            RuleCatalog.BuiltIn.All.Select(rule => rule.Descriptor), signsIn: false, _clock);
        _host = await LoopbackServer.StartAsync(context => AnswerAsync(endpoint, context), Cancel);
    }

    public async Task DisposeAsync()
    {
        await _host.DisposeAsync();
        await _slack.DisposeAsync();
        await _teams.DisposeAsync();
    }

    public void Dispose()
    {
        _http.Dispose();
        _secrets.Dispose();
    }

    [Fact]
    public async Task A_click_in_Slack_is_a_command_and_the_message_follows()
    {
        await RecordAsync(1, broken: true);
        Assert.Equal(2, (await RunAsync()).Posted);
        var message = Assert.Single(_slack.Messages);
        Assert.Equal("C0SEC", message.Channel);
        using var click = await _slack.ClickAsync(_http, new Uri(_host.Address, "chat/slack/actions"), message, "exempt-7", "U0SAM", Cancel);
        Assert.Equal(HttpStatusCode.OK, click.StatusCode);
        Assert.Equal((CommandKind.Exempt, "slack:U0SAM"), (Assert.Single(Commands).Kind, Commands.Single().By.Id));
        Assert.StartsWith("Accepted until 2026-03-08", (string?)Assert.Single(_slack.Answers)["text"], StringComparison.Ordinal);
        using var stranger = await _slack.ClickAsync(_http, new Uri(_host.Address, "chat/slack/actions"), message, "exempt-30", "U0EVE", Cancel);
        Assert.Single(Commands);
        Assert.Contains("slack:U0EVE", (string?)_slack.Answers[1]["text"], StringComparison.Ordinal);

        await RecordAsync(2, broken: false);
        await RunAsync();
        Assert.Equal(1, Assert.Single(_slack.Messages).Updates);
        Assert.DoesNotContain("exempt-7", _slack.Messages[0].Body.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_slash_command_answers_over_HTTP_and_a_wrong_secret_does_not()
    {
        await RecordAsync(1, broken: true);
        using var status = await _slack.CommandAsync(_http, new Uri(_host.Address, "chat/slack/commands"), "status", "U0SAM", Cancel);
        Assert.Contains("1 critical", await status.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        _slack.SigningSecret = "rotated";
        using var refused = await _slack.CommandAsync(_http, new Uri(_host.Address, "chat/slack/commands"), "stop", "U0SAM", Cancel);
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        _store.Secrets["signing"] = "rotated";
        _clock.Advance(TimeSpan.FromSeconds(11));
        using var again = await _slack.CommandAsync(_http, new Uri(_host.Address, "chat/slack/commands"), "stop", "U0SAM", Cancel);
        Assert.Equal(HttpStatusCode.OK, again.StatusCode);
        Assert.Equal(2, Commands.Count());
    }

    [Fact]
    public async Task A_link_of_a_Teams_card_is_a_command_once_it_is_confirmed()
    {
        await RecordAsync(1, broken: true);
        await RunAsync();
        var links = SimulatedTeams.Links(Assert.Single(_teams.Cards));
        var link = links["Accept for 7 days"];
        Assert.StartsWith(_host.Address.AbsoluteUri + "chat/link?t=", link.AbsoluteUri, StringComparison.Ordinal);
        var person = new Dictionary<string, string> { ["name"] = "Kim", ["reason"] = "the vendor fixes it" };
        var (page, answer, _) = await SimulatedTeams.FollowAsync(_http, link, person, Cancel);
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.Accepted), (page, answer));
        Assert.Equal(("Kim (by link)", "the vendor fixes it"), (Assert.Single(Commands).By.Name, Commands.Single().Exemption!.Reason));
        var (_, _, text) = await SimulatedTeams.FollowAsync(_http, link, person, Cancel);
        Assert.Contains("already been used", text, StringComparison.Ordinal);
        Assert.Single(Commands);
    }

    private async Task RecordAsync(int minute, bool broken)
    {
        var bucket = new ResourceRef { Provider = Provider.Aws, NativeType = "AWS::S3::Bucket", Id = "arn:aws:s3:::data", Account = Account, Region = "eu-central-1", Name = "data" };
        var verdict = new RuleVerdict(
            "SG-STOR-001", "A public bucket", Severity.Critical, broken ? Compliance.NonCompliant : Compliance.Compliant, broken ? "everyone can read it" : string.Empty, [], "block-public-access");
        var recorder = new FindingRecorder(_table, _clock, new Backoff(() => 0), [], new OutboxPolicy(RemediationSettings.Default, notifies: true).After);
        await recorder.RecordAsync(
            new SubjectVerdicts(bucket, bucket.NativeType, _clock.GetUtcNow().AddMinutes(minute)) { Verdicts = [verdict], DetectedBy = DetectedBy.Change, Stages = new FindingStages() }, Cancel);
    }

    private Task<NotifierReport> RunAsync()
    {
        var links = new ActionLinks(Provider.Aws, new SecretKeys(_secrets, "links"), new Uri(_host.Address, "chat"), TimeSpan.FromDays(1), _clock);
        var chats = new Dictionary<ChatChannel, IChat>
        {
            [ChatChannel.Slack] = new SlackApi(_http, _slack.Api, _secrets, "token", "C0SEC", _clock),
            [ChatChannel.Teams] = new Webhook(_http, _secrets, "teams", _clock),
        };
        return new Notifier(
            _table, chats, NotificationSettings.Default,
            async cancellation => new Presentation(RuleCatalog.BuiltIn.All.Select(rule => rule.Descriptor), _ => true, await links.SignerAsync(cancellation), _clock),
            Provider.Aws, _clock, () => 1).RunAsync("run", 100, Cancel);
    }

    private static async Task AnswerAsync(ChatEndpoint endpoint, HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        var answer = await endpoint.AnswerAsync(
            new ChatRequest
            {
                Method = context.Request.Method,
                Path = context.Request.Path.Value!["/chat/".Length..],
                Query = context.Request.QueryString.Value?.TrimStart('?') ?? string.Empty,
                Headers = context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString()),
                Body = body.ToArray(),
            },
            context.RequestAborted);
        context.Response.StatusCode = answer.Response.Status;
        context.Response.ContentType = answer.Response.ContentType;
        foreach (var (name, value) in answer.Response.Headers)
        {
            context.Response.Headers[name] = value;
        }

        await context.Response.Body.WriteAsync(answer.Response.Body, context.RequestAborted);
    }
}
