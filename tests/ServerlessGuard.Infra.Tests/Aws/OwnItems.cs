using System.Text.Json.Nodes;

namespace ServerlessGuard.Infra.Tests.Aws;

/// <summary>
/// What AWS Config would record of the resources that the template makes: only the properties that the core reads, and where Config writes a default, the default. A
/// function's environment is added, as the scanning host would; grants made by AWS::Lambda::Permission become the function's policy, and AWS::IAM::RolePolicy the role's.
/// </summary>
internal static class OwnItems
{
    public static IEnumerable<JsonObject> Of(Stack stack) =>
    [
        .. stack.Of("AWS::Lambda::Function").Select(entry => Function(stack, entry.Id, entry.Properties)),
        .. stack.Of("AWS::IAM::Role").Select(entry => Role(stack, entry.Id, entry.Properties)),
        .. stack.Of("AWS::KMS::Key").Select(entry => Key(stack, entry.Id, entry.Properties)),
        .. stack.Of("AWS::IAM::OIDCProvider").Select(entry => Issuer(stack, entry.Id, entry.Properties)),
        .. stack.Of("AWS::DynamoDB::Table").Select(entry => Item(stack, entry.Id, entry.Properties)),
        .. stack.Of("AWS::SQS::Queue").Select(entry => Item(stack, entry.Id, entry.Properties)),
    ];

    private static JsonObject Function(Stack stack, string id, JsonObject properties)
    {
        var name = properties["FunctionName"]!.GetValue<string>();
        var grants = stack.Of("AWS::Lambda::Permission").Where(grant => grant.Properties["FunctionName"]!.GetValue<string>() == name).Select(grant =>
        {
            var conditions = new JsonObject();
            if (grant.Properties["SourceArn"] is { } arn)
            {
                conditions["ArnLike"] = new JsonObject { ["AWS:SourceArn"] = arn.DeepClone() };
            }

            if (grant.Properties["SourceAccount"] is { } account)
            {
                conditions["StringEquals"] = new JsonObject { ["AWS:SourceAccount"] = account.DeepClone() };
            }

            if (grant.Properties["FunctionUrlAuthType"] is { } authentication)
            {
                conditions["StringEquals"] = new JsonObject { ["lambda:FunctionUrlAuthType"] = authentication.DeepClone() };
            }

            if (grant.Properties["InvokedViaFunctionUrl"] is { } through)
            {
                conditions["Bool"] = new JsonObject { ["lambda:InvokedViaFunctionUrl"] = through.ToJsonString() };
            }

            var principal = grant.Properties["Principal"]!.GetValue<string>();
            return (JsonNode)new JsonObject
            {
                ["Sid"] = grant.Id,
                ["Effect"] = "Allow",
                ["Principal"] = principal == "*" ? "*" : new JsonObject { ["Service"] = principal },
                ["Action"] = grant.Properties["Action"]!.DeepClone(),
                ["Resource"] = stack.Arn(id),
                ["Condition"] = conditions,
            };
        });
        return Item(
            stack,
            id,
            new JsonObject
            {
                ["functionName"] = name,
                ["role"] = properties["Role"]!.DeepClone(),
                ["environment"] = new JsonObject { ["variables"] = properties["Environment"]!["Variables"]!.DeepClone() },
            },
            new JsonObject { ["Policy"] = new JsonObject { ["Version"] = "2012-10-17", ["Statement"] = new JsonArray([.. grants]) }.ToJsonString() });
    }

    private static JsonObject Role(Stack stack, string id, JsonObject properties)
    {
        var name = stack.Arn(id).Split('/')[^1];
        var policies = stack.Of("AWS::IAM::RolePolicy").Select(policy => policy.Properties).Where(policy => policy["RoleName"]!.GetValue<string>() == name)
            .Concat(properties["Policies"]?.AsArray().Select(policy => policy!.AsObject()) ?? []);
        return Item(stack, id, new JsonObject
        {
            ["arn"] = stack.Arn(id),
            ["roleName"] = name,
            ["path"] = properties["Path"]!.DeepClone(),
            ["assumeRolePolicyDocument"] = Text(properties["AssumeRolePolicyDocument"]!),
            ["attachedManagedPolicies"] = new JsonArray(),
            ["rolePolicyList"] = new JsonArray([.. policies.Select(policy => new JsonObject
            {
                ["policyName"] = policy["PolicyName"]!.DeepClone(),
                ["policyDocument"] = Text(policy["PolicyDocument"]!),
            })]),
            ["permissionsBoundary"] = null,
        });
    }

    private static JsonObject Key(Stack stack, string id, JsonObject properties) => Item(
        stack,
        id,
        new JsonObject { ["keyManager"] = "CUSTOMER", ["keyState"] = "Enabled", ["keySpec"] = properties["KeySpec"]?.DeepClone() ?? "SYMMETRIC_DEFAULT", ["origin"] = "AWS_KMS" },
        new JsonObject { ["Policy"] = Text(properties["KeyPolicy"]!), ["KeyRotationStatus"] = properties["EnableKeyRotation"]?.DeepClone() ?? false });

    private static JsonObject Issuer(Stack stack, string id, JsonObject properties) =>
        Item(stack, id, new JsonObject { ["Url"] = properties["Url"]!.GetValue<string>().Replace("https://", string.Empty, StringComparison.Ordinal), ["ClientIdList"] = properties["ClientIdList"]!.DeepClone() });

    private static string Text(JsonNode document) => Uri.EscapeDataString(document is JsonValue ? document.GetValue<string>() : document.ToJsonString());

    private static JsonObject Item(Stack stack, string id, JsonObject configuration, JsonObject? supplementary = null) => new()
    {
        ["resourceType"] = stack.Resources[id].Type,
        ["resourceId"] = stack.Arn(id).Split('/', ':')[^1],
        ["resourceName"] = id,
        ["ARN"] = stack.Arn(id),
        ["awsAccountId"] = Stack.Account,
        ["awsRegion"] = stack.Resources[id].Type.StartsWith("AWS::IAM::", StringComparison.Ordinal) ? "global" : Stack.Region,
        ["configurationItemStatus"] = "OK",
        ["configurationItemCaptureTime"] = "2026-11-01T12:00:00.000Z",
        ["configuration"] = configuration.DeepClone(),
        ["supplementaryConfiguration"] = supplementary ?? [],
        ["tags"] = new JsonObject(),
    };
}
