using ServerlessGuard.Documents;
using ServerlessGuard.Resources;

namespace ServerlessGuard.Ingestion;

/// <summary>Turns one record, in whatever format a cloud returns it, into resources. Formats are recognised by content.</summary>
/// <remarks>
/// AWS: custom-rule events (<c>invokingEvent</c> is a JSON string), EventBridge, SNS, SQS and Lambda wrappers, snapshot and history files,
/// GetResourceConfigHistory, BatchGetResourceConfig, SelectResourceConfig, bare items, IAM answers and the credential report. Azure: an ARM
/// resource, an array, <c>value</c>, Resource Graph <c>data</c>, embedded <c>resources</c>; Microsoft Graph objects.
/// </remarks>
public static class RecordReader
{
    /// <summary>Lists whose elements are records of their own, at the top of an answer or a file.</summary>
    public static readonly string[] Containers = ["configurationItems", "baseConfigurationItems", "Results", "value", "data", "Records"];

    private const int MaxEnvelopes = 12;

    public static IEnumerable<Reading> Read(Doc record) => Read(record, Envelope.None);

    public static IEnumerable<Reading> Read(Doc record, Envelope envelope)
    {
        if (envelope.Depth > MaxEnvelopes)
        {
            return [new Reading.Unreadable("envelopes nested deeper than any service writes")];
        }

        if (record.IsText && record.Decoded() is var inner)
        {
            return inner.IsText ? [new Reading.Unreadable("a text that is not JSON")] : Read(inner, envelope.OfText());
        }

        if (record.IsArray)
        {
            return record.Items.All().SelectMany(item => Read(item, envelope.Deeper()));
        }

        return record.IsObject ? ReadObject(record, envelope) : [new Reading.Unreadable("neither a JSON object nor a list")];
    }

    private static IEnumerable<Reading> ReadObject(Doc record, Envelope envelope)
    {
        if (AwsItemReader.Recognises(record))
        {
            return [AwsItemReader.Read(record, envelope)];
        }

        if (Unwrapped(record, envelope) is { } unwrapped)
        {
            return unwrapped;
        }

        if (ArmReader.Recognises(record, envelope))
        {
            return ArmReader.Read(record, envelope);
        }

        if (IamAnswerReader.Read(record, envelope) is { } iam)
        {
            return iam;
        }

        return GraphReader.Read(record, envelope) is { } graph
            ? [graph]
            : [new Reading.Unreadable("neither an AWS Config item nor an ARM resource: no resourceType, no ARM id")];
    }

    private static IEnumerable<Reading>? Unwrapped(Doc record, Envelope envelope)
    {
        if (record["invokingEvent"] is { Exists: true } invoking)
        {
            var rule = envelope.Deeper() with
                { Account = record["accountId"].Text ?? envelope.Account, LeftScope = record["eventLeftScope"].Flag == true };
            return Read(invoking, rule);
        }

        if (record["detail-type"].Exists && record["detail"] is { Exists: true } detail)
        {
            var bridge = envelope.Deeper() with
                { Account = record["account"].Text ?? envelope.Account, Region = record["region"].Text ?? envelope.Region };
            return Read(detail, bridge);
        }

        if (record["Sns"].IsObject)
        {
            return Read(record["Sns"], envelope.Deeper());
        }

        if (record["Type"].Is("Notification") && record["Message"] is { Exists: true } message)
        {
            return Read(message, envelope.Deeper());
        }

        if (record["body"] is { Exists: true } body && (record["messageId"].Exists || record["receiptHandle"].Exists))
        {
            return Read(body, envelope.Deeper());
        }

        return Notification(record, envelope) ?? Listed(record, envelope);
    }

    /// <summary>The messages of AWS Config, and Event Grid events, which say that something changed but not into what.</summary>
    private static IEnumerable<Reading>? Notification(Doc record, Envelope envelope)
    {
        if (record["configurationItem"] is { IsObject: true } item)
        {
            return [AwsItemReader.Read(item, envelope with { Account = envelope.Account ?? record["awsAccountId"].Text })];
        }

        if (record["configurationItemSummary"].Exists)
        {
            return [new Reading.Empty("an oversized notification carries no item: get it with get-resource-config-history")];
        }

        if (record["messageType"].Text is { } kind)
        {
            return [new Reading.Empty($"{DocText.Shown(kind)} carries no configuration item")];
        }

        if (record["eventType"].Exists && record["subject"].Exists || record["specversion"].Exists)
        {
            return [new Reading.Empty("an Event Grid event carries no state: scan the resource itself")];
        }

        return record["configRuleList"].Exists || record["recordVersion"].Exists
            || record["resourceType"].IsText && AwsItemReader.IsMessage(record)
            ? [new Reading.Empty("a notification without a configuration item")]
            : null;
    }

    private static IEnumerable<Reading>? Listed(Doc record, Envelope envelope)
    {
        if (record["data"] is { IsObject: true } table && table["columns"].IsArray && table["rows"].IsArray)
        {
            return ResourceGraphTable.Rows(table).SelectMany(row => Read(row, envelope.Deeper()));
        }

        var context = envelope.Deeper() with { GraphContext = record["@odata.context"].Text ?? envelope.GraphContext };
        foreach (var name in Containers)
        {
            if (record[name] is { IsArray: true } list && !ArmReader.Recognises(record, envelope))
            {
                var rows = name is "Results" ? context.OfQuery(record) : context;
                return list.Items.All().SelectMany(item => Read(item, rows));
            }
        }

        return null;
    }
}
