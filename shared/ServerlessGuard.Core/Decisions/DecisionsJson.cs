using System.Text.Json.Serialization;

namespace ServerlessGuard.Decisions;

/// <summary>The document of a person's decision. Names and words are stored in both clouds: they never change meaning.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true,
    RespectNullableAnnotations = true)]
[JsonSerializable(typeof(Command))]
public sealed partial class DecisionsJson : JsonSerializerContext;
