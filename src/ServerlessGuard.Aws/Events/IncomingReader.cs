using System.Globalization;
using ServerlessGuard.Documents;
using ServerlessGuard.Ingestion;
using ServerlessGuard.Permissions;
using ServerlessGuard.Resources;

namespace ServerlessGuard.Aws.Events;

/// <summary>
/// Tells deliveries apart by their content. What carries state goes through the core's <see cref="RecordReader"/>, the only parser of
/// items.
/// </summary>
/// <remarks>
/// Sources: AWS Config developer guide, "Example events for AWS Config rules" and "Monitoring AWS Config with Amazon EventBridge";
/// CloudTrail user guide, "Record contents"; SNS and SQS message formats.
/// </remarks>
public static class IncomingReader
{
    private const int MaxWrappers = 4;

    /// <exception cref="PoisonEventException">Not to be understood.</exception>
    public static Incoming Read(Doc record) => Read(record, MaxWrappers);

    private static Incoming Read(Doc record, int left)
    {
        if (left == 0 || !record.IsObject)
        {
            throw new PoisonEventException("not an event: " + (left == 0 ? "too many wrappers" : "not a JSON object"));
        }

        if (record[WorkMessage.Marker].Exists)
        {
            return WorkMessage.Read(record);
        }

        if (record["Type"].Is("Notification") && record["Message"].Exists)
        {
            return Read(record["Message"].Decoded(), left - 1);
        }

        if (record["invokingEvent"].Exists)
        {
            var call = record["resultToken"].NonEmpty is { } token ? new ConfigCall(token) : null;
            return Message(record["invokingEvent"].Decoded(), record, call);
        }

        if (record["detail-type"].Text is { } kind && record["detail"] is { IsObject: true } detail)
        {
            var isCall = kind.EndsWith("via CloudTrail", StringComparison.Ordinal);
            return Sender(detail, isCall) is { } sender && !record["source"].Is(sender)
                ? new Incoming.Refused($"an event of {sender} that somebody else sent")
                : isCall ? new Incoming.ApiCall(detail)
                : Message(detail, record, call: null);
        }

        return Message(record, record, call: null);
    }

    /// <summary>
    /// Who alone can send the event; null for calls that are left alone anyway. The rules say the same, and a rule is easily widened.
    /// </summary>
    private static string? Sender(Doc detail, bool isCall) => !isCall ? "aws.config"
        : detail["eventSource"].Text is { } source && AwsTriggers.CloudTrail.ContainsKey(source) ? AwsTriggers.Sender(source)
        : null;

    /// <summary>One of Config's messages, by its type.</summary>
    private static Incoming Message(Doc message, Doc record, ConfigCall? call)
    {
        if (message["messageType"].Is("ScheduledNotification"))
        {
            return new Incoming.Sweep(FromQueue: false);
        }

        if (message["configurationItemSummary"] is { IsObject: true } summary)
        {
            return new Incoming.Reference(Summary(summary, message, record), call, FromSweep: false);
        }

        return Items(record, call, fromSweep: false);
    }

    /// <summary>Whatever the core finds in the record.</summary>
    internal static Incoming Items(Doc record, ConfigCall? call, bool fromSweep)
    {
        var resources = new List<Resource>();
        string? nothing = null;
        foreach (var reading in RecordReader.Read(record))
        {
            switch (reading)
            {
                case Reading.Found found:
                    resources.Add(found.Resource);
                    break;
                case Reading.Empty empty:
                    nothing = empty.Reason;
                    break;
                case Reading.Unreadable unreadable:
                    throw new PoisonEventException(unreadable.Reason);
            }
        }

        return resources.Count > 0
            ? new Incoming.Items(resources, call, fromSweep)
            : new Incoming.Nothing(nothing ?? "the record carries nothing");
    }

    private static ItemReference Summary(Doc summary, Doc message, Doc record)
    {
        if (summary["resourceType"].NonEmpty is not { } type || summary["resourceId"].NonEmpty is not { } id)
        {
            throw new PoisonEventException("an oversized notification without resourceType or resourceId");
        }

        return new ItemReference(
            type,
            id,
            summary["awsAccountId"].NonEmpty ?? message["awsAccountId"].NonEmpty ?? record["accountId"].NonEmpty
                ?? record["account"].NonEmpty,
            summary["awsRegion"].NonEmpty,
            summary["ARN"].NonEmpty,
            Time(summary["configurationItemCaptureTime"]),
            summary["configurationItemStatus"].Text is "ResourceDeleted" or "ResourceDeletedNotRecorded");
    }

    internal static DateTimeOffset? Time(Doc value) =>
        DateTimeOffset.TryParse(value.Text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
            out var time) ? time : null;
}
