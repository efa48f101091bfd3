using System.Text.Json.Nodes;

namespace ServerlessGuard.Simulators.Aws.Account;

/// <summary>Readings of a configuration item as AWS Config writes it into events.</summary>
public static class ConfigItem
{
    public static string Type(JsonObject item) => (string)item["resourceType"]!;

    public static string Id(JsonObject item) => (string)item["resourceId"]!;

    public static string? Name(JsonObject item) => (string?)item["resourceName"];

    public static JsonObject Configuration(JsonObject item) => (JsonObject)item["configuration"]!;

    public static JsonObject Supplementary(JsonObject item)
    {
        if (item["supplementaryConfiguration"] is not JsonObject there)
        {
            item["supplementaryConfiguration"] = there = [];
        }

        return there;
    }

    public static string CapturedAt(JsonObject item) => (string)item["configurationItemCaptureTime"]!;

    public static bool IsDeleted(JsonObject item) => (string?)item["configurationItemStatus"] is "ResourceDeleted";
}
