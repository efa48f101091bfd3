using System.Text.Json.Nodes;
using ServerlessGuard.Aws.Api;
using ServerlessGuard.Aws.Remediators;
using ServerlessGuard.Engine;
using ServerlessGuard.Findings;
using ServerlessGuard.Remediation;

namespace ServerlessGuard.Aws.Tests.Functions;

/// <summary>The function runs in eu-west-1. What is in ap-south-1 is asked about there: eu-west-1 does not know it, and would say so.</summary>
public sealed class RegionTests
{
    private const string Away = "ap-south-1";

    /// <summary>Asked at home: our queues, Config's answer and our identity, what AWS keeps once for an account, and the items of IAM.</summary>
    private static readonly string[] HomeCalls = ["SendMessageBatch", "PutEvaluations", "GetCallerIdentity", "GetPublicAccessBlock of s3-control"];

    private static readonly JsonObject Notebook = new() { ["notebookInstanceName"] = "Research" };

    [Fact]
    public async Task A_notebook_elsewhere_is_not_deleted_because_our_region_does_not_know_it()
    {
        var api = OnlyAt(Away, new StubApi()
            .On("DescribeNotebookInstance", "{\"NotebookInstanceName\":\"Research\",\"DirectInternetAccess\":\"Enabled\",\"NotebookInstanceStatus\":\"InService\"}")
            .On("ListTags", "{\"Tags\":[]}"));
        var host = new Host("scan", api);
        await host.InvokeAsync(Called("sagemaker.amazonaws.com", "CreateNotebookInstance", Notebook));
        await host.InvokeAsync(Called("sagemaker.amazonaws.com", "UpdateNotebookInstance", Notebook));
        Assert.Equal($"arn:aws:sagemaker:{Away}:{Samples.Account}:notebook-instance/research", Assert.Single(await host.FindingsAsync(FindingStatus.Open)).Resource.Id);
        AssertRegions(api);
    }

    [Fact]
    public async Task An_agent_elsewhere_is_read_where_it_runs()
    {
        var api = OnlyAt(Away, new StubApi()
            .On("GetAgentRuntime", "{\"networkConfiguration\":{\"networkMode\":\"PUBLIC\"}}")
            .On("ListTagsForResource", "{\"tags\":{}}"));
        await new Host("scan", api).InvokeAsync(Called("bedrock-agentcore.amazonaws.com", "UpdateAgentRuntime", new JsonObject { ["agentRuntimeId"] = "agent-1" }));
        Assert.Contains(api.Calls, call => call.Operation is "GetAgentRuntime");
        AssertRegions(api);
    }

    [Theory]
    [InlineData("audit")]
    [InlineData($"arn:aws:cloudtrail:{Away}:{Samples.Account}:trail/audit")]
    public async Task A_trail_elsewhere_is_looked_for_and_read_there(string name)
    {
        var trail = Item("AWS::CloudTrail::Trail", $"arn:aws:cloudtrail:{Away}:{Samples.Account}:trail/audit", "audit");
        var api = OnlyAt(Away, new StubApi().Selects(("AWS::CloudTrail::Trail", Row(trail))).On("GetTrailStatus", "{\"IsLogging\":false}").On("GetEventSelectors", "{}"));

        // Called in a third region by its ARN, or in its own by its name.
        var stopped = name.StartsWith("arn:", StringComparison.Ordinal) ? Called("cloudtrail.amazonaws.com", "StopLogging", new JsonObject { ["name"] = name }, "us-west-2")
            : Called("cloudtrail.amazonaws.com", "StopLogging", new JsonObject { ["name"] = name });
        await new Host("scan", api).InvokeAsync(stopped);
        Assert.Contains(api.Calls, call => call.Operation is "GetTrailStatus");
        AssertRegions(api, "SelectResourceConfig");
    }

    [Fact]
    public async Task An_oversized_item_elsewhere_is_read_there_and_not_its_namesake_here()
    {
        var here = Samples.Bucket("twins");
        var there = Samples.Bucket("twins", open: false);
        there["awsRegion"] = Away;
        var api = new StubApi();
        api.On("GetResourceConfigHistory", _ => new JsonObject { ["configurationItems"] = new JsonArray((api.Calls[^1].Request.Region.Name == Away ? there : here).DeepClone()) }.ToJsonString());
        var host = new Host("scan", api);
        var message = JsonNode.Parse(Samples.Oversized(there))!.AsObject();
        var inner = JsonNode.Parse((string)message["invokingEvent"]!)!.AsObject();
        inner["configurationItemSummary"]!["awsRegion"] = Away;
        message["invokingEvent"] = inner.ToJsonString();
        await host.InvokeAsync(message.ToJsonString());
        Assert.DoesNotContain(await host.FindingsAsync(FindingStatus.Open), finding => finding.RuleId is "SG-STOR-001");
        Assert.Equal(Away, Assert.Single(api.Calls, call => call.Operation is "GetResourceConfigHistory").Request.Region.Name);
    }

