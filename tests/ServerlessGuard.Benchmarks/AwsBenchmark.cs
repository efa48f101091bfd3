using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using ServerlessGuard.Aws.Api;
using ServerlessGuard.Aws.Stores;
using ServerlessGuard.Simulators.StandIns;
using ServerlessGuard.Testing.Servers;

namespace ServerlessGuard.Benchmarks;

/// <summary>
/// The published Lambda between loopback servers: a Runtime API, DynamoDB Local and simulated AWS services. Cold: spawn to the first event judged, stored and answered.
/// Warm: events with nothing to change, and events that each open a finding.
/// </summary>
internal static class AwsBenchmark
{
    private const int Starts = 20;
    private const int Events = 400;

    public static async Task<int> RunAsync(string[] arguments)
    {
        var bootstrap = SnapshotBenchmark.Option(arguments, "--bootstrap") ?? Path.Combine(Fixtures.Root, "artifacts", "aot-aws", "bootstrap");
        if (!File.Exists(bootstrap))
        {
            await Console.Error.WriteLineAsync($"{bootstrap}: publish the Lambda first (see tests/ServerlessGuard.Benchmarks/README.md)");
            return 2;
        }

        var dynamo = (await DynamoDbLocal.RunningAsync()).Address;
        var table = await CreateTableAsync(dynamo);
        using var aws = new AwsStub(static (_, _) => new JsonObject { ["FailedEvaluations"] = new JsonArray(), ["Results"] = new JsonArray() });
        await StartAsync(bootstrap, dynamo, table, aws);
        await WarmAsync(bootstrap, dynamo, table, aws);
        return 0;
    }

