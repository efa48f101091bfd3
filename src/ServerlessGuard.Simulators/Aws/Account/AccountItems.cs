using System.Globalization;
using System.Text.Json.Nodes;

namespace ServerlessGuard.Simulators.Aws.Account;

/// <summary>Configuration items as AWS Config spells them.</summary>
public static class AccountItems
{
    /// <summary>An item with what every item has.</summary>
    public static JsonObject Item(SimulatedAccount account, string type, string id, string name, string? arn, JsonObject configuration,
        JsonObject? supplementary = null) => new()
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

    internal static string Encoded(JsonNode document) => Uri.EscapeDataString(document.ToJsonString());

    internal static string Day(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
