using System.Text.Json;
using System.Text.Json.Nodes;
using ServerlessGuard.Simulators.Aws.LambdaRuntime;
using ServerlessGuard.Tables;

namespace ServerlessGuard.Simulators.Aws.Http;

/// <summary>What IAM would say to a call of the table: by the partitions that the template's policies give each function.</summary>
internal static class TableGrants
{
    /// <param name="token">The caller's session token.</param>
    /// <param name="operation">As in X-Amz-Target: <c>PutItem</c>.</param>
    /// <param name="body">The call.</param>
    /// <returns>Null: allowed; else what the caller may not do.</returns>
    public static string? Refusal(string? token, string operation, ReadOnlySpan<byte> body)
    {
        if (!Enum.TryParse<GuardRole>(SimulatedCredentials.HandlerOf(token), ignoreCase: true, out var role))
        {
            return "a caller that is no function";
        }

        var request = JsonNode.Parse(body) ?? throw new JsonException("not a call of DynamoDB");
        return operation is "TransactWriteItems"
            ? request["TransactItems"]!.AsArray()
                .SelectMany(item => item!.AsObject().Select(action => Refusal(role, action.Key, action.Value!)))
                .FirstOrDefault(refusal => refusal is not null)
            : Refusal(role,
                operation.EndsWith("Item", StringComparison.Ordinal) && operation is not "GetItem" ? operation[..^4] : operation, request);
    }

    private static string? Refusal(GuardRole role, string action, JsonNode call)
    {
        var (partition, allowed) = action switch
        {
            "GetItem" or "ConditionCheck" => (Text(call["Key"]?["pk"]), TablePartitions.Read(role)),
            "Query" => (Text(call["ExpressionAttributeValues"]?[":p"]), TablePartitions.Read(role)),
            "Put" => (Text(call["Item"]?["pk"]), TablePartitions.Written(role)),
            "Update" or "Delete" => (Text(call["Key"]?["pk"]), TablePartitions.Written(role)),
            _ => (null, []),
        };
        return partition is not null
            && allowed.Any(pattern => pattern.EndsWith('*')
                ? partition.StartsWith(pattern[..^1], StringComparison.Ordinal)
                : partition == pattern)
            ? null
            : $"{role} may not {action} in partition {partition}";
    }

    private static string? Text(JsonNode? value) => (string?)value?["S"];
}
