using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace ServerlessGuard.Page;

/// <param name="Headers">Further ones; those of <see cref="PageSecurity"/> are among them.</param>
/// <param name="Body">Empty where there is none.</param>
public sealed record PageResponse(int Status, string ContentType, IReadOnlyDictionary<string, string> Headers, ReadOnlyMemory<byte> Body)
{
    internal const string JsonType = "application/json; charset=utf-8";

    internal static PageResponse Json<T>(T value, JsonTypeInfo<T> type, int status = 200) =>
        new(status, JsonType, PageSecurity.Headers, JsonSerializer.SerializeToUtf8Bytes(value, type));

    internal static PageResponse Refused(int status, string message) => Json(new Fault(message), PageJson.Default.Fault, status);

    internal static PageResponse Nothing { get; } = new(204, JsonType, PageSecurity.Headers, ReadOnlyMemory<byte>.Empty);
}
