using System.Text.Json.Nodes;
using ServerlessGuard.Aws.Api;
using ServerlessGuard.Chat.Secrets;
using ServerlessGuard.Chat.Slack;
using ServerlessGuard.Notifications;
using ServerlessGuard.Simulators.Chat;
using ServerlessGuard.Testing;

namespace ServerlessGuard.Chat.Tests.Slack;

/// <summary>Against the simulated Slack, over real HTTP.</summary>
public sealed class SlackApiTests : IAsyncLifetime, IDisposable
{
    private static readonly CancellationToken Cancel = CancellationToken.None;

    private readonly ManualTime _clock = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));
    private readonly Store _store = new();
    private readonly HttpMessageInvoker _http = AwsHttp.Create();
    private readonly SimulatedSlack _slack;
    private readonly CachedSecrets _secrets;

    public SlackApiTests()
    {
        _slack = new SimulatedSlack("xoxb-first", "signing", _clock);
        _secrets = new CachedSecrets(_store, _clock);
        _store.Secrets["token"] = "xoxb-first";
    }

    private static JsonObject Text(string text) => new() { ["text"] = text };

    private SlackApi Api(string? channel = "C1") => new(_http, _slack.Api, _secrets, "token", channel, _clock);

    public Task InitializeAsync() => _slack.StartAsync(Cancel);

    public async Task DisposeAsync() => await _slack.DisposeAsync();

    public void Dispose()
    {
        _http.Dispose();
        _secrets.Dispose();
    }

    [Fact]
    public async Task A_message_is_posted_edited_and_replied_to()
    {
        var at = await Api().PostAsync(null, Text("open"), inReplyTo: null, Cancel);
        await Api().UpdateAsync(at, Text("fixed"), Cancel);
        var reply = await Api().PostAsync("C2", Text("again"), at, Cancel);
        Assert.Equal(("C1", "fixed", 1, (string?)null), (_slack.Messages[0].Channel, (string?)_slack.Messages[0].Body["text"], _slack.Messages[0].Updates, _slack.Messages[0].ThreadTs));
        Assert.Equal(("C1", at.Ts), (_slack.Messages[1].Channel, _slack.Messages[1].ThreadTs));
        Assert.NotEqual(at.Ts, reply.Ts);
        Assert.Equal((false, false), ((bool)_slack.Messages[1].Body["unfurl_links"]!, (bool)_slack.Messages[1].Body["unfurl_media"]!));
    }

    [Theory]
    [InlineData(SlackFault.Throttle, ChatFault.Throttled, "429")]
    [InlineData(SlackFault.Fail, ChatFault.Unavailable, "500")]
    [InlineData(SlackFault.Drop, ChatFault.Unavailable, null)]
    [InlineData(SlackFault.Reject, ChatFault.Rejected, "invalid_blocks")]
    public async Task What_Slack_answers_instead_is_told_apart(SlackFault fault, ChatFault expected, string? message)
    {
        _slack.Fail(fault);
        var thrown = await Assert.ThrowsAsync<ChatException>(() => Api().PostAsync(null, Text("open"), inReplyTo: null, Cancel));
        Assert.Equal(expected, thrown.Fault);
        Assert.Equal(message ?? thrown.Message, thrown.Message);
        Assert.Equal(fault is SlackFault.Throttle ? TimeSpan.FromSeconds(30) : null, thrown.RetryAfter);
        Assert.Empty(_slack.Messages);
    }

    [Fact]
    public async Task A_Slack_that_hangs_is_given_up()
    {
        _slack.Fail(SlackFault.Hang);
        var http = new ChatHttp(_http, TimeProvider.System, TimeSpan.FromMilliseconds(200));
        var thrown = await Assert.ThrowsAsync<ChatException>(() => http.PostAsync(_slack.Webhook, Text("open"), token: null, Cancel));
        Assert.Equal((ChatFault.Unavailable, "no answer in time"), (thrown.Fault, thrown.Message));
    }

    [Fact]
    public async Task A_channel_that_is_none_and_a_message_that_is_gone_are_told_apart()
    {
        _slack.Channels.Add("C1");
        Assert.Equal(ChatFault.Refused, (await Assert.ThrowsAsync<ChatException>(() => Api("C9").PostAsync(null, Text("x"), null, Cancel))).Fault);
        Assert.Equal(ChatFault.Refused, (await Assert.ThrowsAsync<ChatException>(() => Api(channel: null).PostAsync(null, Text("x"), null, Cancel))).Fault);
        Assert.Equal(ChatFault.Gone, (await Assert.ThrowsAsync<ChatException>(() => Api().UpdateAsync(new ChatReceipt("C1", "1.1"), Text("x"), Cancel))).Fault);
    }

    [Fact]
    public async Task A_rotated_token_is_looked_up_at_once()
    {
        await Api().PostAsync(null, Text("one"), null, Cancel);
        _slack.Token = _store.Secrets["token"] = "xoxb-second";
        _clock.Advance(TimeSpan.FromSeconds(30));
        await Api().PostAsync(null, Text("two"), null, Cancel);
        Assert.Equal(2, _slack.Messages.Count);
        Assert.Equal(2, _store.Reads);
    }

    [Fact]
    public async Task A_revoked_token_is_a_refusal_that_does_not_name_it()
    {
        _slack.Token = "xoxb-other";
        var thrown = await Assert.ThrowsAsync<ChatException>(() => Api().PostAsync(null, Text("one"), null, Cancel));
        Assert.Equal((ChatFault.Refused, "invalid_auth"), (thrown.Fault, thrown.Message));
    }

    [Fact]
    public async Task A_webhook_posts_and_says_so()
    {
        _store.Secrets["hook"] = _slack.Webhook.AbsoluteUri;
        var hook = new Webhook(_http, _secrets, "hook", _clock);
        Assert.Equal(new ChatReceipt(null, null), await hook.PostAsync(null, Text("open"), null, Cancel));
        Assert.Equal("open", (string?)Assert.Single(_slack.Messages).Body["text"]);
        Assert.Equal(ChatFault.Rejected, (await Assert.ThrowsAsync<ChatException>(() => hook.PostAsync(null, [], null, Cancel))).Fault);
        _store.Secrets["gone"] = new Uri(_slack.Webhook, "nothing").AbsoluteUri;
        var thrown = await Assert.ThrowsAsync<ChatException>(() => new Webhook(_http, _secrets, "gone", _clock).PostAsync(null, Text("x"), null, Cancel));
        Assert.Equal((ChatFault.Refused, "the webhook answered 404"), (thrown.Fault, thrown.Message));
        _store.Secrets["plain"] = "http://hooks.example.test/x";
        Assert.Equal("the webhook's secret is not an https address", (await Assert.ThrowsAsync<ChatException>(() => new Webhook(_http, _secrets, "plain", _clock).PostAsync(null, Text("x"), null, Cancel))).Message);
    }

    [Theory]
    [InlineData("http://hooks.slack.com/actions/T/1")]
    [InlineData("https://hooks.slack.com.example.test/actions/T/1")]
    [InlineData("https://hooks.slack.com:8443/actions/T/1")]
    [InlineData("https://somebody@hooks.slack.com/actions/T/1")]
    [InlineData("https://169.254.169.254/latest/meta-data/")]
    [InlineData("http://127.0.0.1:1/actions/T/1")]
    [InlineData("file:///etc/passwd")]
    [InlineData("//hooks.slack.com/x")]
    [InlineData("")]
    public async Task An_answer_goes_to_Slack_only(string address)
    {
        using var http = new HttpMessageInvoker(new Nothing());
        Assert.False(await new ResponseUrl(http, _slack.Api, _clock).TryAnswerAsync(address, Text("x"), Cancel));
    }

    [Fact]
    public async Task An_answer_reaches_the_Slack_of_the_laboratory()
    {
        var address = new Uri(_slack.Api, "/actions/T0LAB/1").AbsoluteUri;
        Assert.True(await new ResponseUrl(_http, _slack.Api, _clock).TryAnswerAsync(address, Text("x"), Cancel));
        Assert.False(await new ResponseUrl(_http, loopback: null, _clock).TryAnswerAsync(address, Text("x"), Cancel));
        Assert.Single(_slack.Answers);
    }

    private sealed class Nothing : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => throw new InvalidOperationException("sent");
    }
}
