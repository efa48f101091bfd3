using System.Globalization;
using System.Text.Json.Nodes;
using ServerlessGuard.Simulators.Aws.Account;

namespace ServerlessGuard.Simulators.Aws.Services;

/// <summary>Items as the Config API answers them: other names than in events, epoch seconds, documents as JSON text.</summary>
internal static class ConfigDialect
{
    public static JsonObject HistoryItem(JsonObject item)
    {
        var answer = BaseItem(item);
        answer["configurationItemMD5Hash"] = string.Empty;
        answer["tags"] = item["tags"]?.DeepClone() ?? new JsonObject();
        answer["relatedEvents"] = new JsonArray();
        answer["relationships"] = new JsonArray([.. (item["relationships"] as JsonArray ?? []).Select(one => (JsonNode)new JsonObject
        {
            ["resourceType"] = one!["resourceType"]?.DeepClone(),
            ["resourceId"] = one["resourceId"]?.DeepClone(),
            ["resourceName"] = one["resourceName"]?.DeepClone(),
            ["relationshipName"] = one["name"]?.DeepClone(),
        })]);
        return answer;
    }

    public static JsonObject BaseItem(JsonObject item)
    {
        var supplementary = new JsonObject();
        foreach (var (name, value) in item["supplementaryConfiguration"] as JsonObject ?? [])
        {
            supplementary[name] = value?.ToJsonString() ?? "null";
        }

        return new JsonObject
        {
            ["version"] = "1.3",
            ["accountId"] = item["awsAccountId"]?.DeepClone(),
            ["configurationItemCaptureTime"] = Seconds(ConfigItem.CapturedAt(item)),
            ["configurationItemStatus"] = item["configurationItemStatus"]?.DeepClone(),
            ["configurationStateId"] = item["configurationStateId"]?.ToString(),
            ["arn"] = item["ARN"]?.DeepClone(),
            ["resourceType"] = ConfigItem.Type(item),
            ["resourceId"] = ConfigItem.Id(item),
            ["resourceName"] = ConfigItem.Name(item),
            ["awsRegion"] = item["awsRegion"]?.DeepClone(),
            ["availabilityZone"] = item["availabilityZone"]?.DeepClone(),
            ["resourceCreationTime"] = (string?)item["resourceCreationTime"] is { } created ? Seconds(created) : null,
            ["configuration"] = item["configuration"]?.ToJsonString(),
            ["supplementaryConfiguration"] = supplementary,
        };
    }

    private static double Seconds(string iso) =>
        DateTimeOffset.Parse(iso, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal).ToUnixTimeMilliseconds() / 1000.0;
}
