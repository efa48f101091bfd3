using System.Globalization;
using ServerlessGuard.Documents;
using ServerlessGuard.Resources;

namespace ServerlessGuard.Ingestion;

/// <summary>
/// One configuration item of AWS Config, in either dialect: events write <c>awsAccountId</c>, <c>ARN</c>; history and snapshots
/// <c>accountId</c>, <c>arn</c> and <c>configuration</c> as a JSON string; SelectResourceConfig only the columns that were selected.
/// </summary>
/// <remarks>Source: AWS Config developer guide, API reference for ConfigurationItem and BaseConfigurationItem, and recorded
/// items.</remarks>
internal static class AwsItemReader
{
    /// <summary>
    /// Members of messages that are about a resource and name its type and id as an item does, but hold no configuration: compliance
    /// changes, evaluations, remediations, findings, API calls.
    /// </summary>
    private static readonly string[] OfMessages =
    [
        "messageType", "notificationCreationTime", "newEvaluationResult", "oldEvaluationResult", "configRuleName", "configRuleARN",
        "complianceType", "newComplianceDetails", "remediationAction", "evaluationResultIdentifier", "conformancePackName", "eventName",
        "findingType",
    ];

    /// <summary>A message about a resource without its configuration: what it names was not observed.</summary>
    public static bool IsMessage(Doc record) =>
        !record["configuration"].Exists && !record["supplementaryConfiguration"].Exists && !record["configurationItemStatus"].Exists
        && !record["configurationItem"].Exists && !record["configurationItemSummary"].Exists
        && Array.Exists(OfMessages, name => record[name].Exists);

    public static bool Recognises(Doc record) => !IsMessage(record) && LooksLikeItem(record);

    private static bool LooksLikeItem(Doc record) =>
        record["resourceType"].IsText
            && (record["resourceId"].Exists || record["configurationItemStatus"].Exists || record["configuration"].Exists
            || record["ARN"].Exists) && !ArmId.Looks(record["id"].Text)
        || record["configuration"].Exists && record["supplementaryConfiguration"].Exists;

    public static Reading Read(Doc item, Envelope envelope)
    {
        // Where the answer does not say what was selected: whoever asks for the state's number asked for everything.
        var isWhole = item["configurationStateId"].Exists || item["configurationItemStatus"].Exists;
        var configuration = Selected(Entered(item["configuration"]), "configuration", envelope, isWhole);
        var supplementary = Selected(Entered(item["supplementaryConfiguration"]), "supplementaryConfiguration", envelope, isWhole);
        var type = item["resourceType"].NonEmpty ?? AwsTypeGuess.From(configuration, supplementary);
        if (type is null)
        {
            return new Reading.Unreadable("a configuration item without a resourceType: select it in the query");
        }

        var arn = item["ARN"].NonEmpty ?? configuration["arn"].NonEmpty ?? configuration["functionArn"].NonEmpty;
        var resourceId = item["resourceId"].NonEmpty ?? item["resourceName"].NonEmpty;
        if (arn is null && resourceId is null)
        {
            resourceId = configuration["groupId"].NonEmpty ?? configuration["name"].NonEmpty ?? configuration["keyId"].NonEmpty;
            if (resourceId is null)
            {
                return new Reading.Unreadable($"an item of {DocText.Shown(type)} without an ARN and without a resourceId");
            }
        }

        var parsed = Arn.TryParse(arn, out var parts) ? parts : default;
        var account = item["awsAccountId"].NonEmpty ?? item["accountId"].NonEmpty ?? envelope.Account ?? NonEmpty(parsed.Account);
        return new Reading.Found(new Resource
        {
            Ref = new ResourceRef
            {
                Provider = Provider.Aws,
                NativeType = Repeated.Of(type)!,
                Id = Identity(type, arn, resourceId, ref account),
                Account = Repeated.Of(account),
                Region = Repeated.Of(item["awsRegion"].NonEmpty ?? envelope.Region ?? NonEmpty(parsed.Region)),
                Name = item["resourceName"].NonEmpty ?? resourceId ?? arn,
            },
            Document = item,
            Configuration = configuration,
            Supplementary = supplementary,
            Status = Status(item["configurationItemStatus"].Text, envelope),
            CapturedAt = Time(item["configurationItemCaptureTime"]),
        });
    }

    /// <summary>
    /// The account-level block of S3 is about the account: its resourceId is the account number, and so is its identity here.
    /// </summary>
    private static string Identity(string type, string? arn, string? resourceId, ref string? account)
    {
        if (type.Equals("AWS::S3::AccountPublicAccessBlock", StringComparison.OrdinalIgnoreCase) && (account ?? resourceId) is { } number)
        {
            account ??= number;
            return number;
        }

        return arn ?? $"{type}/{resourceId}";
    }

    /// <summary>Of a row in which this was not selected whole, only what it holds is known.</summary>
    private static Doc Selected(Doc value, string column, Envelope envelope, bool isWhole) =>
        envelope.Selected is { } selected && !selected.Contains(column, StringComparer.OrdinalIgnoreCase)
        && !selected.Contains("*", StringComparer.Ordinal)
        && !(selected.Count == 0 && isWhole)
            ? value.Partially()
            : value;

    private static Doc Entered(Doc value) => value.IsText ? Decoded(value) : value;

    private static Doc Decoded(Doc value) => value.Decoded() is { IsText: false } inner ? inner : default;

    private static ResourceStatus Status(string? status, Envelope envelope) => status switch
    {
        "ResourceDeleted" or "ResourceDeletedNotRecorded" => ResourceStatus.Deleted,
        "ResourceNotRecorded" => ResourceStatus.NotRecorded,
        _ => envelope.LeftScope ? ResourceStatus.LeftScope : ResourceStatus.Recorded,
    };

    /// <summary>ISO 8601 in events; ISO with an offset or epoch seconds with a fraction in command-line answers.</summary>
    internal static DateTimeOffset? Time(Doc value)
    {
        if (value.Element.ValueKind is System.Text.Json.JsonValueKind.Number && value.Element.TryGetDouble(out var seconds))
        {
            return seconds is > 0 and < 253402300799 ? DateTimeOffset.FromUnixTimeMilliseconds((long)(seconds * 1000)) : null;
        }

        return value.Text is { } text
            && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture,
                DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time)
            ? time
            : null;
    }

    private static string? NonEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
