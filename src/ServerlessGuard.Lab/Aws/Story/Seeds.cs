using System.Globalization;
using System.Text.Json.Nodes;
using ServerlessGuard.Lab.Aws.Account;

namespace ServerlessGuard.Lab.Aws.Story;

/// <summary>A start-up with training data: what its simulated account holds on a good day. All of it complies.</summary>
public static class Seeds
{
    /// <summary>Fills the account, without telling anybody, from account.json beside this file.</summary>
    public static void Fill(SimulatedAccount account, TimeProvider time)
    {
        using var stream = typeof(Seeds).Assembly.GetManifestResourceStream("ServerlessGuard.Lab.Aws.Story.account.json")!;
        using var reader = new StreamReader(stream);
        var text = reader.ReadToEnd().Replace("{account}", account.Id, StringComparison.Ordinal).Replace("{region}", account.Region, StringComparison.Ordinal);
        foreach (var item in JsonNode.Parse(text)!.AsArray())
        {
            account.Put(item!.AsObject(), "seed");
        }

        var now = time.GetUtcNow();
        account.Credentials.Put(new SimulatedKey("AKIASIMULATEDPIPELIN", "pipeline", Active: true, now.AddDays(-20), now.AddHours(-3)));
    }

    /// <summary>An item with what every item has.</summary>
    public static JsonObject Item(SimulatedAccount account, string type, string id, string name, string? arn, JsonObject configuration, JsonObject? supplementary = null) => new()
    {
        ["relatedEvents"] = new JsonArray(),
        ["relationships"] = new JsonArray(),
        ["configuration"] = configuration,
        ["supplementaryConfiguration"] = supplementary ?? [],
        ["tags"] = new JsonObject(),
        ["configurationItemVersion"] = "1.3",
        ["configurationItemStatus"] = "ResourceDiscovered",
        ["awsAccountId"] = account.Id,
        ["resourceType"] = type,
        ["resourceId"] = id,
        ["resourceName"] = name,
        ["awsRegion"] = type.StartsWith("AWS::IAM::", StringComparison.Ordinal) ? "global" : account.Region,
        ["availabilityZone"] = "Not Applicable",
        ["configurationStateMd5Hash"] = string.Empty,
        ["resourceCreationTime"] = "2026-03-02T08:00:00.000Z",
        ["ARN"] = arn,
    };

    public static JsonObject AccountBlock(SimulatedAccount account, JsonObject block) =>
        Item(account, "AWS::S3::AccountPublicAccessBlock", account.Id, account.Id, arn: null, block);

    /// <summary>A bucket of the start-up: the training data's, with another name.</summary>
    public static JsonObject Bucket(SimulatedAccount account, string name)
    {
        var text = account.Find("AWS::S3::Bucket", "northwind-training-data")!.ToJsonString();
        return JsonNode.Parse(text.Replace("northwind-training-data", name, StringComparison.Ordinal))!.AsObject();
    }

    public static JsonObject User(SimulatedAccount account, string name)
    {
        var arn = $"arn:aws:iam::{account.Id}:user/{name}";
        var id = "AIDASIMULATED" + name.ToUpperInvariant();
        return Item(account, "AWS::IAM::User", id, name, arn, new JsonObject
        {
            ["path"] = "/",
            ["userName"] = name,
            ["userId"] = id,
            ["arn"] = arn,
            ["createDate"] = "2025-12-01T08:00:00.000Z",
            ["userPolicyList"] = new JsonArray(),
            ["groupList"] = new JsonArray(),
            ["attachedManagedPolicies"] = new JsonArray(),
            ["permissionsBoundary"] = null,
            ["tags"] = new JsonArray(),
        });
    }

    internal static string Encoded(JsonNode document) => Uri.EscapeDataString(document.ToJsonString());

    internal static string Day(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
