using System.Text.Json;
using System.Text.Json.Nodes;
using ServerlessGuard.Aws.Api;
using ServerlessGuard.Aws.Events;
using ServerlessGuard.Documents;
using ServerlessGuard.Ingestion;
using ServerlessGuard.Remediation;
using ServerlessGuard.Resources;

namespace ServerlessGuard.Aws.Needs;

/// <summary>
/// API calls that change what a rule judges without a configuration item that says so, and where the state after them is read. A small table on purpose: whatever else
/// CloudTrail delivers is counted and left to Config.
/// </summary>
public sealed class LiveStates(ConfigInventory inventory, LiveReader live, TimeProvider time)
{
    /// <summary>eventSource and eventName → whose state to read.</summary>
    private static readonly Dictionary<(string Source, string Name), Target> Table = new()
    {
        [("iam.amazonaws.com", "CreateAccessKey")] = Target.User,
        [("iam.amazonaws.com", "UpdateAccessKey")] = Target.User,
        [("iam.amazonaws.com", "DeleteAccessKey")] = Target.User,
        [("iam.amazonaws.com", "CreateLoginProfile")] = Target.User,
        [("iam.amazonaws.com", "UpdateLoginProfile")] = Target.User,
        [("iam.amazonaws.com", "DeleteLoginProfile")] = Target.User,
        [("iam.amazonaws.com", "CreateServiceSpecificCredential")] = Target.User,
        [("iam.amazonaws.com", "UpdateServiceSpecificCredential")] = Target.User,
        [("iam.amazonaws.com", "ResetServiceSpecificCredential")] = Target.User,
        [("iam.amazonaws.com", "DeleteServiceSpecificCredential")] = Target.User,
        [("cloudtrail.amazonaws.com", "StopLogging")] = Target.Trail,
        [("cloudtrail.amazonaws.com", "StartLogging")] = Target.Trail,
        [("cloudtrail.amazonaws.com", "PutEventSelectors")] = Target.Trail,
        [("sagemaker.amazonaws.com", "CreateNotebookInstance")] = Target.Notebook,
        [("sagemaker.amazonaws.com", "UpdateNotebookInstance")] = Target.Notebook,
        [("sagemaker.amazonaws.com", "DeleteNotebookInstance")] = Target.Notebook,
        [("bedrock-agentcore.amazonaws.com", "CreateAgentRuntime")] = Target.AgentRuntime,
        [("bedrock-agentcore.amazonaws.com", "UpdateAgentRuntime")] = Target.AgentRuntime,
        [("bedrock-agentcore.amazonaws.com", "DeleteAgentRuntime")] = Target.AgentRuntime,
    };

    private enum Target
    {
        User,
        Trail,
        Notebook,
        AgentRuntime,
    }

    public static bool Knows(Doc detail) => detail["eventSource"].Text is { } source && detail["eventName"].Text is { } name && Table.ContainsKey((source, name));

    /// <summary>The resource as it is now, read in the region of the call; null when nothing can be said of it before its own item comes.</summary>
    /// <exception cref="CloudCallException">The state could not be read.</exception>
    public async Task<Resource?> ReadAsync(Doc detail, string account, CancellationToken cancellation)
    {
        return Table[(detail["eventSource"].Text!, detail["eventName"].Text!)] switch
        {
            Target.User => await UserAsync(detail, account, cancellation),
            Target.Trail => await TrailAsync(detail, account, RegionOf(detail), cancellation),
            Target.Notebook when Asked(detail, "notebookInstanceName") is { } name => await NotebookAsync(name, account, RegionOf(detail), cancellation),
            Target.AgentRuntime when Asked(detail, "agentRuntimeId") is { } id => await RuntimeAsync(id, account, RegionOf(detail), cancellation),
            Target.Notebook or Target.AgentRuntime => throw new PoisonEventException($"{detail["eventName"]} names no resource"),
        };
    }

    /// <summary>Asked elsewhere, the service knows no such thing, and it would pass for deleted.</summary>
    private static AwsRegion RegionOf(Doc detail) =>
        AwsRegion.Find(detail["awsRegion"].NonEmpty) ?? throw new PoisonEventException($"{detail["eventName"]} says no region");

