using System.Text.Json.Nodes;
using ServerlessGuard.Findings;
using ServerlessGuard.Remediation;

namespace ServerlessGuard.Aws.Tests.Functions;

/// <summary>Anyone in the account who may call PutEvents can send an event of any shape; only AWS can send it under <c>aws.</c>.</summary>
public sealed class MadeUpEventTests
{
    [Theory]
    [InlineData("custom.sagemaker")]
    [InlineData("aws.sagemaker.evil")]
    [InlineData("aws.config")]
    [InlineData("sagemaker.amazonaws.com")]
    [InlineData(null)]
    public async Task A_deletion_that_somebody_made_up_resolves_nothing_and_is_counted(string? source)
    {
        var api = new StubApi().On("DescribeNotebookInstance", "{\"NotebookInstanceName\":\"Research\",\"DirectInternetAccess\":\"Enabled\",\"NotebookInstanceStatus\":\"InService\"}").On("ListTags", "{\"Tags\":[]}");
        var host = new Host("scan", api);
        var notebook = new JsonObject { ["notebookInstanceName"] = "Research" };
        await host.InvokeAsync(Samples.ApiCall("sagemaker.amazonaws.com", "CreateNotebookInstance", notebook));
        Assert.Single(await host.FindingsAsync(FindingStatus.Open));
        var calls = api.Calls.Count;
        api.On("DescribeNotebookInstance", _ => throw new CloudCallException("ValidationException", "RecordNotFound", isTransient: false));

        Assert.Empty(await host.BatchAsync(From(source, Samples.ApiCall("sagemaker.amazonaws.com", "DeleteNotebookInstance", notebook))));
        Assert.Single(await host.FindingsAsync(FindingStatus.Open));
        Assert.Equal(calls, api.Calls.Count);
        Assert.Equal(1, host.Metric("EventsRefused"));
    }

    [Theory]
    [InlineData("custom.config")]
    [InlineData(null)]
    public async Task An_item_that_somebody_made_up_is_not_recorded(string? source)
    {
        var host = new Host("scan");
        await host.InvokeAsync(From(source, Samples.EventBridge(Samples.Bucket())));
        Assert.Empty(await host.FindingsAsync(FindingStatus.Open));
        Assert.Equal(1, host.Metric("EventsRefused"));
    }

    private static string From(string? source, string envelope)
    {
        var forged = JsonNode.Parse(envelope)!.AsObject();
        forged["source"] = source;
        return forged.ToJsonString();
    }
}
