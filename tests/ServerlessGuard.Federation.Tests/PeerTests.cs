using System.Net;
using System.Text;
using System.Text.Json;
using ServerlessGuard.Aws.Api;
using ServerlessGuard.Aws.Runtime;
using ServerlessGuard.Azure.Runtime;
using ServerlessGuard.Findings;
using ServerlessGuard.Recording;
using ServerlessGuard.Resources;
using ServerlessGuard.Tables;
using ServerlessGuard.Testing;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Federation.Tests;

/// <summary>Both transports against handlers that speak as STS, Entra, the function app and the function URL do.</summary>
public class PeerTests
{
    private static readonly CancellationToken Cancel = CancellationToken.None;
    private readonly ManualTime _time = new(new DateTimeOffset(2026, 11, 25, 12, 0, 0, TimeSpan.Zero));

    [Fact]
    public async Task Aws_reaches_Azure_with_a_token_that_STS_and_Entra_gave_and_asks_them_once()
    {
        var calls = new List<string>();
        var net = new Net(async request =>
        {
            var body = request.Content is null ? string.Empty : await request.Content.ReadAsStringAsync();
            calls.Add(request.RequestUri!.Host);
            switch (request.RequestUri.Host)
            {
                case "sts.eu-central-1.amazonaws.com":
                    Assert.Contains("Action=GetWebIdentityToken&Version=2011-06-15&Audience.member.1=api%3A%2F%2FAzureADTokenExchange&SigningAlgorithm=RS256", body, StringComparison.Ordinal);
                    Assert.StartsWith("AWS4-HMAC-SHA256 Credential=AKIAEXAMPLE/20261125/eu-central-1/sts/aws4_request", request.Headers.NonValidated["Authorization"].ToString(), StringComparison.Ordinal);
                    return Xml("<GetWebIdentityTokenResponse><GetWebIdentityTokenResult><WebIdentityToken>the.assertion</WebIdentityToken></GetWebIdentityTokenResult></GetWebIdentityTokenResponse>");
                case "login.example.test":
                    Assert.Equal("/tenant-1/oauth2/v2.0/token", request.RequestUri.AbsolutePath);
                    Assert.Contains("client_assertion=the.assertion", body, StringComparison.Ordinal);
                    return Json("{\"access_token\":\"the.token\",\"expires_in\":3600}");
                default:
                    Assert.Equal("Bearer the.token", request.Headers.Authorization!.ToString());
                    return Json("{\"rows\":{\"rows\":[{\"verdict\":\"Accepted\"}]}}");
            }
        });
        var peer = HttpsPeer(net);
        Assert.Equal(RowVerdict.Accepted, Assert.Single((await peer.SendAsync(Batch(), Cancel)).Rows).Verdict);
        await peer.SendAsync(Batch(), Cancel);
        Assert.Equal(["sts.eu-central-1.amazonaws.com", "login.example.test", "guard.example.test", "guard.example.test"], calls);
        _time.Now += TimeSpan.FromMinutes(59);
        await peer.SendAsync(Batch(), Cancel);
        Assert.Equal(7, calls.Count);
    }

    [Theory]
    [InlineData(HttpStatusCode.Unauthorized, "{\"error\":\"another client\"}", "the peer answered 401: another client")]
    [InlineData(HttpStatusCode.BadGateway, "<html>no</html>", "the peer answered 502")]
    [InlineData(HttpStatusCode.OK, "<html>signed out</html>", "the peer's answer is not JSON")]
    [InlineData(HttpStatusCode.OK, "{}", "the peer's answer does not match the request")]
    [InlineData(HttpStatusCode.Redirect, "", "the peer answered 302")]
    public async Task An_answer_that_is_none_is_a_peer_that_is_away(HttpStatusCode status, string body, string complaint)
    {
        var net = new Net(request => Task.FromResult(request.RequestUri!.Host switch
        {
            "sts.eu-central-1.amazonaws.com" => Xml("<a><WebIdentityToken>the.assertion</WebIdentityToken></a>"),
            "login.example.test" => Json("{\"access_token\":\"the.token\",\"expires_in\":3600}"),
            _ => new HttpResponseMessage(status) { Content = new StringContent(body) },
        }));
        var fault = await Assert.ThrowsAsync<PeerUnavailableException>(() => HttpsPeer(net).SendAsync(Batch(), Cancel));
        Assert.Equal(complaint, fault.Message);
    }

