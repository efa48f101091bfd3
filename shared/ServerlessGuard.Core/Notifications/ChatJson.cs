using System.Text.Json.Serialization;

namespace ServerlessGuard.Notifications;

/// <summary>What a route was told. Names and words are stored in both clouds: they never change meaning.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true,
    RespectNullableAnnotations = true)]
[JsonSerializable(typeof(ChatThread))]
[JsonSerializable(typeof(ChatBurst))]
[JsonSerializable(typeof(ChatDigest))]
[JsonSerializable(typeof(ChatRoute))]
internal sealed partial class ChatJson : JsonSerializerContext;
