using System.Globalization;
using Amazon.DynamoDBv2.Model;
using ServerlessGuard.Tables;

namespace ServerlessGuard.Aws.Stores;

/// <summary>
/// Rows to items and back: <c>pk</c>, <c>sk</c>, <c>kind</c> (number), <c>doc</c> (JSON text), <c>ver</c> (number, drawn anew for every
/// commit) and, where the row expires,
/// <c>expires</c> (epoch seconds: the TTL attribute) with <c>until</c> (the exact time in ticks, since TTL knows seconds only).
/// </summary>
internal static class DynamoRows
{
    public const string Partition = "pk";
    public const string Key = "sk";
    public const string Version = "ver";
    private const string Kind = "kind";
    private const string Document = "doc";
    private const string Expires = "expires";
    private const string Until = "until";

    public static Dictionary<string, AttributeValue> KeyOf(string partition, string key) => new(StringComparer.Ordinal)
    {
        [Partition] = Text(partition),
        [Key] = Text(key),
    };

    public static Dictionary<string, AttributeValue> Item(TableRow row, string version)
    {
        var item = KeyOf(row.Partition, row.Key);
        item[Kind] = Number(((int)row.Kind).ToString(CultureInfo.InvariantCulture));
        item[Document] = Text(row.Document);
        item[Version] = Number(version);
        if (row.ExpiresAt is { } expires)
        {
            item[Expires] = Number(expires.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture));
            item[Until] = Number(expires.UtcTicks.ToString(CultureInfo.InvariantCulture));
        }

        return item;
    }

    public static TableRow Row(Dictionary<string, AttributeValue> item) =>
        new(item[Partition].S, item[Key].S, (RowKind)int.Parse(item[Kind].N, CultureInfo.InvariantCulture), item[Document].S)
        {
            Version = item[Version].N,
            ExpiresAt = item.TryGetValue(Until, out var until)
                ? new DateTimeOffset(long.Parse(until.N, CultureInfo.InvariantCulture), TimeSpan.Zero)
                : null,
        };

    public static AttributeValue Text(string text) => new() { S = text };

    public static AttributeValue Number(string number) => new() { N = number };
}
