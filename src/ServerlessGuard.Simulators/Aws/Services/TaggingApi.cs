using System.Text.Json.Nodes;
using ServerlessGuard.Simulators.Aws.Account;

namespace ServerlessGuard.Simulators.Aws.Services;

/// <summary>The tagging API: the tags of resources by their ARNs.</summary>
/// <remarks>Source: botocore's model of resourcegroupstaggingapi 2017-01-26. A resource without tags is not in the answer.</remarks>
public sealed class TaggingApi(SimulatedAccount account) : IServiceApi
{
    public string Name => "tagging";

    public WireFormat Format => WireFormat.Json;

    public bool Serves(ApiRequest request) => request.SigningName is "tagging";

    public string? OperationOf(ApiRequest request) => request.Target;

    public ApiAnswer? Answer(string operation, ApiRequest request)
    {
        if (operation is not "GetResources")
        {
            return null;
        }

        var asked = (request.Json["ResourceARNList"] as JsonArray ?? []).Select(arn => (string?)arn).ToHashSet(StringComparer.Ordinal);
        var found = account.Everything.Where(item => asked.Contains((string?)item["ARN"]) && !ConfigItem.IsDeleted(item)
            && item["tags"] is JsonObject { Count: > 0 });
        return ApiAnswer.Json(new JsonObject
        {
            ["PaginationToken"] = string.Empty,
            ["ResourceTagMappingList"] = new JsonArray([.. found.Select(item => (JsonNode)new JsonObject
            {
                ["ResourceARN"] = (string?)item["ARN"],
                ["Tags"] = new JsonArray(
                    [.. item["tags"]!.AsObject()
                        .Select(tag => (JsonNode)new JsonObject { ["Key"] = tag.Key, ["Value"] = tag.Value?.DeepClone() })]),
            })]),
        });
    }
}
