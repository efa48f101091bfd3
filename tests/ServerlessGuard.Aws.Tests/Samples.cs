using System.Text.Json.Nodes;

namespace ServerlessGuard.Aws.Tests;

/// <summary>Events in the shapes that AWS documents, around items of the fixtures.</summary>
internal static class Samples
{
    public const string Account = "111122223333";

    public static readonly DateTimeOffset At = new(2026, 10, 30, 9, 12, 44, TimeSpan.Zero);

    private static readonly string Folder = Path.Combine(Root(), "tests", "fixtures", "aws");

    public static string FolderOf(string type) => Path.Combine(Folder, type);

    public static string Fixture(string path) => File.ReadAllText(Path.Combine(Folder, path));

    /// <summary>A bucket of the account that anybody may read and write, or one without any public grant.</summary>
    public static JsonObject Bucket(string name = "northwind-exports", bool open = true, DateTimeOffset? at = null, string status = "OK", string account = Account)
    {
        var item = JsonNode.Parse(Fixture($"AWS-S3-Bucket/{(open ? "bad" : "good")}.json").Replace("northwind-exports", name, StringComparison.Ordinal))!.AsObject();
        item["resourceId"] = name;
        item["resourceName"] = name;
        item["ARN"] = "arn:aws:s3:::" + name;
        item["awsAccountId"] = account;
        item["configurationItemStatus"] = status;
        item["configurationItemCaptureTime"] = (at ?? At).ToString("O");
        if (status.StartsWith("ResourceDeleted", StringComparison.Ordinal))
        {
            item["configuration"] = null;
            item["supplementaryConfiguration"] = new JsonObject();
        }

        return item;
    }

    /// <remarks>AWS Config developer guide, "Example Events for AWS Config Rules".</remarks>
    public static string ConfigRule(JsonObject item, string token = "TOKEN", bool leftScope = false) => Rule(
        new JsonObject
        {
            ["configurationItemDiff"] = null,
            ["configurationItem"] = item.DeepClone(),
            ["notificationCreationTime"] = "2026-10-30T09:12:45.000Z",
            ["messageType"] = "ConfigurationItemChangeNotification",
            ["recordVersion"] = "1.3",
        },
        token,
        leftScope);

    public static string Oversized(JsonObject item, string token = "TOKEN") => Rule(
        new JsonObject
        {
            ["configurationItemSummary"] = new JsonObject
            {
                ["changeType"] = "UPDATE",
                ["configurationItemVersion"] = "1.3",
                ["configurationItemCaptureTime"] = item["configurationItemCaptureTime"]!.DeepClone(),
                ["configurationStateId"] = 1,
                ["awsAccountId"] = item["awsAccountId"]!.DeepClone(),
                ["configurationItemStatus"] = item["configurationItemStatus"]!.DeepClone(),
                ["resourceType"] = item["resourceType"]!.DeepClone(),
                ["resourceId"] = item["resourceId"]!.DeepClone(),
                ["resourceName"] = item["resourceName"]!.DeepClone(),
                ["ARN"] = item["ARN"]!.DeepClone(),
                ["awsRegion"] = "eu-west-1",
                ["availabilityZone"] = "Regional",
                ["configurationStateMd5Hash"] = string.Empty,
                ["resourceCreationTime"] = "2026-03-02T08:00:00.000Z",
            },
            ["s3DeliverySummary"] = new JsonObject { ["s3BucketLocation"] = null, ["errorCode"] = "NoSuchBucket", ["errorMessage"] = null },
            ["notificationCreationTime"] = "2026-10-30T09:12:45.000Z",
            ["messageType"] = "OversizedConfigurationItemChangeNotification",
            ["recordVersion"] = "1.0",
        },
        token,
        leftScope: false);

    public static string Scheduled() => Rule(
        new JsonObject
        {
            ["awsAccountId"] = Account,
            ["notificationCreationTime"] = "2026-10-30T09:12:45.000Z",
            ["messageType"] = "ScheduledNotification",
            ["recordVersion"] = "1.0",
        },
        "TOKEN",
        leftScope: false);

