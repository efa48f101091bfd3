using System.Net;
using System.Text.Json.Nodes;
using ServerlessGuard.Aws.Api;
using ServerlessGuard.Remediation;

namespace ServerlessGuard.Aws.Tests.Api;

public sealed class AwsApiTests
{
    private static readonly DateTimeOffset Now = new(2026, 5, 6, 7, 8, 9, TimeSpan.Zero);
    private static readonly AwsRequest Call = AwsRequest.Json(AwsRegion.Home, "kms", "TrentService.EnableKey", new JsonObject { ["KeyId"] = "k" });

    private static Task<AwsAnswer> SendAsync(Playback network, TimeProvider? time = null, AwsRequest? call = null, double jitter = 0, AwsApiSettings? settings = null) =>
        network.Api(time ?? new HurriedTime(Now), settings, jitter).SendAsync(call ?? Call, CancellationToken.None);

    private static Playback InTurn(params Func<HttpResponseMessage>[] answers)
    {
        var turn = 0;
        return new Playback(_ => answers[Math.Min(turn++, answers.Length - 1)]());
    }

    private static HttpResponseMessage Ok() => Playback.Answer(200, "{\"a\":1}");

    [Fact]
    public async Task An_answer_is_handed_over()
    {
        var network = InTurn(Ok);
        var answer = await SendAsync(network);
        Assert.Equal(1, (int?)answer.Json()["a"]);
        var sent = Assert.Single(network.Sent);
        Assert.Equal("https://kms.eu-central-1.amazonaws.com/", sent.Uri.ToString());
        Assert.Equal("application/x-amz-json-1.1", sent.Headers["Content-Type"]);
        Assert.Equal("the-token", sent.Headers["X-Amz-Security-Token"]);
        Assert.Contains("Credential=AKIDEXAMPLE/20260506/eu-central-1/kms/aws4_request", sent.Headers["Authorization"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(500, "{\"__type\":\"KMSInternalException\"}")]
    [InlineData(503, "")]
    [InlineData(400, "{\"__type\":\"com.amazonaws.kms#ThrottlingException\",\"message\":\"Rate exceeded\"}")]
    [InlineData(429, "")]
    [InlineData(400, "{\"__type\":\"ExpiredTokenException\"}")]
    [InlineData(400, "<Response><Errors><Error><Code>RequestLimitExceeded</Code><Message>m</Message></Error></Errors><RequestID>r</RequestID></Response>")]
    [InlineData(503, "<Error><Code>SlowDown</Code><Message>m</Message></Error>")]
    public async Task What_may_pass_is_tried_again(int status, string body)
    {
        var network = InTurn(() => Playback.Answer(status, body), () => Playback.Answer(status, body), Ok);
        await SendAsync(network);
        Assert.Equal(3, network.Sent.Count);
    }

    [Theory]
    [InlineData(400, "{\"__type\":\"ValidationException\",\"message\":\"no\"}", "ValidationException", false)]
    [InlineData(403, "<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>not authorized</Message></Error></ErrorResponse>", "AccessDenied", false)]
    [InlineData(404, "<ErrorResponse xmlns=\"https://iam.amazonaws.com/doc/2010-05-08/\"><Error><Code>NoSuchEntity</Code></Error></ErrorResponse>", "NoSuchEntity", true)]
    [InlineData(400, "<Response><Errors><Error><Code>InvalidGroup.NotFound</Code><Message>m</Message></Error></Errors></Response>", "InvalidGroup.NotFound", true)]
    [InlineData(404, "<Error><Code>NoSuchBucket</Code></Error>", "NoSuchBucket", true)]
    [InlineData(400, "{\"__type\":\"NotFoundException\"}", "NotFoundException", true)]
    [InlineData(400, "{\"__type\":\"ValidationException\",\"message\":\"RecordNotFound\"}", "ValidationException", true)]
    [InlineData(409, "{\"Code\":1,\"code\":\"Conflict:http://x\"}", "Conflict", false)]
    [InlineData(400, "{\"__type\":\"LimitExceededException\"}", "LimitExceededException", false)]
    [InlineData(418, "I am a proxy", "418", false)]
    [InlineData(400, "{broken", "400", false)]
    [InlineData(400, "<!DOCTYPE x [<!ENTITY a \"b\">]><Error><Code>&a;</Code></Error>", "400", false)]
    [InlineData(301, "<Error><Code>PermanentRedirect</Code></Error>", "PermanentRedirect", false)]
    public async Task What_is_for_good_is_thrown_at_once(int status, string body, string code, bool notFound)
    {
        var network = InTurn(() => Playback.Answer(status, body));
        var thrown = await Assert.ThrowsAsync<CloudCallException>(() => SendAsync(network));
        Assert.Equal((code, false, notFound), (thrown.Code, thrown.IsTransient, thrown.IsNotFound));
        Assert.StartsWith($"kms EnableKey: {status} {code}", thrown.Message, StringComparison.Ordinal);
        Assert.Single(network.Sent);
    }

    [Theory]
    [InlineData("x-amzn-errortype", "ResourceNotFoundException:http://internal.amazon.com/coral/", "ResourceNotFoundException")]
    [InlineData("x-amzn-query-error", "AWS.SimpleQueueService.NonExistentQueue;Sender", "AWS.SimpleQueueService.NonExistentQueue")]
    public async Task The_code_may_stand_in_a_header(string header, string value, string code)
    {
        var network = InTurn(() => Playback.Answer(400, "{\"message\":\"m\"}", (header, value)));
        Assert.Equal(code, (await Assert.ThrowsAsync<CloudCallException>(() => SendAsync(network))).Code);
    }

    [Fact]
    public async Task A_fault_that_stays_is_thrown_as_transient_after_five_attempts_with_growing_waits()
    {
        var time = new HurriedTime(Now);
        var network = InTurn(() => Playback.Answer(503));
        var thrown = await Assert.ThrowsAsync<CloudCallException>(() => SendAsync(network, time, jitter: 1));
        Assert.True(thrown.IsTransient);
        Assert.Equal(5, network.Sent.Count);
        Assert.Equal([100, 200, 400, 800], time.Waits.Select(wait => wait.TotalMilliseconds));
    }

    [Fact]
    public async Task Retry_after_is_honoured_in_seconds_and_as_a_date()
    {
        var time = new HurriedTime(Now);
        var network = InTurn(() => Playback.Answer(429, "", ("Retry-After", "3")), () => Playback.Answer(503, "", ("Retry-After", Now.AddSeconds(10).ToString("R"))), Ok);
        await SendAsync(network, time);
        Assert.Equal([3, 7], time.Waits.Select(wait => wait.TotalSeconds));
    }

    [Fact]
    public async Task A_retry_after_beyond_patience_is_left_to_the_queue()
    {
        var network = InTurn(() => Playback.Answer(429, "", ("Retry-After", "3600")));
        Assert.True((await Assert.ThrowsAsync<CloudCallException>(() => SendAsync(network))).IsTransient);
        Assert.Single(network.Sent);
    }

    [Fact]
    public async Task What_must_not_be_sent_twice_is_not_when_its_outcome_is_unknown_and_is_when_it_was_throttled()
    {
        var once = Call with { IsIdempotent = false };
        var broken = InTurn(() => Playback.Answer(500), Ok);
        await Assert.ThrowsAsync<CloudCallException>(() => SendAsync(broken, call: once));
        Assert.Single(broken.Sent);
        var lost = InTurn(() => throw new HttpRequestException("connection reset"), Ok);
        await Assert.ThrowsAsync<CloudCallException>(() => SendAsync(lost, call: once));
        Assert.Single(lost.Sent);
        var throttled = InTurn(() => Playback.Answer(429), Ok);
        await SendAsync(throttled, call: once);
        Assert.Equal(2, throttled.Sent.Count);
    }

    [Fact]
    public async Task A_broken_connection_is_tried_again()
    {
        var network = InTurn(() => throw new HttpRequestException("connection refused"), Ok);
        await SendAsync(network);
        Assert.Equal(2, network.Sent.Count);
    }

    [Fact]
    public async Task An_attempt_without_an_answer_ends_and_is_tried_again()
    {
        var settings = new AwsApiSettings { AttemptTimeout = TimeSpan.FromMilliseconds(50), MaxAttempts = 2 };
        using var silent = new HttpMessageInvoker(new Silent());
        var api = new AwsApi(silent, new EnvironmentCredentials(_ => "x"), new AwsEndpoints("eu-central-1", _ => null), TimeProvider.System, () => 0, settings);
        var thrown = await Assert.ThrowsAsync<CloudCallException>(() => api.SendAsync(Call, CancellationToken.None));
        Assert.Equal(("NoAnswer", true), (thrown.Code, thrown.IsTransient));
    }

    [Fact]
    public async Task A_cancelled_call_is_cancelled_and_not_called_a_timeout()
    {
        using var silent = new HttpMessageInvoker(new Silent());
        using var stop = new CancellationTokenSource();
        var api = new AwsApi(silent, new EnvironmentCredentials(_ => "x"), new AwsEndpoints("eu-central-1", _ => null), TimeProvider.System, () => 0);
        var call = api.SendAsync(Call, stop.Token);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
    }

    [Theory]
    [InlineData("RequestTimeTooSkewed")]
    [InlineData("SignatureDoesNotMatch")]
    [InlineData("InvalidSignatureException")]
    public async Task A_clock_that_is_wrong_is_corrected_once_and_kept(string code)
    {
        var network = InTurn(() => Playback.Answer(403, $"<Error><Code>{code}</Code></Error>", ("Date", Now.AddHours(1).ToString("R"))), Ok);
        var api = network.Api(new HurriedTime(Now));
        await api.SendAsync(Call, CancellationToken.None);
        await api.SendAsync(Call, CancellationToken.None);
        Assert.Equal(["20260506T070809Z", "20260506T080809Z", "20260506T080809Z"], network.Sent.Select(sent => sent.Headers["X-Amz-Date"]));
    }

    [Fact]
    public async Task A_wrong_signature_with_a_right_clock_is_thrown_without_what_the_service_echoes()
    {
        var network = InTurn(() => Playback.Answer(
            403,
            "<ErrorResponse><Error><Code>SignatureDoesNotMatch</Code><Message>The Canonical String should have been x-amz-security-token:the-token</Message></Error></ErrorResponse>",
            ("Date", Now.ToString("R"))));
        var thrown = await Assert.ThrowsAsync<CloudCallException>(() => SendAsync(network));
        Assert.Single(network.Sent);
        Assert.DoesNotContain("the-token", thrown.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_answer_without_end_is_refused()
    {
        var network = InTurn(() => Playback.Answer(200, new string('x', 2000)));
        var thrown = await Assert.ThrowsAsync<CloudCallException>(() => SendAsync(network, settings: new AwsApiSettings { LargestAnswer = 1000, MaxAttempts = 1 }));
        Assert.Contains("larger than 1000 bytes", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Xml_is_read_without_namespaces_and_a_document_type_is_refused()
    {
        AwsAnswer Of(string body) => new(200, new Dictionary<string, string>(), System.Text.Encoding.UTF8.GetBytes(body));
        Assert.Equal("v", Of("<A xmlns='http://x/'><B xmlns:y='z' y:t='1'>v</B></A>").Xml().Element("B")?.Value);
        Assert.True(Assert.Throws<CloudCallException>(() => Of("<!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;</a>").Xml()).IsTransient);
        Assert.True(Assert.Throws<CloudCallException>(() => Of("<html").Json()).IsTransient);
        Assert.Empty(Of(string.Empty).Json().AsObject());
    }

    [Fact]
    public async Task Without_credentials_nothing_is_sent()
    {
        var network = InTurn(Ok);
        var api = new AwsApi(new HttpMessageInvoker(network), new EnvironmentCredentials(_ => null), new AwsEndpoints("eu-central-1", _ => null), TimeProvider.System, () => 0);
        Assert.Equal("NoCredentials", (await Assert.ThrowsAsync<CloudCallException>(() => api.SendAsync(Call, CancellationToken.None))).Code);
        Assert.Empty(network.Sent);
    }

    [Fact]
    public void Credentials_do_not_show_their_secret() => Assert.Equal("AKID", new AwsCredentials("AKID", "hush", "hush too").ToString());

    private sealed class Silent : HttpMessageHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
            return new HttpResponseMessage(HttpStatusCode.OK);
        }
    }
}
