using System.Text.Json.Nodes;
using ServerlessGuard.Aws.Api;

namespace ServerlessGuard.Aws.Remediators;

/// <summary>The requests of KMS, CloudTrail and SageMaker, JSON 1.1.</summary>
internal static class JsonCalls
{
    public static AwsRequest Kms(string operation, string key, params (string Name, JsonNode Value)[] more) => Of("kms", "TrentService", operation, [("KeyId", key), .. more]);

    public static AwsRequest Trail(string operation, params (string Name, JsonNode Value)[] parameters) =>
        Of("cloudtrail", "com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101", operation, parameters);

    public static AwsRequest SageMaker(string operation, params (string Name, JsonNode Value)[] parameters) => Of("api.sagemaker", "SageMaker", operation, parameters);

    private static AwsRequest Of(string service, string target, string operation, (string Name, JsonNode Value)[] parameters) =>
        AwsRequest.Json(service, $"{target}.{operation}", new JsonObject(parameters.Select(parameter => KeyValuePair.Create<string, JsonNode?>(parameter.Name, parameter.Value))));
}
