using System.Globalization;
using System.Text;
using System.Text.Json;
using ServerlessGuard.Aws.Runtime;
using ServerlessGuard.Documents;

namespace ServerlessGuard.Aws.Events;

/// <summary>
/// What the product writes into its own work queue: <c>{"guard":"item","item":…}</c>, <c>{"guard":"reference","type":…,"id":…}</c> for what
/// is too large, and
/// <c>{"guard":"sweep"}</c>: begin a sweep or go on with it.
/// </summary>
public static class WorkMessage
{
    public const string Marker = "guard";

    /// <summary>In bytes: an SQS batch may have 256 KiB in all regions, with room for its frame.</summary>
    public const int MaxBytes = 240 << 10;

    public static string Sweep { get; } = "{\"guard\":\"sweep\"}";

    /// <summary>The row of a query, or where to read it when it is too large.</summary>
    public static string Item(Doc row)
    {
        var whole = JsonBytes.Of(writer =>
        {
            writer.WriteString(Marker, "item");
            writer.WritePropertyName("item");
            row.Element.WriteTo(writer);
        });
        return whole.Length <= MaxBytes ? Encoding.UTF8.GetString(whole.Span) : Reference(row);
    }

    public static string Item(string row) => Item(new Doc(JsonElement.Parse(row)));

    internal static Incoming Read(Doc message) => message[Marker].Text switch
    {
        "sweep" => new Incoming.Sweep(FromQueue: true),
        "item" => IncomingReader.Items(message["item"], call: null, fromSweep: true),
        "reference" when message["type"].NonEmpty is { } type && message["id"].NonEmpty is { } id => new Incoming.Reference(
            new ItemReference(type, id, message["account"].NonEmpty, message["region"].NonEmpty, message["arn"].NonEmpty,
                IncomingReader.Time(message["capturedAt"]), Deleted: false),
            Call: null,
            FromSweep: true),
        _ => throw new PoisonEventException("a work message of no known kind"),
    };

    private static string Reference(Doc row)
    {
        var reference = JsonBytes.Of(writer =>
        {
            writer.WriteString(Marker, "reference");
            writer.WriteString("type", row["resourceType"].Text);
            writer.WriteString("id", row["resourceId"].Text);
            writer.WriteString("account", row["accountId"].Text);
            writer.WriteString("region", row["awsRegion"].Text);
            writer.WriteString("arn", row["arn"].Text);
            writer.WriteString("capturedAt",
                IncomingReader.Time(row["configurationItemCaptureTime"])?.ToString("O", CultureInfo.InvariantCulture));
        });
        return Encoding.UTF8.GetString(reference.Span);
    }
}