    public static string EventBridge(JsonObject item) => Bridge(
        "Config Configuration Item Change",
        "aws.config",
        new JsonObject { ["recordVersion"] = "1.3", ["messageType"] = "ConfigurationItemChangeNotification", ["configurationItem"] = item.DeepClone() });

    /// <remarks>CloudTrail user guide, "CloudTrail record contents"; EventBridge, "Events delivered via CloudTrail".</remarks>
    public static string ApiCall(string source, string name, JsonObject request, JsonObject? identity = null, JsonObject? response = null, string? error = null)
    {
        var detail = new JsonObject
        {
            ["eventVersion"] = "1.11",
            ["userIdentity"] = identity ?? new JsonObject
            {
                ["type"] = "AssumedRole",
                ["principalId"] = "AROAEXAMPLE:alice",
                ["arn"] = $"arn:aws:sts::{Account}:assumed-role/Developer/alice",
                ["accountId"] = Account,
                ["sessionContext"] = new JsonObject
                {
                    ["sessionIssuer"] = new JsonObject { ["type"] = "Role", ["arn"] = $"arn:aws:iam::{Account}:role/Developer", ["accountId"] = Account, ["userName"] = "Developer" },
                },
            },
            ["eventTime"] = "2026-10-30T09:12:45Z",
            ["eventSource"] = source,
            ["eventName"] = name,
            ["awsRegion"] = "eu-west-1",
            ["sourceIPAddress"] = "198.51.100.7",
            ["requestParameters"] = request.DeepClone(),
            ["responseElements"] = response?.DeepClone(),
            ["requestID"] = "c0ffee00-0000-4000-8000-000000000000",
            ["eventID"] = "c0ffee00-0000-4000-8000-000000000001",
            ["eventType"] = "AwsApiCall",
            ["recipientAccountId"] = Account,
        };
        if (error is not null)
        {
            detail["errorCode"] = error;
        }

        return Bridge("AWS API Call via CloudTrail", source.Replace(".amazonaws.com", string.Empty, StringComparison.Ordinal).Insert(0, "aws."), detail);
    }

    public static string Batch(params string[] bodies) => new JsonObject
    {
        ["Records"] = new JsonArray([.. bodies.Select((body, index) => (JsonNode)new JsonObject
        {
            ["messageId"] = $"m{index}",
            ["receiptHandle"] = "AQEB" + index,
            ["body"] = body,
            ["attributes"] = new JsonObject { ["ApproximateReceiveCount"] = "1", ["SentTimestamp"] = "1793351565000" },
            ["messageAttributes"] = new JsonObject(),
            ["md5OfBody"] = "0",
            ["eventSource"] = "aws:sqs",
            ["eventSourceARN"] = $"arn:aws:sqs:eu-west-1:{Account}:guard-work",
            ["awsRegion"] = "eu-west-1",
        })]),
    }.ToJsonString();

    private static string Rule(JsonObject invoking, string token, bool leftScope) => new JsonObject
    {
        ["version"] = "1.0",
        ["invokingEvent"] = invoking.ToJsonString(),
        ["ruleParameters"] = "{}",
        ["resultToken"] = token,
        ["eventLeftScope"] = leftScope,
        ["executionRoleArn"] = $"arn:aws:iam::{Account}:role/aws-service-role/config.amazonaws.com/AWSServiceRoleForConfig",
        ["configRuleArn"] = $"arn:aws:config:eu-west-1:{Account}:config-rule/config-rule-0123456",
        ["configRuleName"] = "guard",
        ["configRuleId"] = "config-rule-0123456",
        ["accountId"] = Account,
    }.ToJsonString();

    private static string Bridge(string kind, string source, JsonObject detail) => new JsonObject
    {
        ["version"] = "0",
        ["id"] = "17793124-05d4-b198-2fde-7ededc63b103",
        ["detail-type"] = kind,
        ["source"] = source,
        ["account"] = Account,
        ["time"] = "2026-10-30T09:12:45Z",
        ["region"] = "eu-west-1",
        ["resources"] = new JsonArray(),
        ["detail"] = detail,
    }.ToJsonString();

    public static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "ServerlessGuard.sln")))
        {
            folder = folder.Parent;
        }

        return folder.FullName;
    }
}