    [Fact]
    public async Task A_refused_assertion_names_Entras_code_and_no_token()
    {
        var net = new Net(request => Task.FromResult(request.RequestUri!.Host switch
        {
            "sts.eu-central-1.amazonaws.com" => Xml("<a><WebIdentityToken>the.assertion</WebIdentityToken></a>"),
            _ => new HttpResponseMessage(HttpStatusCode.Unauthorized) { Content = new StringContent("{\"error\":\"invalid_client\",\"error_codes\":[700213],\"error_description\":\"the.assertion\"}") },
        }));
        var fault = await Assert.ThrowsAsync<PeerUnavailableException>(() => HttpsPeer(net).SendAsync(Batch(), Cancel));
        Assert.Equal("login.example.test returned no token: 401 invalid_client 700213", fault.Message);
    }

    [Fact]
    public async Task A_token_never_leaves_over_plain_http()
    {
        var peer = new HttpsPeer(new HttpMessageInvoker(new Net(_ => throw new InvalidOperationException("sent"))), new Uri("http://guard.example.test/api/federation"), new Fixed("the.token"));
        var fault = await Assert.ThrowsAsync<InvalidOperationException>(() => peer.SendAsync(Batch(), Cancel));
        Assert.Equal("guard.example.test: the peer's entry must be https", fault.Message);
    }

    [Fact]
    public async Task Azure_reaches_AWS_with_an_assumed_role_and_a_signature()
    {
        var assumed = 0;
        var net = new Net(async request =>
        {
            if (request.RequestUri!.Host == "sts.eu-central-1.amazonaws.com")
            {
                assumed++;
                var form = await request.Content!.ReadAsStringAsync();
                Assert.Contains("WebIdentityToken=the.identity", form, StringComparison.Ordinal);
                Assert.Contains("RoleArn=arn%3Aaws%3Aiam%3A%3A111122223333%3Arole%2Fguard-peer", form, StringComparison.Ordinal);
                Assert.False(request.Headers.NonValidated.Contains("Authorization"));
                return Xml($"""
                    <AssumeRoleWithWebIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleWithWebIdentityResult><Credentials>
                    <AccessKeyId>ASIAEXAMPLE</AccessKeyId><SecretAccessKey>secret</SecretAccessKey><SessionToken>session</SessionToken><Expiration>{_time.Now.AddHours(1):O}</Expiration>
                    </Credentials></AssumeRoleWithWebIdentityResult></AssumeRoleWithWebIdentityResponse>
                    """);
            }

            Assert.Equal("abc.lambda-url.eu-central-1.on.aws", request.RequestUri.Host);
            Assert.StartsWith("AWS4-HMAC-SHA256 Credential=ASIAEXAMPLE/20261125/eu-central-1/lambda/aws4_request", request.Headers.NonValidated["Authorization"].ToString(), StringComparison.Ordinal);
            Assert.Equal("session", request.Headers.NonValidated["X-Amz-Security-Token"].ToString());
            return Json("{\"digest\":{\"findings\":3,\"digest\":\"ab\"}}");
        });
        using var credentials = new WebIdentityCredentials(
            new HttpMessageInvoker(net),
            new WebIdentitySettings(new Uri("https://sts.eu-central-1.amazonaws.com/"), "arn:aws:iam::111122223333:role/guard-peer", "guard-azure"),
            new Fixed("the.identity"),
            _time);
        var endpoints = new AwsEndpoints("eu-central-1", name => name == "AWS_ENDPOINT_URL_LAMBDA" ? "https://abc.lambda-url.eu-central-1.on.aws" : null);
        var peer = new FunctionUrlPeer(new AwsApi(new HttpMessageInvoker(net), credentials, endpoints, _time, () => 0));
        Assert.Equal(new AccountDigest(3, "ab"), await peer.DigestAsync("azure:s", Cancel));
        await peer.DigestAsync("azure:s", Cancel);
        Assert.Equal(1, assumed);
    }

