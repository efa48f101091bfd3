using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace ServerlessGuard.Tables;

/// <summary>Documents of any stage to rows and back. What the documents are is each stage's own affair.</summary>
public static class Rows
{
    /// <summary>How long the story of a finding is kept, and all that belongs to it.</summary>
    public static readonly TimeSpan StoryLife = TimeSpan.FromDays(400);

    public static T Read<T>(TableRow row, JsonTypeInfo<T> type) => JsonSerializer.Deserialize(row.Document, type)
        ?? throw new InvalidDataException($"row {row.Partition} {row.Key} holds no {typeof(T).Name}");

    public static TableRow Write<T>(string partition, string key, RowKind kind, T value, JsonTypeInfo<T> type) =>
        new(partition, key, kind, JsonSerializer.Serialize(value, type));

    /// <summary>Until when somebody is at something; the holder's id is the document.</summary>
    public static TableRow Lease(string partition, string key, string holder, DateTimeOffset until, string? version) =>
        new(partition, key, RowKind.Lease, $"{{\"holder\":\"{JsonEncodedText.Encode(holder)}\",\"until\":\"{until.UtcDateTime:O}\"}}")
        {
            Version = version, ExpiresAt = until,
        };
}
