using System.Text.Json.Nodes;
using ServerlessGuard.Aws.Events;
using ServerlessGuard.Engine;
using ServerlessGuard.Findings;
using ServerlessGuard.Remediation;
using ServerlessGuard.Testing;

namespace ServerlessGuard.Aws.Tests.Functions;

public sealed class ScanFunctionTests
{
    private const string Rule = "SG-STOR-001";

    private static async Task<Finding?> Open(Host host, string rule = Rule) => (await host.FindingsAsync(FindingStatus.Open)).Find(finding => finding.RuleId == rule);

    /// <summary>Open, and not the account's own, which a bucket speaks of too.</summary>
    private static async Task<List<Finding>> OfBucket(Host host) => [.. (await host.FindingsAsync(FindingStatus.Open)).Where(finding => finding.Resource.NativeType is "AWS::S3::Bucket")];

    public static TheoryData<string> Deliveries => ["rule", "bridge", "queued rule", "queued bridge", "notification", "work"];

    private static string Deliver(string way, JsonObject item) => way switch
    {
        "rule" => Samples.ConfigRule(item),
        "bridge" => Samples.EventBridge(item),
        "queued rule" => Samples.Batch(Samples.ConfigRule(item)),
        "queued bridge" => Samples.Batch(Samples.EventBridge(item)),
        "notification" => Samples.Batch(new JsonObject { ["Type"] = "Notification", ["MessageId"] = "1", ["Message"] = Samples.EventBridge(item) }.ToJsonString()),
        _ => Samples.Batch(WorkMessage.Item(item.ToJsonString())),
    };

    [Theory]
    [MemberData(nameof(Deliveries))]
    public async Task A_change_becomes_a_finding_by_every_way(string way)
    {
        var host = new Host("scan");
        await host.InvokeAsync(Deliver(way, Samples.Bucket()));
        var finding = await Open(host);
        Assert.Equal("arn:aws:s3:::northwind-exports", finding?.Resource.Id);
        Assert.Equal(way is "work" ? DetectedBy.Sweep : DetectedBy.Change, finding!.DetectedBy);
        Assert.Equal(1, host.Metric("Events"));
        Assert.Equal(0, host.Metric("Failures"));
    }

    [Fact]
    public async Task What_complies_again_is_resolved_and_what_is_deleted_too()
    {
        var host = new Host("scan");
        await host.InvokeAsync(Samples.ConfigRule(Samples.Bucket()));
        await host.InvokeAsync(Samples.ConfigRule(Samples.Bucket(open: false, at: Samples.At.AddMinutes(1))));
        Assert.Null(await Open(host));
        Assert.Contains(await host.FindingsAsync(FindingStatus.Resolved), finding => finding.RuleId == Rule);

        await host.InvokeAsync(Samples.ConfigRule(Samples.Bucket(at: Samples.At.AddMinutes(2))));
        Assert.Equal(1, (await Open(host))!.Reopened);
        await host.InvokeAsync(Samples.ConfigRule(Samples.Bucket(at: Samples.At.AddMinutes(3), status: "ResourceDeleted")));
        Assert.Empty(await OfBucket(host));
    }

    [Fact]
    public async Task One_bad_message_goes_back_and_the_others_are_judged()
    {
        var host = new Host("scan");
        var failed = await host.BatchAsync(
            "not JSON",
            Samples.EventBridge(Samples.Bucket("one")),
            "{\"hello\":\"world\"}",
            Samples.EventBridge(Samples.Bucket("two", account: "999988887777")),
            Samples.EventBridge(Samples.Bucket("three")),
            "[]",
            "{\"guard\":\"nonsense\"}");
        Assert.Equal(["m0", "m2", "m3", "m5", "m6"], failed.Order(StringComparer.Ordinal));
        Assert.Equal(["one", "three"], (await host.FindingsAsync(FindingStatus.Open)).Where(finding => finding.RuleId == Rule).Select(finding => finding.Resource.Name).Order(StringComparer.Ordinal));
        Assert.Equal(5, host.Metric("Failures"));
        Assert.Equal(1, host.Metric("FailuresForeignAccount"));
        Assert.Equal(4, host.Metric("FailuresPoison"));
    }

    [Fact]
    public async Task An_event_of_another_account_is_refused_whatever_it_says_of_itself()
    {
        var host = new Host("scan");
        await Assert.ThrowsAsync<ForeignAccountException>(() => host.InvokeAsync(Samples.EventBridge(Samples.Bucket(account: "999988887777"))));
        var disguised = Samples.Bucket();
        disguised["resourceType"] = "AWS::Lambda::Function";
        disguised["ARN"] = "arn:aws:lambda:eu-west-1:999988887777:function:theirs";
        await Assert.ThrowsAsync<PoisonEventException>(() => host.InvokeAsync(Samples.EventBridge(disguised)));
        Assert.Empty(await host.FindingsAsync(FindingStatus.Open));

        var allowed = new Host("scan", environment: [("GUARD_ACCOUNTS", "999988887777")]);
        await allowed.InvokeAsync(Samples.EventBridge(Samples.Bucket(account: "999988887777")));
        await Assert.ThrowsAsync<ForeignAccountException>(() => allowed.InvokeAsync(Samples.EventBridge(Samples.Bucket())));
    }

