using Amazon.DynamoDBv2.Model;
using ServerlessGuard.Tables;

namespace ServerlessGuard.Aws.Stores;

/// <summary>The table's writes in DynamoDB's words.</summary>
internal static class DynamoWrites
{
    private const string IsNew = "attribute_not_exists(pk)";
    private const string IsAsRead = DynamoRows.Version + " = :v";

    public static TransactWriteItem Item(string table, string partition, TableWrite write, string version) =>
        write is TableWrite.Delete delete
        ? new TransactWriteItem
        {
            Delete = new Delete
            {
                TableName = table,
                Key = DynamoRows.KeyOf(partition, delete.RowKey),
                ConditionExpression = delete.Version is null ? null : IsAsRead,
                ExpressionAttributeValues = delete.Version is { } read ? Values(read) : null,
            },
        }
        : new TransactWriteItem { Put = Put(table, write, version) };

    public static Put Put(string table, TableWrite write, string version) => write switch
    {
        TableWrite.Insert insert => new Put { TableName = table, Item = DynamoRows.Item(insert.Row, version), ConditionExpression = IsNew },
        TableWrite.Replace { Row.Version: { } read } replace => new Put
        {
            TableName = table,
            Item = DynamoRows.Item(replace.Row, version),
            ConditionExpression = IsAsRead,
            ExpressionAttributeValues = Values(read),
        },
        TableWrite.Put put => new Put { TableName = table, Item = DynamoRows.Item(put.Row, version) },
        _ => throw new ArgumentException($"{write.GetType().Name} of {write.Key} puts nothing, or replaces a row that was never read",
            nameof(write)),
    };

    private static Dictionary<string, AttributeValue> Values(string version) =>
        new(StringComparer.Ordinal) { [":v"] = DynamoRows.Number(version) };
}