    private static async Task StartAsync(string bootstrap, Uri dynamo, string table, AwsStub aws)
    {
        var times = new List<double>();
        long memory = 0;
        for (var i = 0; i <= Starts; i++)
        {
            using var runtime = new RuntimeApi();
            var answer = runtime.InvokeAsync(Rule(Group($"sg-{i:x17}")));
            var watch = Stopwatch.StartNew();
            using var process = Start(bootstrap, runtime, dynamo, table, aws);
            var kind = (await answer).Kind;
            var took = watch.Elapsed.TotalMilliseconds;
            memory = Math.Max(memory, PeakMemory(process));
            process.Kill();
            if (kind is not "response")
            {
                throw new InvalidOperationException("the event failed: " + (await answer).Body);
            }

            // The first one also warms DynamoDB Local's tables and the page cache.
            if (i > 0)
            {
                times.Add(took);
            }
        }

        times.Sort();
        Console.WriteLine("| cold: spawn to judged, stored and answered | runs | median | p95 | peak RSS |");
        Console.WriteLine("|---|---|---|---|---|");
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"| AWS::EC2::SecurityGroup, one finding opened | {times.Count} | {times[times.Count / 2]:F0} ms | {times[(int)(times.Count * 0.95)]:F0} ms | {memory / 1024.0:F0} MiB |"));
    }

    private static async Task WarmAsync(string bootstrap, Uri dynamo, string table, AwsStub aws)
    {
        using var runtime = new RuntimeApi();
        using var process = Start(bootstrap, runtime, dynamo, table, aws);
        var unchanged = Bridge(Group("sg-0000000000000000a"));
        for (var i = 0; i < 50; i++)
        {
            await runtime.InvokeAsync(unchanged);
        }

        Console.WriteLine("| warm | events | events/s |");
        Console.WriteLine("|---|---|---|");
        await MeasureAsync("nothing to change, one event an invocation", runtime, [.. Enumerable.Repeat(unchanged, Events)], Events);
        await MeasureAsync("a finding opened, one event an invocation", runtime, [.. Enumerable.Range(0, Events).Select(i => Bridge(Group($"sg-1{i:x16}")))], Events);
        await MeasureAsync("nothing to change, batches of ten", runtime, [.. Enumerable.Range(0, Events / 10).Select(_ => Batch(Enumerable.Repeat(unchanged, 10)))], Events);
        await MeasureAsync(
            "a finding opened, batches of ten", runtime, [.. Enumerable.Range(0, Events / 10).Select(batch => Batch(Enumerable.Range(0, 10).Select(i => Bridge(Group($"sg-2{batch * 10 + i:x16}")))))], Events);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"\npeak RSS after {4 * Events + 50} events: {PeakMemory(process) / 1024.0:F0} MiB"));
        process.Kill();
    }

    private static async Task MeasureAsync(string what, RuntimeApi runtime, IReadOnlyList<string> payloads, int events)
    {
        var watch = Stopwatch.StartNew();
        foreach (var payload in payloads)
        {
            var answer = await runtime.InvokeAsync(payload);
            if (answer.Kind is not "response" || answer.Body.Contains("itemIdentifier", StringComparison.Ordinal))
            {
                throw new InvalidOperationException("an event failed: " + answer.Body);
            }
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {what} | {events} | {events / watch.Elapsed.TotalSeconds:F0} |"));
    }

    private static Process Start(string bootstrap, RuntimeApi runtime, Uri dynamo, string table, AwsStub aws)
    {
        var start = new ProcessStartInfo(bootstrap) { RedirectStandardOutput = true, UseShellExecute = false };
        start.Environment["_HANDLER"] = "scan";
        start.Environment["AWS_LAMBDA_RUNTIME_API"] = runtime.Authority;
        start.Environment["AWS_REGION"] = "eu-west-1";
        start.Environment["AWS_ACCESS_KEY_ID"] = "local";
        start.Environment["AWS_SECRET_ACCESS_KEY"] = "local";
        start.Environment["GUARD_TABLE"] = table;
        start.Environment["AWS_ENDPOINT_URL"] = $"http://{aws.Authority}";
        start.Environment["AWS_ENDPOINT_URL_DYNAMODB"] = dynamo.ToString();
        var process = Process.Start(start)!;
        process.OutputDataReceived += static (_, _) => { };
        process.BeginOutputReadLine();
        return process;
    }

    /// <summary>In KiB, as the kernel counts it.</summary>
    private static long PeakMemory(Process process)
    {
        var line = File.ReadLines($"/proc/{process.Id}/status").First(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
        return long.Parse(line.AsSpan("VmHWM:".Length, line.Length - "VmHWM:".Length - "kB".Length).Trim(), CultureInfo.InvariantCulture);
    }

    private static async Task<string> CreateTableAsync(Uri dynamo)
    {
        using var client = DynamoClient.Create("eu-west-1", dynamo, new EnvironmentCredentials(static _ => "local"));
        await client.CreateTableAsync(new CreateTableRequest
        {
            TableName = "guard-benchmark",
            BillingMode = BillingMode.PAY_PER_REQUEST,
            AttributeDefinitions = [new("pk", ScalarAttributeType.S), new("sk", ScalarAttributeType.S)],
            KeySchema = [new("pk", KeyType.HASH), new("sk", KeyType.RANGE)],
        });
        return "guard-benchmark";
    }

    private static JsonObject Group(string id)
    {
        var item = JsonNode.Parse(File.ReadAllText(Fixtures.Path("aws/AWS-EC2-SecurityGroup/bad.json")))!.AsObject();
        item["resourceId"] = id;
        item["ARN"] = "arn:aws:ec2:eu-west-1:111122223333:security-group/" + id;
        item["awsAccountId"] = "111122223333";
        item["configuration"]!["groupId"] = id;
        return item;
    }

    private static string Rule(JsonObject item) => new JsonObject
    {
        ["invokingEvent"] = new JsonObject { ["configurationItem"] = item, ["messageType"] = "ConfigurationItemChangeNotification" }.ToJsonString(),
        ["resultToken"] = "token",
        ["eventLeftScope"] = false,
        ["accountId"] = "111122223333",
    }.ToJsonString();

    private static string Bridge(JsonObject item) => new JsonObject
    {
        ["detail-type"] = "Config Configuration Item Change",
        ["source"] = "aws.config",
        ["account"] = "111122223333",
        ["region"] = "eu-west-1",
        ["detail"] = new JsonObject { ["messageType"] = "ConfigurationItemChangeNotification", ["configurationItem"] = item },
    }.ToJsonString();

    private static string Batch(IEnumerable<string> bodies) => new JsonObject
    {
        ["Records"] = new JsonArray([.. bodies.Select((body, index) => (JsonNode)new JsonObject { ["messageId"] = $"m{index}", ["body"] = body, ["eventSource"] = "aws:sqs" })]),
    }.ToJsonString();
}