    [Fact]
    public async Task An_item_of_the_future_is_refused()
    {
        var host = new Host("scan");
        await Assert.ThrowsAsync<PoisonEventException>(() => host.InvokeAsync(Samples.EventBridge(Samples.Bucket(at: DateTimeOffset.UtcNow.AddDays(1)))));
    }

    [Fact]
    public async Task An_oversized_item_is_read_from_the_history()
    {
        var item = Samples.Bucket();
        var api = new StubApi().On("GetResourceConfigHistory", new JsonObject { ["configurationItems"] = new JsonArray(item.DeepClone()) }.ToJsonString());
        var host = new Host("scan", api);
        await host.InvokeAsync(Samples.Oversized(item));
        Assert.NotNull(await Open(host));
        Assert.Equal(("AWS::S3::Bucket", "northwind-exports", 1), ((string?)api.Bodies("GetResourceConfigHistory").Single()["resourceType"], (string?)api.Bodies("GetResourceConfigHistory").Single()["resourceId"], (int)api.Bodies("GetResourceConfigHistory").Single()["limit"]!));
        Assert.Equal("NON_COMPLIANT", (string?)api.Bodies("PutEvaluations").Single()["Evaluations"]![0]!["ComplianceType"]);
    }

    [Fact]
    public async Task An_oversized_item_that_vanished_is_an_error_and_a_deleted_one_is_not()
    {
        var api = new StubApi().Fails("GetResourceConfigHistory", "ResourceNotDiscoveredException");
        var host = new Host("scan", api);
        Assert.True((await Assert.ThrowsAsync<CloudCallException>(() => host.InvokeAsync(Samples.Oversized(Samples.Bucket())))).IsTransient);
        Assert.Equal(1, host.Metric("FailuresCloud"));
        Assert.Equal(["m0"], await host.BatchAsync(Samples.Oversized(Samples.Bucket())));

        await host.InvokeAsync(Samples.ConfigRule(Samples.Bucket()));
        await host.InvokeAsync(Samples.Oversized(Samples.Bucket(at: Samples.At.AddMinutes(1), status: "ResourceDeleted")));
        Assert.Empty(await OfBucket(host));
        Assert.Equal("NOT_APPLICABLE", (string?)api.Bodies("PutEvaluations").Last()["Evaluations"]![0]!["ComplianceType"]);
    }

    [Fact]
    public async Task An_older_item_than_the_announced_one_is_waited_for()
    {
        var api = new StubApi().On("GetResourceConfigHistory", new JsonObject { ["configurationItems"] = new JsonArray(Samples.Bucket(open: false)) }.ToJsonString());
        await Assert.ThrowsAsync<CloudCallException>(() => new Host("scan", api).InvokeAsync(Samples.Oversized(Samples.Bucket(at: Samples.At.AddMinutes(5)))));
    }

    [Fact]
    public async Task A_schedule_puts_a_sweep_into_the_work_queue()
    {
        var host = new Host("scan");
        await host.InvokeAsync(Samples.Scheduled());
        Assert.Equal([(Host.WorkQueue, WorkMessage.Sweep)], host.Api.Messages);
    }

    [Fact]
    public async Task What_carries_nothing_is_counted_and_done()
    {
        var host = new Host("scan");
        Assert.Empty(await host.BatchAsync("{\"messageType\":\"ConfigurationSnapshotDeliveryCompleted\",\"configSnapshotId\":\"1\"}"));
        Assert.Equal(1, host.Metric("Ignored"));
    }

    [Theory]
    [InlineData("observe", 0)]
    [InlineData("propose", 1)]
    public async Task The_remediation_is_kicked_in_every_mode_but_observe(string mode, int kicks)
    {
        var host = new Host("scan", environment: [GuardYaml.Mode(mode)]);
        await host.InvokeAsync(Samples.ConfigRule(Samples.Bucket()));
        var sent = host.Api.Messages.Where(message => message.Queue == Host.RemediateQueue && message.Body.Contains("SG-STOR-001", StringComparison.Ordinal)).ToList();
        Assert.Equal(kicks, sent.Count);
        foreach (var (_, body) in sent)
        {
            var message = JsonNode.Parse(body)!;
            Assert.NotNull(await host.Table.FindAsync((string)message["partition"]!, (string)message["key"]!, CancellationToken.None));
        }
    }

    [Fact]
    public async Task A_kick_that_fails_does_not_fail_the_event()
    {
        var host = new Host("scan", new StubApi().Fails("SendMessageBatch", "ServiceUnavailable", transient: true), environment: [GuardYaml.Mode("enforce")]);
        await host.InvokeAsync(Samples.ConfigRule(Samples.Bucket()));
        Assert.NotNull(await Open(host));
        Assert.Equal(1, host.Metric("KickFailures"));
    }

    [Fact]
    public async Task A_message_after_the_deadline_goes_back()
    {
        using var stop = new CancellationTokenSource();
        await stop.CancelAsync();
        var answer = await new Host("scan").InvokeAsync(Samples.Batch(Samples.EventBridge(Samples.Bucket())), cancellation: stop.Token);
        Assert.Equal(1, answer.GetProperty("batchItemFailures").GetArrayLength());
    }
}
