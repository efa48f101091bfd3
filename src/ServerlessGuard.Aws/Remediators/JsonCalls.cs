using System.Text.Json.Nodes;
using ServerlessGuard.Aws.Api;

namespace ServerlessGuard.Aws.Remediators;

/// <summary>The requests of KMS, CloudTrail, SageMaker and the tagging API, JSON 1.1.</summary>
internal static class JsonCalls
{
    public static AwsRequest Kms(AwsRegion region, string operation, string key, params (string Name, JsonNode Value)[] more) =>
        Of(region, "kms", "TrentService", operation, [("KeyId", key), .. more]);

    public static AwsRequest Trail(AwsRegion region, string operation, params (string Name, JsonNode Value)[] parameters) =>
        Of(region, "cloudtrail", "com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101", operation, parameters);

    public static AwsRequest SageMaker(AwsRegion region, string operation, params (string Name, JsonNode Value)[] parameters) =>
        Of(region, "api.sagemaker", "SageMaker", operation, parameters);

    public static AwsRequest Tags(AwsRegion region, string arn) =>
        Of(region, "tagging", "ResourceGroupsTaggingAPI_20170126", "GetResources", [("ResourceARNList", new JsonArray(arn))]);

    private static AwsRequest Of(AwsRegion region, string service, string target, string operation,
        (string Name, JsonNode Value)[] parameters) =>
        AwsRequest.Json(region, service, $"{target}.{operation}",
            new JsonObject(parameters.Select(parameter => KeyValuePair.Create<string, JsonNode?>(parameter.Name, parameter.Value))));
}
