using System.Text.Json;
using ServerlessGuard.Aws.Api;
using ServerlessGuard.Aws.Needs;
using ServerlessGuard.Aws.Tests.Functions;
using ServerlessGuard.Documents;
using ServerlessGuard.Facts;
using ServerlessGuard.Facts.Aws;
using ServerlessGuard.Resources;

namespace ServerlessGuard.Aws.Tests.Needs;

/// <summary>Every live read: what it calls is what its permission says.</summary>
public sealed class LiveReaderTests
{
    public static TheoryData<LiveRead> All => [.. LiveReads.All];

    [Theory]
    [MemberData(nameof(All))]
    public async Task A_live_read_calls_what_it_is_permitted_and_nothing_else(LiveRead read)
    {
        var api = new StubApi()
            .On("ListAccessKeys", "<R><AccessKeyMetadata><member><AccessKeyId>AKIAEXAMPLE</AccessKeyId></member></AccessKeyMetadata></R>")
            .On("GetAccessKeyLastUsed", "<R/>").On("GetLoginProfile", "<R/>")
            .On("ListServiceSpecificCredentials", "<R/>").On("GetManagedPrefixListEntries", "<R/>")
            .On("GetTrailStatus", "{\"IsLogging\":true}").On("GetEventSelectors", "{}")
            .On("DescribeNotebookInstance", "{}").On("ListTags", "{\"Tags\":[]}")
            .On("GetAgentRuntime", "{}").On("ListTagsForResource", "{\"tags\":{}}");
        var trail = ResourceRef.AwsAccount(Samples.Account) with
        {
            NativeType = "AWS::CloudTrail::Trail",
            Id = $"arn:aws:cloudtrail:eu-west-1:{Samples.Account}:trail/audit",
        };
        var item = new Resource { Ref = trail, Document = default };
        var target = new LiveTarget(AwsRegion.Of("eu-west-1"), trail, Samples.Account, "name") { Item = item };
        var found = await new LiveReader(api, TimeProvider.System).ReadAsync(read, target, CancellationToken.None);
        Assert.NotEmpty(found);
        Assert.All(found, one => Assert.True(FactReaders.For(one.Ref.NativeType) is not null, $"no fact reader of {one.Ref.NativeType}"));
        var called = api.Calls.Select(call => Action(call.Request.Service, call.Operation)).Distinct(StringComparer.Ordinal);
        Assert.Equal(LiveReads.Of(read).Actions, called.Order(StringComparer.Ordinal));
    }

    /// <summary>IAM's name of a call, where it is not the service's and the operation's.</summary>
    private static string Action(string service, string operation) => (service, operation) switch
    {
        ("s3-control", "GetPublicAccessBlock") => "s3:GetAccountPublicAccessBlock",
        ("api.sagemaker", _) => "sagemaker:" + operation,
        ("bedrock-agentcore-control", _) => "bedrock-agentcore:" + operation,
        _ => $"{service}:{operation}",
    };

    /// <summary>Each call that is followed leads to a resource; a table of rows that nobody reads would be dead.</summary>
    [Fact]
    public void Every_call_of_every_live_read_is_followed() => Assert.All(
        LiveReads.All.Select(read => LiveReads.Of(read).Changed).OfType<ApiCalls>(),
        calls => Assert.All(calls.Names, name => Assert.True(
            CalledResource.Follows(new Doc(JsonElement.Parse($$"""{"eventSource":"{{calls.EventSource}}","eventName":"{{name}}"}"""))))));
}
