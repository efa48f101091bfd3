using System.Text.Json.Serialization;

namespace ServerlessGuard.Due;

/// <summary>The documents of what is due. Names and words are stored in both clouds: they never change meaning.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true,
    RespectNullableAnnotations = true)]
[JsonSerializable(typeof(SweepState))]
[JsonSerializable(typeof(DueMark))]
public sealed partial class DueJson : JsonSerializerContext;
