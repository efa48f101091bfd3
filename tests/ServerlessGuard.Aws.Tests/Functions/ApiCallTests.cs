using System.Text.Json.Nodes;
using ServerlessGuard.Findings;
using ServerlessGuard.Remediation;

namespace ServerlessGuard.Aws.Tests.Functions;

/// <summary>Changes that only CloudTrail sees.</summary>
public sealed class ApiCallTests
{
    private const string Sagemaker = "sagemaker.amazonaws.com";

    private static readonly JsonObject Notebook = new() { ["notebookInstanceName"] = "Research" };

    private static StubApi WithNotebook(string access = "Enabled", string tag = "project") => new StubApi()
        .On("DescribeNotebookInstance", new JsonObject { ["NotebookInstanceName"] = "Research", ["DirectInternetAccess"] = access, ["NotebookInstanceStatus"] = "InService" }.ToJsonString())
        .On("ListTags", $"{{\"Tags\":[{{\"Key\":\"{tag}\",\"Value\":\"1\"}}]}}");

    [Fact]
    public async Task A_notebook_is_read_and_judged_and_the_caller_is_named()
    {
        var host = new Host("scan", WithNotebook());
        await host.InvokeAsync(Samples.ApiCall(Sagemaker, "CreateNotebookInstance", Notebook));
        var finding = Assert.Single(await host.FindingsAsync(FindingStatus.Open));
        Assert.Equal("arn:aws:sagemaker:eu-west-1:111122223333:notebook-instance/research", finding.Resource.Id);
        Assert.Equal($"arn:aws:sts::{Samples.Account}:assumed-role/Developer/alice", finding.Actor);
    }

