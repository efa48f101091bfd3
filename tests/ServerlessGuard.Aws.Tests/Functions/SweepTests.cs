using System.Text.Json.Nodes;
using ServerlessGuard.Aws.Events;
using ServerlessGuard.Aws.Functions;
using ServerlessGuard.Aws.Runtime;
using ServerlessGuard.Due;
using ServerlessGuard.Findings;
using ServerlessGuard.Remediation;
using ServerlessGuard.Tables;
using ServerlessGuard.Testing;

namespace ServerlessGuard.Aws.Tests.Functions;

public sealed class SweepTests
{
    private static JsonObject Row(string name)
    {
        // The dialect of SelectResourceConfig: arn and accountId, everything else as in an item.
        var row = Samples.Bucket(name);
        row["arn"] = row["ARN"]!.DeepClone();
        row["accountId"] = row["awsAccountId"]!.DeepClone();
        row.Remove("ARN");
        row.Remove("awsAccountId");
        return row;
    }

    /// <summary>So many buckets, three a page.</summary>
    private static StubApi Buckets(int count, Action? onPage = null) => new StubApi().On("SelectResourceConfig", body =>
    {
        onPage?.Invoke();
        var expression = (string)body["Expression"]!;
        if (!expression.Contains("resourceType = 'AWS::S3::Bucket'", StringComparison.Ordinal))
        {
            return "{\"Results\":[]}";
        }

        var from = body["NextToken"] is { } token ? int.Parse((string)token!) : 0;
        var page = new JsonObject { ["Results"] = new JsonArray([.. Enumerable.Range(from, Math.Min(3, count - from)).Select(i => (JsonNode)Row($"bucket-{i}").ToJsonString())]) };
        if (from + 3 < count)
        {
            page["NextToken"] = (from + 3).ToString();
        }

        return page.ToJsonString();
    });

    private static async Task<SweepState> State(Host host) => SweepRows.Read((await host.Table.FindAsync(RowKeys.Directory, "sweep:aws-eu-west-1", CancellationToken.None))!);

    [Fact]
    public async Task Everything_of_every_type_is_queued_once_and_judged_as_found_by_the_sweep()
    {
        var sweep = new Host("sweep", Buckets(7));
        Assert.True((await sweep.InvokeAsync("{}")).GetProperty("complete").GetBoolean());
        var messages = sweep.Api.Messages.ToList();
        Assert.Equal(7, messages.Count);
        Assert.All(messages, message => Assert.Equal(Host.WorkQueue, message.Queue));
        Assert.Equal((true, 7L), ((await State(sweep)).Complete, (await State(sweep)).Queued));
        foreach (var type in Sweeper.Types)
        {
            Assert.Contains(sweep.Api.Bodies("SelectResourceConfig"), body => ((string)body["Expression"]!).Contains($"'{type}'", StringComparison.Ordinal));
        }

        var scan = new Host("scan", table: sweep.Table);
        Assert.Empty(await scan.BatchAsync([.. messages.Select(message => message.Body)]));
        var findings = (await scan.FindingsAsync(FindingStatus.Open)).Where(finding => finding.RuleId == "SG-STOR-001").ToList();
        Assert.Equal(7, findings.Count);
        Assert.All(findings, finding => Assert.Equal(DetectedBy.Sweep, finding.DetectedBy));
    }

    [Fact]
    public async Task A_sweep_stops_before_its_deadline_and_goes_on_where_it_was()
    {
        var time = new ManualTime(Samples.At.AddHours(1));
        var sweep = new Host("sweep", Buckets(30, () => time.Now += TimeSpan.FromSeconds(20)), time: time);
        Assert.False((await sweep.InvokeAsync("{}", time.Now + TimeSpan.FromMinutes(5))).GetProperty("complete").GetBoolean());
        Assert.False((await State(sweep)).Complete);
        Assert.Equal(WorkMessage.Sweep, sweep.Api.Messages.Last().Body);

        // The message that it left lets the scan function go on.
        var slices = 0;
        while (!(await State(sweep)).Complete)
        {
            var scan = new Host("scan", Buckets(30, () => time.Now += TimeSpan.FromSeconds(20)), sweep.Table, time: time);
            await scan.InvokeAsync(Samples.Batch(WorkMessage.Sweep), time.Now + TimeSpan.FromMinutes(2));
            Assert.True(++slices < 20);
        }

        Assert.Equal(30, (await State(sweep)).Queued);
        Assert.True(slices > 1);
    }