    private async Task<Resource?> UserAsync(Doc detail, string account, CancellationToken cancellation)
    {
        // Without a name the caller acts on itself.
        var name = Asked(detail, "userName") ?? detail["responseElements", "accessKey", "userName"].NonEmpty ?? detail["userIdentity", "userName"].NonEmpty
            ?? throw new PoisonEventException($"{detail["eventName"]} names no user");
        var where = $"resourceType = 'AWS::IAM::User' AND resourceName = {ConfigInventory.Quoted(name)} AND accountId = {ConfigInventory.Quoted(account)}";
        return await inventory.SelectAsync(AwsRegion.Home, where, cancellation) is [var found, ..] ? found : null;
    }

    private async Task<Resource?> TrailAsync(Doc detail, string account, AwsRegion region, CancellationToken cancellation)
    {
        var name = Asked(detail, "name") ?? Asked(detail, "trailName") ?? throw new PoisonEventException($"{detail["eventName"]} names no trail");
        var isArn = Arn.TryParse(name, out var arn);
        var column = isArn ? "arn" : "resourceName";
        var where = $"resourceType = 'AWS::CloudTrail::Trail' AND {column} = {ConfigInventory.Quoted(name)} AND accountId = {ConfigInventory.Quoted(account)}";

        // A trail of all regions is called in any of them, by its ARN, and recorded in its own.
        return await inventory.SelectAsync(isArn ? AwsRegion.Find(arn.Region) ?? region : region, where, cancellation) is [var found, ..] ? found : null;
    }

    private async Task<Resource> NotebookAsync(string name, string account, AwsRegion region, CancellationToken cancellation)
    {
        var arn = $"arn:{AwsEndpoints.Partition(region.Name!).Partition}:sagemaker:{region}:{account}:notebook-instance/{name.ToLowerInvariant()}";
        return await ItemAsync("AWS::SageMaker::NotebookInstance", arn, name, account, region, async () =>
        {
            var state = await live.JsonAsync(region, "api.sagemaker", "SageMaker.DescribeNotebookInstance", new JsonObject { ["NotebookInstanceName"] = name }, cancellation);
            var tags = await live.JsonAsync(region, "api.sagemaker", "SageMaker.ListTags", new JsonObject { ["ResourceArn"] = arn }, cancellation);
            return (state, tags["Tags"]?.DeepClone());
        });
    }

    private async Task<Resource> RuntimeAsync(string id, string account, AwsRegion region, CancellationToken cancellation)
    {
        var arn = $"arn:{AwsEndpoints.Partition(region.Name!).Partition}:bedrock-agentcore:{region}:{account}:runtime/{id}";
        return await ItemAsync("AWS::BedrockAgentCore::Runtime", arn, id, account, region, async () =>
        {
            var path = $"/runtimes/{PercentEncoding.Encode(id)}/";
            var state = await live.GetAsync(region, "bedrock-agentcore-control", "bedrock-agentcore", "GetAgentRuntime", path, cancellation);
            var tags = await live.GetAsync(region, "bedrock-agentcore-control", "bedrock-agentcore", "ListTagsForResource", "/tags/" + PercentEncoding.Encode(arn), cancellation);

            // Only what rules read: a runtime's environment may hold secrets, and goes no further.
            return (new JsonObject { ["networkConfiguration"] = state["networkConfiguration"]?.DeepClone() }, tags["tags"]?.DeepClone());
        });
    }

    /// <summary>The live state in the form of a configuration item, captured now; deleted where the service knows no such thing.</summary>
    private async Task<Resource> ItemAsync(string type, string arn, string id, string account, AwsRegion region, Func<Task<(JsonNode State, JsonNode? Tags)>> read)
    {
        var item = new JsonObject
        {
            ["resourceType"] = type,
            ["resourceId"] = id,
            ["resourceName"] = id,
            ["ARN"] = arn,
            ["awsAccountId"] = account,
            ["awsRegion"] = region.Name,
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

    /// <summary>SageMaker says "ValidationException … RecordNotFound" for what does not exist.</summary>
    private static bool IsGone(CloudCallException fault) => fault.IsNotFound || fault.Code is "ResourceNotFoundException" or "ResourceNotFound"
        || fault.Code is "ValidationException" && fault.Message.Contains("RecordNotFound", StringComparison.Ordinal);

    private static string? Asked(Doc detail, string name) => detail["requestParameters", name].NonEmpty ?? detail["responseElements", name].NonEmpty;
}
