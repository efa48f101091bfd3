using System.Text.Json.Nodes;

namespace ServerlessGuard.Simulators.Aws.Account;

/// <summary>Changes of the simulated account in the forms in which AWS delivers them.</summary>
/// <remarks>Source: AWS Config developer guide, "Example events for AWS Config rules" and "Monitoring AWS Config with Amazon
/// EventBridge".</remarks>
public static class ConfigEvents
{
    /// <summary>What a custom Lambda rule is invoked with.</summary>
    /// <param name="account">Whose it is.</param>
    /// <param name="change">The change.</param>
    /// <param name="ruleName">The Config rule.</param>
    /// <param name="resultToken">What PutEvaluations has to give back.</param>
    /// <param name="oversized">The item is too large for the event: only its summary is in it.</param>
    public static string CustomRule(SimulatedAccount account, ItemChange change, string ruleName, string resultToken,
        bool oversized = false) =>
        Rule(account, Message(change, oversized), ruleName, resultToken, leftScope: false).ToJsonString();

    /// <summary>A custom rule's scheduled trigger.</summary>
    public static string Scheduled(SimulatedAccount account, DateTimeOffset now, string ruleName, string resultToken) => Rule(
        account,
        new JsonObject
        {
            ["awsAccountId"] = account.Id,
            ["notificationCreationTime"] = SimulatedAccount.Iso(now),
            ["messageType"] = "ScheduledNotification",
            ["recordVersion"] = "1.0",
        },
        ruleName,
        resultToken,
        leftScope: false).ToJsonString();

    /// <summary>"Config Configuration Item Change" on the default event bus.</summary>
    public static string EventBridge(SimulatedAccount account, ItemChange change, bool oversized = false) => new JsonObject
    {
        ["version"] = "0",
        ["id"] = Guid.NewGuid().ToString(),
        ["detail-type"] = "Config Configuration Item Change",
        ["source"] = "aws.config",
        ["account"] = account.Id,
        ["time"] = SimulatedAccount.Iso(change.At),
        ["region"] = account.Region,
        ["resources"] = new JsonArray((string?)change.Item["ARN"] ?? ConfigItem.Id(change.Item)),
        ["detail"] = Message(change, oversized),
    }.ToJsonString();

    /// <summary>"AWS API Call via CloudTrail" for a call that changed something.</summary>
    public static string CloudTrail(SimulatedAccount account, ApiCall call)
    {
        var parameters = new JsonObject();
        foreach (var (name, value) in call.Parameters)
        {
            parameters[name] = value;
        }

        return new JsonObject
        {
            ["version"] = "0",
            ["id"] = Guid.NewGuid().ToString(),
            ["detail-type"] = "AWS API Call via CloudTrail",
            ["source"] = "aws." + call.Service,
            ["account"] = account.Id,
            ["time"] = SimulatedAccount.Iso(call.At),
            ["region"] = account.Region,
            ["resources"] = new JsonArray(),
            ["detail"] = new JsonObject
            {
                ["eventVersion"] = "1.11",
                ["userIdentity"] = new JsonObject
                {
                    ["type"] = "AssumedRole",
                    ["arn"] = $"arn:aws:sts::{account.Id}:assumed-role/guard-remediate/simulated",
                    ["accountId"] = account.Id,
                },
                ["eventTime"] = SimulatedAccount.Iso(call.At),
                ["eventSource"] = call.Service + ".amazonaws.com",
                ["eventName"] = call.Operation,
                ["awsRegion"] = account.Region,
                ["requestParameters"] = parameters,
                ["requestID"] = call.RequestId,
                ["eventID"] = Guid.NewGuid().ToString(),
                ["readOnly"] = false,
                ["eventType"] = "AwsApiCall",
                ["recipientAccountId"] = account.Id,
            },
        }.ToJsonString();
    }

    private static JsonObject Message(ItemChange change, bool oversized) => oversized
        ? new JsonObject
        {
            ["configurationItemSummary"] = Summary(change),
            ["messageType"] = "OversizedConfigurationItemChangeNotification",
            ["notificationCreationTime"] = SimulatedAccount.Iso(change.At),
            ["recordVersion"] = "1.0",
        }
        : Notification(change);

    private static JsonObject Notification(ItemChange change) => new()
    {
        ["configurationItemDiff"] = change.Before is null
            ? null
            : new JsonObject { ["changedProperties"] = new JsonObject(), ["changeType"] = "UPDATE" },
        ["configurationItem"] = change.Item.DeepClone(),
        ["notificationCreationTime"] = SimulatedAccount.Iso(change.At),
        ["messageType"] = "ConfigurationItemChangeNotification",
        ["recordVersion"] = "1.3",
    };

    private static JsonObject Summary(ItemChange change) => new()
    {
        ["changeType"] = change.Before is null ? "CREATE" : "UPDATE",
        ["configurationItemVersion"] = "1.3",
        ["configurationItemCaptureTime"] = ConfigItem.CapturedAt(change.Item),
        ["configurationStateId"] = change.At.ToUnixTimeMilliseconds(),
        ["awsAccountId"] = (string?)change.Item["awsAccountId"],
        ["configurationItemStatus"] = (string?)change.Item["configurationItemStatus"],
        ["resourceType"] = ConfigItem.Type(change.Item),
        ["resourceId"] = ConfigItem.Id(change.Item),
        ["resourceName"] = ConfigItem.Name(change.Item),
        ["ARN"] = (string?)change.Item["ARN"],
        ["awsRegion"] = (string?)change.Item["awsRegion"],
        ["availabilityZone"] = (string?)change.Item["availabilityZone"],
        ["configurationStateMd5Hash"] = string.Empty,
        ["resourceCreationTime"] = (string?)change.Item["resourceCreationTime"],
    };

    private static JsonObject Rule(SimulatedAccount account, JsonObject message, string ruleName, string resultToken, bool leftScope) =>
        new()
    {
        ["version"] = "1.0",
        ["invokingEvent"] = message.ToJsonString(),
        ["ruleParameters"] = "{}",
        ["resultToken"] = resultToken,
        ["eventLeftScope"] = leftScope,
        ["executionRoleArn"] = $"arn:aws:iam::{account.Id}:role/aws-service-role/config.amazonaws.com/AWSServiceRoleForConfig",
        ["configRuleArn"] = $"arn:aws:config:{account.Region}:{account.Id}:config-rule/config-rule-simulated",
        ["configRuleName"] = ruleName,
        ["configRuleId"] = "config-rule-simulated",
        ["accountId"] = account.Id,
        ["evaluationMode"] = "DETECTIVE",
    };
}
