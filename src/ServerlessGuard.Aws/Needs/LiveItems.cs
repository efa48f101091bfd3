using System.Text.Json;
using System.Text.Json.Nodes;
using ServerlessGuard.Aws.Api;
using ServerlessGuard.Documents;
using ServerlessGuard.Ingestion;
using ServerlessGuard.Remediation;
using ServerlessGuard.Resources;

namespace ServerlessGuard.Aws.Needs;

/// <summary>Resources that AWS Config does not record, or is late with, in the form of a configuration item captured now.</summary>
internal sealed class LiveItems(IAwsApi api, TimeProvider time)
{
    public async Task<Resource> NotebookAsync(LiveTarget target, CancellationToken cancellation)
    {
        var (region, name) = (target.Region, target.At);
        var arn = $"arn:{Partition(region)}:sagemaker:{region}:{target.Beside.Account}:notebook-instance/{name.ToLowerInvariant()}";
        return await ItemAsync("AWS::SageMaker::NotebookInstance", arn, target, async () =>
        {
            var state = await JsonAsync(region, "SageMaker.DescribeNotebookInstance", new JsonObject { ["NotebookInstanceName"] = name },
                cancellation);
            var tags = await JsonAsync(region, "SageMaker.ListTags", new JsonObject { ["ResourceArn"] = arn }, cancellation);
            return (state, tags["Tags"]?.DeepClone());
        });
    }

    public async Task<Resource> RuntimeAsync(LiveTarget target, CancellationToken cancellation)
    {
        var (region, id) = (target.Region, target.At);
        var arn = $"arn:{Partition(region)}:bedrock-agentcore:{region}:{target.Beside.Account}:runtime/{id}";
        return await ItemAsync("AWS::BedrockAgentCore::Runtime", arn, target, async () =>
        {
            var state = await AgentAsync(region, "GetAgentRuntime", $"/runtimes/{PercentEncoding.Encode(id)}/", cancellation);
            var tags = await AgentAsync(region, "ListTagsForResource", "/tags/" + PercentEncoding.Encode(arn), cancellation);

            // Only what rules read: a runtime's environment may hold secrets, and goes no further.
            return (new JsonObject { ["networkConfiguration"] = state["networkConfiguration"]?.DeepClone() }, tags["tags"]?.DeepClone());
        });
    }

    /// <summary>Deleted where the service knows no such thing.</summary>
    private async Task<Resource> ItemAsync(string type, string arn, LiveTarget target, Func<Task<(JsonNode State, JsonNode? Tags)>> read)
    {
        var item = new JsonObject
        {
            ["resourceType"] = type,
            ["resourceId"] = target.At,
            ["resourceName"] = target.At,
            ["ARN"] = arn,
            ["awsAccountId"] = target.Beside.Account,
            ["awsRegion"] = target.Region.Name,
            ["configurationItemCaptureTime"] = time.GetUtcNow().ToString("O"),
        };
        try
        {
            var (state, tags) = await read();
            item["configurationItemStatus"] = "OK";
            item["configuration"] = state.DeepClone();
            item["tags"] = tags;
        }
        catch (CloudCallException fault) when (IsGone(fault))
        {
            item["configurationItemStatus"] = "ResourceDeleted";
        }

        return RecordReader.Read(new Doc(JsonElement.Parse(item.ToJsonString()))).OfType<Reading.Found>().Single().Resource;
    }

    private static string Partition(AwsRegion region) => AwsEndpoints.Partition(region.Name!).Partition;

    /// <summary>SageMaker says "ValidationException … RecordNotFound" for what does not exist.</summary>
    private static bool IsGone(CloudCallException fault) =>
        fault.IsNotFound || fault.Code is "ResourceNotFoundException" or "ResourceNotFound"
        || fault.Code is "ValidationException" && fault.Message.Contains("RecordNotFound", StringComparison.Ordinal);

    private async Task<JsonNode> JsonAsync(AwsRegion region, string target, JsonObject body, CancellationToken cancellation) =>
        (await api.SendAsync(AwsRequest.Json(region, "api.sagemaker", target, body), cancellation)).Json();

    private async Task<JsonNode> AgentAsync(AwsRegion region, string operation, string path, CancellationToken cancellation)
    {
        var request = AwsRequest.Rest(region, "bedrock-agentcore-control", operation, HttpMethod.Get, path) with
            { SigningName = "bedrock-agentcore" };
        return (await api.SendAsync(request, cancellation)).Json();
    }
}