    [Fact]
    public async Task A_token_that_has_died_begins_its_type_again()
    {
        var died = false;
        var api = Buckets(7);
        var alive = api;
        var sweep = new Host("sweep", new StubApi().On("SelectResourceConfig", body =>
        {
            if (body["NextToken"] is not null && !died)
            {
                died = true;
                throw new CloudCallException("InvalidNextTokenException", "config SelectResourceConfig: InvalidNextTokenException", isTransient: false);
            }

            return System.Text.Encoding.UTF8.GetString(alive.SendAsync(Aws.Api.AwsRequest.Json(Aws.Api.AwsRegion.Home, "config", "X.SelectResourceConfig", body.DeepClone()), CancellationToken.None).Result.Body.Span);
        }));
        Assert.True((await sweep.InvokeAsync("{}")).GetProperty("complete").GetBoolean());
        Assert.Equal(7, sweep.Api.Messages.Select(message => message.Body).Distinct(StringComparer.Ordinal).Count());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(9)]
    public async Task A_killed_sweep_goes_on_from_its_row(int commits)
    {
        var table = new MemoryTable();
        var left = commits;
        table.OnCommit = point =>
        {
            if (point is "after" && left-- == 0)
            {
                throw new IOException("killed");
            }
        };
        var api = Buckets(7);
        await Assert.ThrowsAsync<IOException>(() => new Host("sweep", api, table).InvokeAsync("{}"));
        table.OnCommit = null;
        var sweep = new Host("sweep", api, table);
        Assert.True((await sweep.InvokeAsync("{}")).GetProperty("complete").GetBoolean());
        Assert.Equal(7, api.Messages.Select(message => message.Body).Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public async Task What_is_too_large_for_a_message_goes_as_a_reference_and_is_read_again()
    {
        var large = Row("large");
        large["configuration"]!["padding"] = new string('x', 300_000);
        var api = new StubApi().Selects(("AWS::S3::Bucket", large));
        var sweep = new Host("sweep", api);
        await sweep.InvokeAsync("{}");
        var (_, body) = Assert.Single(sweep.Api.Messages);
        Assert.True(body.Length < 1000);
        Assert.Contains("\"reference\"", body, StringComparison.Ordinal);

        var scan = new Host("scan", new StubApi().On("GetResourceConfigHistory", new JsonObject { ["configurationItems"] = new JsonArray(Samples.Bucket("large")) }.ToJsonString()));
        Assert.Empty(await scan.BatchAsync(body));
        Assert.Contains(await scan.FindingsAsync(FindingStatus.Open), finding => finding is { RuleId: "SG-STOR-001", DetectedBy: DetectedBy.Sweep });
    }

    [Fact]
    public async Task What_vanished_without_an_event_is_resolved_and_what_is_only_not_listed_stays()
    {
        var scan = new Host("scan");
        await scan.InvokeAsync(Samples.ConfigRule(Samples.Bucket("gone")));
        await scan.InvokeAsync(Samples.ConfigRule(Samples.Bucket("there")));
        await scan.InvokeAsync(Samples.ConfigRule(Samples.Bucket("unsure")));

        var api = new StubApi().Selects(("arn IN", Row("there")))
            .On("ListDiscoveredResources", body => $"{{\"resourceIdentifiers\":[{{\"resourceType\":\"AWS::S3::Bucket\",\"resourceId\":\"{body["resourceName"]}\"}}]}}")
            .On("GetResourceConfigHistory", body => new JsonObject
            {
                ["configurationItems"] = new JsonArray(Samples.Bucket(
                    (string)body["resourceId"]!, at: Samples.At.AddMinutes(9), status: (string?)body["resourceId"] is "gone" ? "ResourceDeleted" : "OK")),
            }.ToJsonString());
        var sweep = new Host("sweep", api, scan.Table);
        Assert.True((await sweep.InvokeAsync("{}")).GetProperty("complete").GetBoolean());
        Assert.Empty(await scan.BatchAsync([.. sweep.Api.Messages.Select(message => message.Body)]));
        var open = (await scan.FindingsAsync(FindingStatus.Open)).Where(finding => finding.Resource.NativeType is "AWS::S3::Bucket").Select(finding => finding.Resource.Name).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);
        Assert.Equal(["there", "unsure"], open);
    }

    [Fact]
    public async Task What_config_refuses_to_look_up_is_counted_and_does_not_stop_the_sweep()
    {
        var scan = new Host("scan");
        await scan.InvokeAsync(Samples.ConfigRule(Samples.Bucket()));
        var sweep = new Host("sweep", new StubApi().Fails("ListDiscoveredResources", "ValidationException"), scan.Table);
        Assert.True((await sweep.InvokeAsync("{}")).GetProperty("complete").GetBoolean());
        Assert.Equal(1, sweep.Metric("SweepFailures"));

        // What may be better later is not left out: the sweep fails, and goes on there.
        var throttled = new Host("sweep", new StubApi().Fails("ListDiscoveredResources", "ThrottlingException", transient: true), scan.Table);
        await Assert.ThrowsAsync<CloudCallException>(() => throttled.InvokeAsync("{}"));
        Assert.False((await State(throttled)).Complete);
    }

    [Fact]
    public async Task Messages_that_the_queue_did_not_take_are_sent_again()
    {
        var first = true;
        var api = Buckets(3).On("SendMessageBatch", _ =>
        {
            var answer = first ? "{\"Successful\":[],\"Failed\":[{\"Id\":\"1\",\"Code\":\"InternalError\",\"SenderFault\":false}]}" : "{\"Successful\":[]}";
            first = false;
            return answer;
        });
        await new Host("sweep", api).InvokeAsync("{}");
        Assert.Equal([3, 1], api.Bodies("SendMessageBatch").Select(body => body["Entries"]!.AsArray().Count));
    }

    [Fact]
    public void Batches_keep_the_limits_of_the_queue()
    {
        Assert.Equal([10, 10, 5], QueueSender.Batches([.. Enumerable.Repeat("x", 25)]).Select(batch => batch.Count));
        Assert.Equal([2, 2, 1], QueueSender.Batches([.. Enumerable.Repeat(new string('x', 100_000), 5)]).Select(batch => batch.Count));
    }
}
