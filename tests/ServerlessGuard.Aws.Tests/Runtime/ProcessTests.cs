using System.Text.Json.Nodes;
using ServerlessGuard.Aws.Tests.Stores;
using ServerlessGuard.Findings;
using ServerlessGuard.Resources;
using ServerlessGuard.Simulators.StandIns;
using ServerlessGuard.Tables;
using ServerlessGuard.Testing;
using ServerlessGuard.Testing.Servers;

namespace ServerlessGuard.Aws.Tests.Runtime;

/// <summary>The real process between a loopback Runtime API, DynamoDB Local and simulated AWS services.</summary>
public sealed class ProcessTests
{
    private static JsonObject? Answer(string operation, JsonNode body) => operation switch
    {
        "PutEvaluations" => new JsonObject { ["FailedEvaluations"] = new JsonArray() },
        "SelectResourceConfig" => new JsonObject { ["Results"] = new JsonArray() },
        "SendMessageBatch" => new JsonObject { ["Successful"] = new JsonArray() },
        _ => null,
    };

    private static async Task<Dictionary<string, string>> Environment(string table, AwsStub aws) => new()
    {
        ["GUARD_TABLE"] = table,
        ["GUARD_REMEDIATE_QUEUE"] = "https://sqs.eu-west-1.amazonaws.com/111122223333/guard-remediate",
        ["GUARD_SETTINGS"] = GuardYaml.Mode("propose").Value,
        ["AWS_ENDPOINT_URL"] = $"http://{aws.Authority}",
        ["AWS_ENDPOINT_URL_DYNAMODB"] = (await DynamoDbLocal.RunningAsync()).Address.ToString(),
    };

    [Fact]
    public async Task One_config_event_becomes_findings_a_kick_and_an_answer()
    {
        var name = await LocalTable.CreateAsync();
        using var runtime = new RuntimeApi();
        using var aws = new AwsStub(Answer);
        using var process = new Bootstrap("scan", runtime, await Environment(name, aws));

        var answer = await runtime.InvokeAsync(Samples.ConfigRule(Samples.Bucket()));
        Assert.Equal(("response", "{}"), (answer.Kind, answer.Body));

        var findings = await ListAsync(name);
        Assert.Contains("SG-STOR-001", findings.Select(finding => finding.RuleId));
        Assert.All(findings, finding => Assert.Contains(finding.Resource.Id, (string[])["arn:aws:s3:::northwind-exports", Samples.Account]));

        var evaluation = Assert.Single(Assert.Single(aws.Bodies("PutEvaluations"))["Evaluations"]!.AsArray())!;
        Assert.Equal("NON_COMPLIANT", (string?)evaluation["ComplianceType"]);
        Assert.Equal("northwind-exports", (string?)evaluation["ComplianceResourceId"]);
        Assert.StartsWith("SG-STOR-001", (string?)evaluation["Annotation"], StringComparison.Ordinal);
        Assert.StartsWith("AWS4-HMAC-SHA256 Credential=AKIALOCAL/", aws.Calls.First(call => call.Operation == "PutEvaluations").Authorization, StringComparison.Ordinal);
        Assert.NotEmpty(aws.Bodies("SendMessageBatch"));

        // A poison event is an error of its own, and the next event is taken.
        var poison = await runtime.InvokeAsync("{\"hello\":\"world\"}");
        Assert.Equal(("error", "ServerlessGuard.PoisonEventException"), (poison.Kind, poison.ErrorType));
        Assert.Equal("response", (await runtime.InvokeAsync(Samples.ConfigRule(Samples.Bucket()))).Kind);
        Assert.Equal(findings.Count, (await ListAsync(name)).Count);

        var output = process.Output;
        Assert.All(output, line => Assert.Equal(System.Text.Json.JsonValueKind.Object, System.Text.Json.JsonElement.Parse(line).ValueKind));
        Assert.Contains(output, line => line.Contains("\"CloudWatchMetrics\"", StringComparison.Ordinal) && line.Contains("\"Events\":1", StringComparison.Ordinal));
        Assert.Contains(output, line => line.Contains("\"ruleId\":\"SG-STOR-001\"", StringComparison.Ordinal));
        Assert.DoesNotContain(output, line => line.Contains("the-secret-key", StringComparison.Ordinal) || line.Contains("TOKEN", StringComparison.Ordinal) || line.Contains("AllUsers", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("guess", "GUARD_TABLE", "t", "_HANDLER")]
    [InlineData("scan", "GUARD_MODE", "sometimes", "GUARD_TABLE")]
    [InlineData("sweep", "GUARD_TABLE", "t", "GUARD_WORK_QUEUE")]
    [InlineData("scan", "GUARD_SETTINGS", "nowhere.yaml", "GUARD_TABLE")]
    public async Task A_wrong_setting_is_one_line_and_an_init_error(string handler, string name, string value, string named)
    {
        using var runtime = new RuntimeApi();
        using var process = new Bootstrap(handler, runtime, new Dictionary<string, string> { [name] = value });
        var error = await runtime.InitError;
        Assert.Equal("ServerlessGuard.SettingsException", error.ErrorType);
        Assert.Contains(named, error.Json.GetProperty("errorMessage").GetString(), StringComparison.Ordinal);
        Assert.Equal(1, await process.EndAsync());
        Assert.Contains(named, Assert.Single(process.Output), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Federation_without_a_peer_is_an_error()
    {
        using var runtime = new RuntimeApi();
        using var process = new Bootstrap("federation", runtime, new Dictionary<string, string> { ["GUARD_TABLE"] = "t" });
        var answer = await runtime.InvokeAsync("{}");
        Assert.Equal("error", answer.Kind);
        Assert.Contains("not configured", answer.Body, StringComparison.Ordinal);
    }

    private static async Task<List<Finding>> ListAsync(string table)
    {
        var findings = new List<Finding>();
        var partition = RowKeys.Partition(Provider.Aws, Samples.Account);
        await foreach (var finding in new FindingReader(await LocalTable.OpenAsync(table)).ListAsync(partition, FindingStatus.Open, null, CancellationToken.None))
        {
            findings.Add(finding);
        }

        return findings;
    }
}