    /// <summary>It used to keep the notebook out of every fix, and nobody heard of it.</summary>
    [Fact]
    public async Task A_never_touch_tag_of_a_stranger_spares_nothing_and_is_a_finding_with_its_author()
    {
        var host = new Host("scan", WithNotebook(tag: "guard-never-touch"));
        await host.InvokeAsync(Samples.ApiCall(Sagemaker, "CreateNotebookInstance", Notebook));
        var findings = await host.FindingsAsync(FindingStatus.Open);
        Assert.All(findings, finding => Assert.False(finding.NeverTouch));
        var tag = Assert.Single(findings, finding => finding.RuleId == "SG-GOV-003");
        Assert.Equal($"arn:aws:sts::{Samples.Account}:assumed-role/Developer/alice", tag.Actor);
        Assert.Contains(tag.Evidence, evidence => evidence.Path == "tags.guard-never-touch" && evidence.Value.Contains('1', StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_never_touch_tag_with_a_listed_value_spares_what_carries_it()
    {
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, "remediation: {neverTouchTags: {guard-never-touch: ['1']}}\n");
        var host = new Host("scan", WithNotebook(tag: "guard-never-touch"), environment: ("GUARD_SETTINGS", file));
        await host.InvokeAsync(Samples.ApiCall(Sagemaker, "CreateNotebookInstance", Notebook));
        Assert.True(Assert.Single(await host.FindingsAsync(FindingStatus.Open)).NeverTouch);
        File.Delete(file);
    }

    [Fact]
    public async Task A_notebook_that_is_gone_resolves_its_finding()
    {
        var api = WithNotebook();
        var host = new Host("scan", api);
        await host.InvokeAsync(Samples.ApiCall(Sagemaker, "CreateNotebookInstance", Notebook));
        api.On("DescribeNotebookInstance", _ => throw new CloudCallException("ValidationException", "sagemaker DescribeNotebookInstance: RecordNotFound", isTransient: false));
        await host.InvokeAsync(Samples.ApiCall(Sagemaker, "DeleteNotebookInstance", Notebook));
        Assert.Empty(await host.FindingsAsync(FindingStatus.Open));
    }

    [Theory]
    [InlineData("remediator")]
    [InlineData("arn:aws:iam::111122223333:role/guard/remediator")]
    public async Task Our_own_change_is_our_own(string configured)
    {
        var identity = new JsonObject
        {
            ["type"] = "AssumedRole",
            ["arn"] = $"arn:aws:sts::{Samples.Account}:assumed-role/remediator/guard-remediate",
            ["sessionContext"] = new JsonObject { ["sessionIssuer"] = new JsonObject { ["arn"] = $"arn:aws:iam::{Samples.Account}:role/guard/remediator" } },
        };
        var host = new Host("scan", WithNotebook(), environment: [("GUARD_OWN_ROLES", configured)]);
        await host.InvokeAsync(Samples.ApiCall(Sagemaker, "UpdateNotebookInstance", Notebook, identity));
        Assert.Equal(Remedy.Own, Assert.Single(await host.FindingsAsync(FindingStatus.Open)).Actor);
    }

    [Fact]
    public async Task A_role_of_the_same_name_in_another_account_is_not_ours()
    {
        var identity = new JsonObject { ["type"] = "AssumedRole", ["arn"] = "arn:aws:sts::999988887777:assumed-role/remediator/x" };
        var host = new Host("scan", WithNotebook(), environment: [("GUARD_OWN_ROLES", "arn:aws:iam::111122223333:role/guard/remediator")]);
        await host.InvokeAsync(Samples.ApiCall(Sagemaker, "UpdateNotebookInstance", Notebook, identity));
        Assert.NotEqual(Remedy.Own, Assert.Single(await host.FindingsAsync(FindingStatus.Open)).Actor);
    }

    [Theory]
    [InlineData("ec2.amazonaws.com", "RunInstances", null)]
    [InlineData(Sagemaker, "CreateNotebookInstance", "AccessDenied")]
    public async Task What_is_not_in_the_table_or_did_not_happen_is_counted_and_left(string source, string name, string? error)
    {
        var host = new Host("scan");
        Assert.Empty(await host.BatchAsync(Samples.ApiCall(source, name, Notebook, error: error)));
        Assert.Equal(1, host.Metric("Ignored"));
        Assert.Empty(host.Api.Calls);
    }

    [Fact]
    public async Task A_state_that_cannot_be_read_is_an_error_and_comes_again()
    {
        var host = new Host("scan", new StubApi().Fails("DescribeNotebookInstance", "ThrottlingException", transient: true));
        Assert.Equal(["m0"], await host.BatchAsync(Samples.ApiCall(Sagemaker, "CreateNotebookInstance", Notebook)));
        Assert.Equal(1, host.Metric("FailuresCloud"));
    }

    [Fact]
    public async Task An_agent_runtime_on_the_internet_is_found_and_its_environment_goes_nowhere()
    {
        var api = new StubApi()
            .On("GetAgentRuntime", "{\"agentRuntimeId\":\"agent-1\",\"networkConfiguration\":{\"networkMode\":\"PUBLIC\"},\"environmentVariables\":{\"KEY\":\"hunter2\"}}")
            .On("ListTagsForResource", "{\"tags\":{\"team\":\"a\"}}");
        var host = new Host("scan", api);
        await host.InvokeAsync(Samples.ApiCall("bedrock-agentcore.amazonaws.com", "CreateAgentRuntime", new JsonObject { ["agentRuntimeName"] = "agent" }, response: new JsonObject { ["agentRuntimeId"] = "agent-1" }));
        var finding = Assert.Single(await host.FindingsAsync(FindingStatus.Open));
        Assert.Equal($"arn:aws:bedrock-agentcore:eu-west-1:{Samples.Account}:runtime/agent-1", finding.Resource.Id);
        Assert.Equal("/runtimes/agent-1/", api.Calls[0].Request.Path);
        Assert.DoesNotContain(((Testing.MemoryTable)host.Table).Rows, row => row.Document.Contains("hunter2", StringComparison.Ordinal));
        Assert.DoesNotContain(host.Output, line => line.GetRawText().Contains("hunter2", StringComparison.Ordinal));
    }

    private static JsonObject UserRow()
    {
        var row = JsonNode.Parse(Samples.Fixture("AWS-IAM-User/good.json"))!.AsObject();
        row["resourceName"] = "bob";
        row["awsAccountId"] = Samples.Account;
        row["ARN"] = $"arn:aws:iam::{Samples.Account}:user/staff/bob";
        row["configuration"]!["userName"] = "bob";
        row["configuration"]!["arn"] = $"arn:aws:iam::{Samples.Account}:user/staff/bob";
        return row;
    }

    private static StubApi WithUser(string keys, string credentials) => new StubApi()
        .Selects(("resourceType = 'AWS::IAM::User' AND resourceName = 'bob'", UserRow()))
        .On("ListAccessKeys", $"<ListAccessKeysResponse xmlns=\"https://iam.amazonaws.com/doc/2010-05-08/\"><ListAccessKeysResult><AccessKeyMetadata>{keys}</AccessKeyMetadata></ListAccessKeysResult></ListAccessKeysResponse>")
        .On("GetAccessKeyLastUsed", "<R><GetAccessKeyLastUsedResult><AccessKeyLastUsed><Region>N/A</Region></AccessKeyLastUsed></GetAccessKeyLastUsedResult></R>")
        .Fails("GetLoginProfile", "NoSuchEntity")
        .On("ListMFADevices", "<R><ListMFADevicesResult><MFADevices/></ListMFADevicesResult></R>")
        .On("ListServiceSpecificCredentials", $"<R><ListServiceSpecificCredentialsResult><ServiceSpecificCredentials>{credentials}</ServiceSpecificCredentials></ListServiceSpecificCredentialsResult></R>");

    private const string OldKey = "<member><UserName>bob</UserName><AccessKeyId>AKIAEXAMPLE</AccessKeyId><Status>Active</Status><CreateDate>2020-01-01T00:00:00Z</CreateDate></member>";

    [Fact]
    public async Task An_access_key_is_judged_with_its_user_and_its_deletion_resolves_it()
    {
        var api = WithUser(OldKey, string.Empty);
        var host = new Host("scan", api);
        var call = Samples.ApiCall("iam.amazonaws.com", "UpdateAccessKey", new JsonObject { ["userName"] = "bob", ["accessKeyId"] = "AKIAEXAMPLE" });
        await host.InvokeAsync(call);
        var finding = Assert.Single(await host.FindingsAsync(FindingStatus.Open));
        Assert.Equal(("SG-ID-002", $"arn:aws:iam::{Samples.Account}:user/staff/bob"), (finding.RuleId, finding.Resource.Id));

        api.On("ListAccessKeys", "<R><ListAccessKeysResult><AccessKeyMetadata/></ListAccessKeysResult></R>");
        await host.InvokeAsync(call);
        Assert.Empty(await host.FindingsAsync(FindingStatus.Open));
    }

    [Fact]
    public async Task A_bedrock_key_is_found_and_its_deletion_resolves_it()
    {
        var api = WithUser(string.Empty, "<member><ServiceName>bedrock.amazonaws.com</ServiceName><Status>Active</Status><ServiceSpecificCredentialId>ACCA1</ServiceSpecificCredentialId></member>");
        var host = new Host("scan", api);
        var call = Samples.ApiCall("iam.amazonaws.com", "CreateServiceSpecificCredential", new JsonObject { ["userName"] = "bob" });
        await host.InvokeAsync(call);
        Assert.Equal("SG-AI-004", Assert.Single(await host.FindingsAsync(FindingStatus.Open)).RuleId);
        api.On("ListServiceSpecificCredentials", "<R><ListServiceSpecificCredentialsResult><ServiceSpecificCredentials/></ListServiceSpecificCredentialsResult></R>");
        await host.InvokeAsync(call);
        Assert.Empty(await host.FindingsAsync(FindingStatus.Open));
    }

    [Fact]
    public async Task A_user_without_an_item_yet_is_left_to_its_own_event()
    {
        var host = new Host("scan");
        await host.InvokeAsync(Samples.ApiCall("iam.amazonaws.com", "CreateAccessKey", new JsonObject { ["userName"] = "o'brien" }));
        Assert.Equal(1, host.Metric("Ignored"));
        Assert.Contains("resourceName = 'o''brien'", (string?)host.Api.Bodies("SelectResourceConfig").Single()["Expression"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_trail_that_was_stopped_is_found()
    {
        var trail = JsonNode.Parse(Samples.Fixture("AWS-CloudTrail-Trail/good.json"))!.AsObject();
        trail["awsAccountId"] = Samples.Account;
        var name = (string)trail["resourceName"]!;
        trail["ARN"] = $"arn:aws:cloudtrail:eu-west-1:{Samples.Account}:trail/{name}";
        var api = new StubApi().Selects(("AWS::CloudTrail::Trail", trail))
            .On("GetTrailStatus", "{\"IsLogging\":true}")
            .On("GetEventSelectors", "{\"EventSelectors\":[{\"ReadWriteType\":\"All\",\"IncludeManagementEvents\":true,\"DataResources\":[]}]}");
        var host = new Host("scan", api);
        await host.InvokeAsync(Samples.ApiCall("cloudtrail.amazonaws.com", "StartLogging", new JsonObject { ["name"] = name }));
        Assert.DoesNotContain(await host.FindingsAsync(FindingStatus.Open), finding => finding.RuleId == "SG-LOG-001");

        api.On("GetTrailStatus", "{\"IsLogging\":false}");
        await host.InvokeAsync(Samples.ApiCall("cloudtrail.amazonaws.com", "StopLogging", new JsonObject { ["name"] = name }));
        Assert.Contains(await host.FindingsAsync(FindingStatus.Open), finding => finding.RuleId == "SG-LOG-001");
    }
}
