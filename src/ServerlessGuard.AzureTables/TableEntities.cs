using System.Text;
using Azure;
using Azure.Data.Tables;
using ServerlessGuard.Tables;

namespace ServerlessGuard.Azure.Stores;

/// <summary>
/// Rows to entities and back. A property holds at most 64 KiB of UTF-16: a long document is cut into <c>doc0</c>, <c>doc1</c> …
/// </summary>
internal static class TableEntities
{
    private const int Cut = 32_000;
    private const string Kind = "kind";
    private const string Expires = "expires";
    private const string Parts = "parts";

    private static readonly string[] Names = ["doc0", "doc1", "doc2", "doc3", "doc4"];

    public static TableTransactionAction Action(string partition, TableWrite write) => write switch
    {
        TableWrite.Insert insert => new TableTransactionAction(TableTransactionActionType.Add, Entity(insert.Row)),
        TableWrite.Replace { Row: { Version: { } version } row } =>
            new TableTransactionAction(TableTransactionActionType.UpdateReplace, Entity(row), new ETag(version)),
        TableWrite.Put put => new TableTransactionAction(TableTransactionActionType.UpsertReplace, Entity(put.Row)),
        TableWrite.Delete delete => new TableTransactionAction(
            TableTransactionActionType.Delete,
            new TableEntity(partition, delete.RowKey),
            delete.Version is { } version ? new ETag(version) : ETag.All),
        _ => throw new ArgumentException($"{write.GetType().Name} of {write.Key}: a replace needs the version that the row was read with",
            nameof(write)),
    };

    public static TableRow Row(TableEntity entity)
    {
        var count = entity.GetInt32(Parts)
            ?? throw new InvalidDataException($"row {entity.PartitionKey} {entity.RowKey} has no document: not written by this product");
        var document = count == 1
            ? entity.GetString(Names[0])
            : Names.Take(count).Aggregate(new StringBuilder(), (text, name) => text.Append(entity.GetString(name))).ToString();
        return new TableRow(entity.PartitionKey, entity.RowKey, (RowKind)(entity.GetInt32(Kind) ?? 0), document)
        {
            Version = entity.ETag.ToString(),
            ExpiresAt = entity.GetDateTimeOffset(Expires),
        };
    }

    private static TableEntity Entity(TableRow row)
    {
        var document = row.Document;
        if (document.Length > TableRow.MaxDocument)
        {
            throw new ArgumentException($"the document of row {row.Key} has {document.Length} characters, more than {TableRow.MaxDocument}",
                nameof(row));
        }

        var entity = new TableEntity(row.Partition, row.Key) { [Kind] = (int)row.Kind };
        if (row.ExpiresAt is { } expires)
        {
            entity[Expires] = expires;
        }

        var parts = 0;
        for (var at = 0; at < document.Length;)
        {
            var length = Math.Min(Cut, document.Length - at);
            if (at + length < document.Length && char.IsHighSurrogate(document[at + length - 1]))
            {
                // Half a surrogate pair is not text: it would come back as a replacement character.
                length--;
            }

            entity[Names[parts++]] = document.Substring(at, length);
            at += length;
        }

        entity[Parts] = parts;
        return entity;
    }
}
