using System.Text;
using System.Text.Json;
using ServerlessGuard.Aws.Functions;
using ServerlessGuard.Aws.Runtime;
using ServerlessGuard.Engine;
using ServerlessGuard.Resources;
using ServerlessGuard.Testing;

namespace ServerlessGuard.Aws.Tests.Functions;

/// <summary>Who is let in over the function's URL, and who is not.</summary>
public sealed class FederationFunctionTests : IDisposable
{
    private const string Role = "arn:aws:iam::111122223333:role/guard/guard-peer";
    private readonly MemoryTable _table = new();
    private readonly MemoryStream _output = new();

    public void Dispose() => _output.Dispose();

    [Theory]
    [InlineData("arn:aws:sts::111122223333:assumed-role/guard-peer/guard-azure", true)]
    [InlineData("arn:aws:sts::111122223333:assumed-role/guard-peer-2/guard-azure", false)]
    [InlineData("arn:aws:sts::999999999999:assumed-role/guard-peer/guard-azure", false)]
    [InlineData("arn:aws:iam::111122223333:role/guard-peer", false)]
    [InlineData("arn:aws:iam::111122223333:user/guard-peer", false)]
    [InlineData("arn:aws:sts::111122223333:federated-user/guard-peer/x", false)]
    [InlineData("arn:aws:sts::111122223333:assumed-role/guard-peer/a/b", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    public async Task Only_a_session_of_the_peers_role_is_let_in(string? caller, bool isIn)
    {
        Assert.Equal(isIn, FederationFunction.IsSession(caller, Role));
        var (status, body) = await Call(caller, "{\"digest\":\"azure:s\"}");
        Assert.Equal(isIn ? 200 : 403, status);
        Assert.Equal(isIn, body.Contains("\"findings\":0", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_body_in_base64_is_read_and_a_broken_one_is_refused()
    {
        var good = "arn:aws:sts::111122223333:assumed-role/guard-peer/guard-azure";
        Assert.Equal(200, (await Call(good, Convert.ToBase64String("{\"digest\":\"azure:s\"}"u8), base64: true)).Status);
        Assert.Equal(400, (await Call(good, "*", base64: true)).Status);
        Assert.Equal(400, (await Call(good, "{}", method: "GET")).Status);
        Assert.Equal(403, (await Call(good, "{\"digest\":\"aws:111122223333\"}")).Status);
    }

    /// <summary>Before it is parsed or decoded, and before it is asked whose it is: the event below is not even JSON.</summary>
    [Fact]
    public async Task A_call_that_is_too_large_is_refused_before_it_is_read()
    {
        var chat = new ChatopsFunction(null, Deployment().Wakes, Log(), Metrics());
        Assert.Equal(413, Status(await chat.HandleAsync(Invocation("{" + new string(' ', 96 * 1024)), CancellationToken.None)));
        Assert.Equal(404, Status(await chat.HandleAsync(Invocation("{}"), CancellationToken.None)));
        var federation = new FederationFunction(Deployment().Inbox(new HashSet<string>()), Role, Log(), Metrics());
        Assert.Equal(413, Status(await federation.HandleAsync(Invocation("{" + new string(' ', 6 * 1024 * 1024)), CancellationToken.None)));
    }

    [Fact]
    public async Task Without_a_peer_it_is_an_error_and_not_silence() =>
        await Assert.ThrowsAsync<SettingsException>(() => new FederationFunction(null, null, Log(), Metrics()).HandleAsync(Invocation("{}"), CancellationToken.None));

    [Theory]
    [InlineData("GUARD_PEER_ROLE", null, "GUARD_PEER_ROLE is not set, but GUARD_PEER_URL is: it names the ARN of the role under which Azure calls")]
    [InlineData("GUARD_PEER_ROLE", "guard-peer", "GUARD_PEER_ROLE is \"guard-peer\": it must be the ARN of a role")]
    [InlineData("GUARD_PEER_URL", "http://guard.example.test/api/federation", "GUARD_PEER_URL is \"http://guard.example.test/api/federation\": it must be an https URL")]
    [InlineData("GUARD_PEER_SCOPE", null, "GUARD_PEER_SCOPE is not set, but GUARD_PEER_URL is: it names the function app's scope, api://…/.default")]
    [InlineData("GUARD_PEER_ACCOUNTS", null, "GUARD_PEER_ACCOUNTS is not set, but GUARD_PEER_URL is: it lists the accounts whose rows Azure may send, separated by commas")]
    [InlineData("GUARD_PEER_ACCOUNTS", "all", "GUARD_PEER_ACCOUNTS holds \"all\": each must be a subscription id, a GUID")]
    public void A_half_configured_peer_is_one_line(string name, string? value, string complaint)
    {
        var environment = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["GUARD_PEER_URL"] = "https://guard.example.test/api/federation",
            ["GUARD_PEER_TENANT"] = "t",
            ["GUARD_PEER_CLIENT_ID"] = "c",
            ["GUARD_PEER_SCOPE"] = "api://guard/.default",
            ["GUARD_PEER_ROLE"] = Role,
            ["GUARD_PEER_ACCOUNTS"] = "11111111-2222-3333-4444-555555555555",
        };
        Assert.Equal(Role, PeerSettings.Read(environment.GetValueOrDefault)!.Role);
        environment[name] = value;
        Assert.Equal(complaint, Assert.Throws<SettingsException>(() => PeerSettings.Read(environment.GetValueOrDefault)).Message);
        Assert.Null(PeerSettings.Read(_ => null));
    }

    private static int Status(ReadOnlyMemory<byte> answer) => JsonElement.Parse(answer.Span).GetProperty("statusCode").GetInt32();

    private Deployment Deployment() => new(
        Provider.Aws,
        GuardSettings.Default,
        new Reach(Federates: true, Notifies: false, Asks: false),
        _table,
        new RecordedWake(),
        new RecordedTelemetry(),
        TimeProvider.System,
        () => 0);

    private async Task<(int Status, string Body)> Call(string? caller, string body, bool base64 = false, string method = "POST")
    {
        var entry = new FederationFunction(Deployment().Inbox(new HashSet<string>()), Role, Log(), Metrics());
        var iam = caller is null ? "{}" : $"{{\"iam\":{{\"userArn\":{JsonSerializer.Serialize(caller, Text.Default.String)}}}}}";
        var answer = await entry.HandleAsync(
            Invocation($"{{\"version\":\"2.0\",\"requestContext\":{{\"authorizer\":{iam},\"http\":{{\"method\":\"{method}\"}}}},\"body\":{JsonSerializer.Serialize(body, Text.Default.String)},\"isBase64Encoded\":{(base64 ? "true" : "false")}}}"),
            CancellationToken.None);
        var response = JsonElement.Parse(answer.Span);
        return (response.GetProperty("statusCode").GetInt32(), response.GetProperty("body").GetString()!);
    }

    private Log Log() => new(_output, TimeProvider.System);

    private Metrics Metrics() => new(Log(), TimeProvider.System, "federation");

    private static Invocation Invocation(string payload) => new("request-1", null, "arn:aws:lambda:eu-central-1:111122223333:function:federation", null, Encoding.UTF8.GetBytes(payload));
}

[System.Text.Json.Serialization.JsonSerializable(typeof(string))]
internal sealed partial class Text : System.Text.Json.Serialization.JsonSerializerContext;