    /// <summary>Deleted here and made again there, under the one name that a bucket can have: its ARN says no region.</summary>
    [Fact]
    public async Task A_bucket_that_was_deleted_here_and_lives_elsewhere_keeps_its_finding()
    {
        var bucket = Samples.Bucket("moved");
        bucket["awsRegion"] = Away;
        var scan = new Host("scan");
        await scan.InvokeAsync(Samples.ConfigRule(bucket));
        Assert.NotEmpty(await scan.FindingsAsync(FindingStatus.Open));

        // Our Config remembers the old one; the other region's is slow and lists nothing yet.
        var api = new StubApi().On("ListDiscoveredResources", "{\"resourceIdentifiers\":[{\"resourceType\":\"AWS::S3::Bucket\",\"resourceId\":\"moved\"}]}")
            .On("GetResourceConfigHistory", new JsonObject { ["configurationItems"] = new JsonArray(Samples.Bucket("moved", at: Samples.At.AddMinutes(9), status: "ResourceDeleted")) }.ToJsonString());
        var sweep = new Host("sweep", api, scan.Table);
        Assert.True((await sweep.InvokeAsync("{}")).GetProperty("complete").GetBoolean());
        Assert.Empty(sweep.Api.Messages);
        Assert.All(api.Calls.Where(call => call.Operation is "ListDiscoveredResources" or "GetResourceConfigHistory"), call => Assert.Equal(Away, call.Request.Region.Name));
        Assert.Contains(api.Calls, call => call.Operation is "ListDiscoveredResources");
    }

    [Theory]
    [InlineData(null)]
    [InlineData("global")]
    [InlineData("evil.example/")]
    [InlineData("eu-west-1.evil.example#")]
    public async Task A_call_that_says_no_region_is_refused_before_anything_is_asked(string? region)
    {
        var host = new Host("scan");
        Assert.Equal(["m0"], await host.BatchAsync(Called("sagemaker.amazonaws.com", "DeleteNotebookInstance", Notebook, region)));
        Assert.Empty(host.Api.Calls);
    }

    /// <summary>Every reader of items and every join that they ask for, with a resource in another region.</summary>
    [Fact]
    public async Task No_reader_asks_another_region_than_the_resources()
    {
        var read = 0;
        foreach (var file in Directory.EnumerateFiles(Path.GetDirectoryName(Samples.FolderOf("AWS-S3-Bucket"))!, "*.json", SearchOption.AllDirectories))
        {
            if (JsonNode.Parse(await File.ReadAllTextAsync(file)) is not JsonObject item || item["resourceType"] is null || item["configurationItemStatus"] is null || (string?)item["awsRegion"] is null or "global")
            {
                continue;
            }

            var moved = JsonNode.Parse(item.ToJsonString().Replace((string)item["awsRegion"]!, Away, StringComparison.Ordinal))!.AsObject();
            read++;
            var api = new StubApi();
            var host = new Host("scan", api, environment: [("GUARD_ACCOUNTS", (string)moved["awsAccountId"]!)]);
            await host.BatchAsync(Samples.EventBridge(moved));
            Assert.All(
                api.Calls.Where(call => !HomeCalls.Contains(call.Operation, StringComparer.Ordinal) && !HomeCalls.Contains($"{call.Operation} of {call.Request.Service}", StringComparer.Ordinal)),
                call => Assert.True(IsRight(call.Request, call.Body), $"{file}: {call.Request.Service} {call.Operation} was sent to {call.Request.Region}: {call.Body}"));
        }

        Assert.True(read > 20, $"{read} fixtures");
    }

    [Fact]
    public async Task No_remediator_asks_or_writes_in_another_region_than_the_resources()
    {
        var api = new StubApi().On("GetCallerIdentity", $"<R><Account>{Samples.Account}</Account></R>");
        var asked = 0;
        foreach (var fix in AwsRemediators.All(api, GuardSettings.Default, TimeProvider.System))
        {
            foreach (var type in fix.Descriptor.NativeTypes)
            {
                var finding = Remediators.Moto.Finding(fix.Descriptor, Id(type), account: Samples.Account);
                finding = finding with { Resource = finding.Resource with { NativeType = type, Region = type.StartsWith("AWS::IAM::", StringComparison.Ordinal) ? "global" : Away } };
                var before = api.Calls.Count;
                await Record.ExceptionAsync(() => fix.ReadAsync(finding, CancellationToken.None));
                var calls = api.Calls.Skip(before).Where(call => call.Operation is not "GetCallerIdentity").ToList();
                asked += calls.Count;
                Assert.All(calls, call => Assert.True(
                    call.Request.Service switch { "iam" => call.Request.Region.IsGlobal, "s3-control" => call.Request.Region == AwsRegion.Home, _ => call.Request.Region.Name == Away },
                    $"{fix.GetType().Name} on {type}: {call.Request.Service} {call.Operation} was sent to {call.Request.Region}"));
                Assert.NotEmpty(calls);
            }
        }

        Assert.True(asked > 20);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("global")]
    [InlineData("evil.example/")]
    public async Task A_bucket_of_no_known_region_is_not_asked_about_at_all(string? region)
    {
        var api = new StubApi().On("GetCallerIdentity", $"<R><Account>{Samples.Account}</Account></R>");
        var fix = AwsRemediators.All(api, GuardSettings.Default, TimeProvider.System).OfType<BlockPublicAccess>().Single();
        var finding = Remediators.Moto.Finding(fix.Descriptor, "arn:aws:s3:::data", account: Samples.Account);
        var fault = await Assert.ThrowsAsync<CloudCallException>(() => fix.ReadAsync(finding with { Resource = finding.Resource with { Region = region } }, CancellationToken.None));
        Assert.Equal(("NoRegion", false), (fault.Code, fault.IsTransient));
        Assert.DoesNotContain(api.Calls, call => call.Request.Service is "s3");
    }

