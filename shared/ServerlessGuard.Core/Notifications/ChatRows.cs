using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using ServerlessGuard.Tables;

namespace ServerlessGuard.Notifications;

/// <summary>What a route was told, as rows. Each cloud's own: none of them is federated.</summary>
internal static class ChatRows
{
    /// <summary>As long as the story of a finding.</summary>
    private static readonly TimeSpan Life = TimeSpan.FromDays(400);

    private static readonly TimeSpan NoticeLife = TimeSpan.FromDays(30);
    private static readonly TimeSpan BurstLife = TimeSpan.FromDays(2);

    public static ChatThread? Thread(TableRow? row) => Read(row, ChatJson.Default.ChatThread);

    public static ChatBurst? Burst(TableRow? row) => Read(row, ChatJson.Default.ChatBurst);

    public static ChatDigest? Digest(TableRow? row) => Read(row, ChatJson.Default.ChatDigest);

    public static ChatRoute? Route(TableRow? row) => Read(row, ChatJson.Default.ChatRoute);

    public static TableRow Row(string partition, string key, ChatThread thread, string? version) =>
        Write(partition, key, thread, ChatJson.Default.ChatThread, thread.ToldAt + Life) with { Version = version };

    public static TableRow NoticeRow(string partition, string key, ChatThread thread) =>
        Write(partition, key, thread, ChatJson.Default.ChatThread, thread.ToldAt + NoticeLife);

    public static TableRow Row(string partition, string key, ChatBurst burst) =>
        Write(partition, key, burst, ChatJson.Default.ChatBurst, burst.WindowFrom + BurstLife);

    public static TableRow Row(string partition, string key, ChatDigest digest, DateTimeOffset now) =>
        Write(partition, key, digest, ChatJson.Default.ChatDigest, now + Life);

    public static TableRow Row(string key, ChatRoute route) =>
        Write(RowKeys.Directory, key, route, ChatJson.Default.ChatRoute, route.NotBefore + BurstLife);

    private static T? Read<T>(TableRow? row, JsonTypeInfo<T> type)
        where T : class => row is null ? null : JsonSerializer.Deserialize(row.Document, type);

    private static TableRow Write<T>(string partition, string key, T value, JsonTypeInfo<T> type, DateTimeOffset until) =>
        new(partition, key, RowKind.Thread, JsonSerializer.Serialize(value, type)) { ExpiresAt = until };
}