    [Fact]
    public async Task The_entry_answers_what_it_is_asked_and_nothing_else()
    {
        var table = new MemoryTable();
        var receiver = new FederationReceiver(table, Provider.Aws, new HashSet<string>(), _time, new Backoff(() => 0));
        var entry = new FederationEndpoint(table, Provider.Aws, receiver);
        async Task<string> Ask(string body) => await entry.HandleAsync(Encoding.UTF8.GetBytes(body), Cancel) is var (status, answer) ? $"{status} {answer}" : string.Empty;
        Assert.Equal("400 {\"error\":\"expected rows, digest or revisions\"}", await Ask("{}"));
        Assert.Equal("400 {\"error\":\"not a federation request\"}", await Ask("[1"));
        Assert.Equal("400 {\"error\":\"expected rows, digest or revisions\"}", await Ask("null"));
        Assert.Equal("403 {\"error\":\"only its owner may ask about an account\"}", await Ask("{\"digest\":\"azure:s\"}"));
        Assert.StartsWith("200 {\"digest\":{\"findings\":0,", await Ask("{\"digest\":\"aws:111122223333\"}"), StringComparison.Ordinal);
        Assert.Equal("200 {\"revisions\":[]}", await Ask("{\"revisions\":{\"partition\":\"aws:111122223333\",\"from\":\"\"}}"));
        Assert.Equal("400 {\"error\":\"a batch holds 1 to 100 rows\"}", await Ask("{\"rows\":{\"rows\":[]}}"));
        Assert.StartsWith("413 ", await Ask(new string(' ', FederationEndpoint.MaxBody + 1)), StringComparison.Ordinal);
        Assert.Empty(table.Rows);
    }

    [Fact]
    public async Task A_finding_crosses_the_wire_whole()
    {
        var (aws, azure) = (new MemoryTable(), new MemoryTable());
        var bucket = new ResourceRef { Provider = Provider.Aws, NativeType = "AWS::S3::Bucket", Id = "arn:aws:s3:::\"<b>&\u202e", Account = "111122223333" };
        await new FindingRecorder(aws, _time, new Backoff(() => 0), [], _ => [OutboxKind.Federate]).RecordAsync(
            new SubjectVerdicts(bucket, bucket.NativeType, _time.Now)
            {
                Verdicts = [new RuleVerdict("SG-STOR-001", "t", Severity.High, Compliance.NonCompliant, "r", [new Evidence("a", "\u0000\n\"")], null)],
                DetectedBy = DetectedBy.Sweep,
                Stages = new FindingStages(),
            },
            Cancel);
        var entry = new FederationEndpoint(azure, Provider.Aws, new FederationReceiver(azure, Provider.Aws, new HashSet<string>(), _time, new Backoff(() => 0)));
        var net = new Net(async request =>
        {
            var (status, body) = await entry.HandleAsync(await request.Content!.ReadAsByteArrayAsync(), Cancel);
            return new HttpResponseMessage((HttpStatusCode)status) { Content = new StringContent(body) };
        });
        var peer = new HttpsPeer(new HttpMessageInvoker(net), new Uri("https://guard.example.test/api/federation"), new Fixed("the.token"));
        var report = await new FederationSender(aws, peer, Provider.Aws, _time, () => 1).RunAsync("run", 5, Cancel);
        Assert.Equal((1, 0, null), (report.Delivered, report.SetAside, report.Fault));
        Assert.Equal(
            aws.Rows.Where(row => row.Kind is RowKind.Finding or RowKind.Event or RowKind.Index).Select(row => (row.Key, row.Document)),
            azure.Rows.Where(row => row.Kind is RowKind.Finding or RowKind.Event or RowKind.Index).Select(row => (row.Key, row.Document)));
    }

    private HttpsPeer HttpsPeer(Net net)
    {
        var aws = new AwsApi(new HttpMessageInvoker(net), new Key(), new AwsEndpoints("eu-central-1", _ => null), _time, () => 0);
        var token = new EntraToken(aws, new HttpMessageInvoker(net), new EntraTokenSettings(new Uri("https://login.example.test"), "tenant-1", "client-1", "api://guard/.default"), _time);
        return new HttpsPeer(new HttpMessageInvoker(net), new Uri("https://guard.example.test/api/federation"), token.Source());
    }

    private static FederationBatch Batch() =>
        new() { Rows = [new FederatedRow { Kind = RowKind.Finding, Partition = "aws:111122223333", Schema = 1, Document = JsonElement.Parse("{}") }] };

    private static HttpResponseMessage Json(string body) => new() { Content = new StringContent(body, Encoding.UTF8, "application/json") };

    private static HttpResponseMessage Xml(string body) => new() { Content = new StringContent(body, Encoding.UTF8, "text/xml") };

    private sealed class Net(Func<HttpRequestMessage, Task<HttpResponseMessage>> answer) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => answer(request);
    }

    private sealed class Fixed(string token) : ITokenSource
    {
        public ValueTask<string> FindAsync(CancellationToken cancellation) => ValueTask.FromResult(token);

        public void Forget()
        {
        }
    }

    private sealed class Key : IAwsCredentialsSource
    {
        public ValueTask<AwsCredentials> FindAsync(CancellationToken cancellation) => ValueTask.FromResult(new AwsCredentials("AKIAEXAMPLE", "secret"));
    }
}
