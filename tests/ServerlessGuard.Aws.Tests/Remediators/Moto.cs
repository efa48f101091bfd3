using System.Text;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using ServerlessGuard.Aws.Api;
using ServerlessGuard.Aws.Remediators;
using ServerlessGuard.Engine;
using ServerlessGuard.Findings;
using ServerlessGuard.Remediation;
using ServerlessGuard.Resources;
using ServerlessGuard.Testing.Servers;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Aws.Tests.Remediators;

/// <summary>One moto for all tests; each makes resources of its own.</summary>
[CollectionDefinition(Name)]
public sealed class MotoTests : ICollectionFixture<MotoServer>
{
    public const string Name = "moto";
}

/// <summary>What a test does to the simulated account besides the fix: always through the API, never through moto's insides.</summary>
public sealed class Moto(MotoServer server)
{
    public const string Account = MotoServer.Account;
    public const string Region = "us-east-1";

    public IAwsApi Api { get; } = new AwsApi(
        AwsHttp.Create(),
        new EnvironmentCredentials(name => name is "AWS_SESSION_TOKEN" ? null : "testing"),
        new AwsEndpoints(Region, name => name is "AWS_ENDPOINT_URL" ? server.Url?.ToString() : null),
        TimeProvider.System,
        Random.Shared.NextDouble,
        new AwsApiSettings { AttemptTimeout = TimeSpan.FromSeconds(90) });

    public static string Fresh(string prefix) => prefix + "-" + Guid.NewGuid().ToString("N")[..12];

    public static Finding Finding(RemediatorDescriptor descriptor, string id, string rule = "SG-TEST-001", string? name = null, string? account = Account) => new()
    {
        Id = "finding",
        RuleId = rule,
        Resource = new ResourceRef { Provider = Provider.Aws, NativeType = descriptor.NativeTypes[0], Id = id, Account = account, Region = Region, Name = name ?? id[(id.LastIndexOfAny(['/', ':']) + 1)..] },
        Title = "t",
        Severity = Severity.High,
        Status = FindingStatus.Open,
        Reason = "r",
        Revision = 1,
        CapturedAt = DateTimeOffset.UnixEpoch,
        OpenedAt = DateTimeOffset.UnixEpoch,
        DetectedBy = DetectedBy.Change,
        Remediation = descriptor.Remediation,
        Stages = new FindingStages(),
    };

    public T Of<T>(GuardSettings? settings = null, TimeProvider? time = null, AwsRemediatorOptions? options = null)
        where T : Remediator =>
        AwsRemediators.All(Api, settings ?? GuardSettings.Default, time ?? TimeProvider.System, options).OfType<T>().Single();

    public Task<AwsAnswer> SendAsync(AwsRequest request) => Api.SendAsync(request, CancellationToken.None);

    public async Task<XElement> IamAsync(string action, params (string Name, string Value)[] parameters) => (await SendAsync(IamCalls.Of(action, parameters))).Xml();

    public async Task<XElement> Ec2Async(string action, params (string Name, string Value)[] parameters) => (await SendAsync(Ec2Calls.Of(AwsRegion.Home, action, parameters))).Xml();

    public async Task<JsonNode> JsonAsync(AwsRequest request) => (await SendAsync(request)).Json();

    public async Task<JsonNode> LambdaAsync(HttpMethod method, string path, JsonNode? body = null) =>
        (await SendAsync(AwsRequest.Rest(AwsRegion.Home, "lambda", "x", method, path, body is null ? default : Encoding.UTF8.GetBytes(body.ToJsonString())) with { Headers = [new("Content-Type", "application/json")] })).Json();

    public async Task<string> BucketAsync()
    {
        var bucket = Fresh("bucket");
        await SendAsync(AwsRequest.Rest(AwsRegion.Home, "s3", "CreateBucket", HttpMethod.Put, "/") with { HostLabel = bucket });
        return bucket;
    }

    public Task<AwsAnswer> S3Async(HttpMethod method, string bucket, string setting, string body = "") =>
        SendAsync(AwsRequest.Rest(AwsRegion.Home, "s3", "x", method, "/", Encoding.UTF8.GetBytes(body), new KeyValuePair<string, string>(setting, string.Empty)) with { HostLabel = bucket });

    public async Task<string> RoleAsync(string trust)
    {
        var role = Fresh("role");
        await IamAsync("CreateRole", ("RoleName", role), ("AssumeRolePolicyDocument", trust));
        return role;
    }

    public async Task<string> FunctionAsync(string role)
    {
        var function = Fresh("function");
        await LambdaAsync(HttpMethod.Post, "/2015-03-31/functions", new JsonObject
        {
            ["FunctionName"] = function,
            ["Runtime"] = "python3.12",
            ["Handler"] = "a.b",
            ["Role"] = $"arn:aws:iam::{Account}:role/{role}",
            ["Code"] = new JsonObject { ["ZipFile"] = "UEsFBgAAAAAAAAAAAAAAAAAAAAAAAA==" },
        });
        return function;
    }

    public const string LambdaTrust = """{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole"}]}""";

    /// <summary>
    /// Plan, apply, read back, apply again, undo, read back: the state after is the state before. And nothing is written over a state that nobody planned for.
    /// </summary>
    public static async Task<Desired.Change> ThereAndBackAsync(Remediator remediator, Finding finding, Func<JsonNode, Task>? fixedState = null)
    {
        var before = (await remediator.ReadAsync(finding, CancellationToken.None))!;
        Assert.NotNull(before);
        var change = Assert.IsType<Desired.Change>(remediator.Desire(before, finding));
        Assert.False(JsonNode.DeepEquals(before, change.To));

        var nobodys = new JsonObject { ["nobody"] = "planned this" };
        Assert.Equal("Drifted", (await Assert.ThrowsAsync<CloudCallException>(() => remediator.WriteAsync(finding, nobodys, change.To, CancellationToken.None))).Code);
        Assert.True(JsonNode.DeepEquals(before, await remediator.ReadAsync(finding, CancellationToken.None)), "a drifted state was written over");

        await remediator.WriteAsync(finding, before, change.To, CancellationToken.None);
        var after = (await remediator.ReadAsync(finding, CancellationToken.None))!;
        Assert.Equal(change.To.ToJsonString(), after.ToJsonString());
        Assert.IsType<Desired.Nothing>(remediator.Desire(after, finding));
        if (fixedState is not null)
        {
            await fixedState(after);
        }

        await remediator.WriteAsync(finding, before, change.To, CancellationToken.None);
        Assert.Equal(change.To.ToJsonString(), (await remediator.ReadAsync(finding, CancellationToken.None))?.ToJsonString());

        await remediator.WriteAsync(finding, change.To, before, CancellationToken.None);
        Assert.Equal(before.ToJsonString(), (await remediator.ReadAsync(finding, CancellationToken.None))?.ToJsonString());
        return change;
    }

    public static async Task<string> RefusedAsync(Remediator remediator, Finding finding)
    {
        var live = (await remediator.ReadAsync(finding, CancellationToken.None))!;
        return Assert.IsType<Desired.Refuse>(remediator.Desire(live, finding)).Reason;
    }

    public static async Task GoneAsync(Remediator remediator, Finding finding) => Assert.Null(await remediator.ReadAsync(finding, CancellationToken.None));
}