    [Fact]
    public void A_service_with_regions_cannot_be_called_without_one_nor_iam_with_one()
    {
        var endpoints = new AwsEndpoints("eu-west-1", _ => null);
        Assert.Throws<ArgumentException>(() => endpoints.Of(AwsRequest.Rest(AwsRegion.Global, "lambda", "X", HttpMethod.Get, "/")));
        Assert.Throws<ArgumentException>(() => endpoints.Of(AwsRequest.Rest(AwsRegion.Of(Away), "iam", "X", HttpMethod.Get, "/")));
        Assert.Equal($"lambda.{Away}.amazonaws.com", endpoints.Of(AwsRequest.Rest(AwsRegion.Of(Away), "lambda", "X", HttpMethod.Get, "/")).Uri.Host);
    }

    /// <summary>IAM's items and the account's block are in the Config of our region, trails in ours and the resource's; all else is where the resource is.</summary>
    private static bool IsRight(AwsRequest request, JsonNode body) => request.Service switch
    {
        "iam" => request.Region.IsGlobal,
        "config" when (string?)body["Expression"] is { } query && (query.Contains("'AWS::IAM::", StringComparison.Ordinal) || query.Contains("'AWS::S3::AccountPublicAccessBlock'", StringComparison.Ordinal)) => request.Region == AwsRegion.Home,
        "config" when (string?)body["Expression"] is { } query && query.Contains("'AWS::CloudTrail::Trail'", StringComparison.Ordinal) => request.Region == AwsRegion.Home || request.Region.Name == Away,
        _ => request.Region.Name == Away,
    };

    private static void AssertRegions(StubApi api, params string[] everywhere) => Assert.All(
        api.Calls.Where(call => !HomeCalls.Contains(call.Operation, StringComparer.Ordinal)),
        call => Assert.True(IsRight(call.Request, call.Body) || everywhere.Contains(call.Operation, StringComparer.Ordinal) && call.Request.Region == AwsRegion.Home, $"{call.Request.Service} {call.Operation} was sent to {call.Request.Region}"));

    /// <summary>Every other region knows nothing: SageMaker's words for it.</summary>
    private static StubApi OnlyAt(string region, StubApi api) => api.Before(request =>
    {
        if (!request.Region.IsGlobal && request.Region != AwsRegion.Home && request.Region.Name != region || request.Region == AwsRegion.Home && request.Service is not ("sqs" or "config" or "s3-control"))
        {
            throw new CloudCallException("ValidationException", $"{request.Operation}: RecordNotFound", isTransient: false);
        }
    });

    private static string Called(string source, string name, JsonObject request, string? region = Away)
    {
        var call = JsonNode.Parse(Samples.ApiCall(source, name, request))!.AsObject();
        call["detail"]!["awsRegion"] = region;
        return call.ToJsonString();
    }

    private static JsonObject Item(string type, string arn, string name) => new()
    {
        ["resourceType"] = type,
        ["resourceId"] = arn,
        ["resourceName"] = name,
        ["ARN"] = arn,
        ["awsAccountId"] = Samples.Account,
        ["awsRegion"] = Away,
        ["configurationItemStatus"] = "OK",
        ["configurationItemCaptureTime"] = Samples.At.ToString("O"),
        ["configuration"] = new JsonObject { ["name"] = name, ["isMultiRegionTrail"] = true },
    };

    private static JsonObject Row(JsonObject item)
    {
        var row = item.DeepClone().AsObject();
        row["arn"] = row["ARN"]!.DeepClone();
        row["accountId"] = row["awsAccountId"]!.DeepClone();
        row.Remove("ARN");
        row.Remove("awsAccountId");
        return row;
    }

    private static string Id(string type) => type switch
    {
        "AWS::S3::Bucket" => "arn:aws:s3:::data",
        "AWS::S3::AccountPublicAccessBlock" or "AWS::::Account" => Samples.Account,
        _ when type.StartsWith("AWS::IAM::", StringComparison.Ordinal) => $"arn:aws:iam::{Samples.Account}:thing/name",
        _ => $"arn:aws:service:{Away}:{Samples.Account}:thing/name",
    };
}
