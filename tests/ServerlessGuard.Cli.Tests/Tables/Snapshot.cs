using System.Text.Json.Nodes;
using ServerlessGuard.Tests;

namespace ServerlessGuard.Cli.Tests.Tables;

/// <summary>Items for scans: one bucket that takes unencrypted requests (or not, the good one), at minute n of a day in October 2026.</summary>
internal static class Snapshot
{
    public const string Rule = "SG-STOR-004";

    public static string Arn(string name) => "arn:aws:s3:::" + name;

    public static string Bad(string name, int minute) => Item("aws/AWS-S3-Bucket/bad.json", name, minute).ToJsonString();

    public static string Good(string name, int minute) => Item("aws/AWS-S3-Bucket/good.json", name, minute).ToJsonString();

    public static string Deleted(string name, int minute)
    {
        var item = Item("aws/AWS-S3-Bucket/bad.json", name, minute);
        item["configurationItemStatus"] = "ResourceDeleted";
        item["configuration"] = null;
        item["supplementaryConfiguration"] = new JsonObject();
        return item.ToJsonString();
    }

    public static string Tagged(string name, int minute, string tag, string value)
    {
        var item = Item("aws/AWS-S3-Bucket/bad.json", name, minute);
        item["tags"] = new JsonObject { [tag] = value };
        return item.ToJsonString();
    }

    private static JsonObject Item(string fixture, string name, int minute)
    {
        var text = Repository.Fixture(fixture);
        var old = JsonNode.Parse(text)!["resourceName"]!.GetValue<string>();
        var item = JsonNode.Parse(text.Replace(old, name, StringComparison.Ordinal))!.AsObject();
        item["configurationItemCaptureTime"] = $"2026-10-30T10:{minute:D2}:00.000Z";
        return item;
    }
}
