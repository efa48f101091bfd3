using System.Text.Json.Serialization;

namespace ServerlessGuard.Findings;

/// <summary>The documents of findings. Names and words are stored in both clouds: they never change meaning.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true,
    RespectNullableAnnotations = true)]
[JsonSerializable(typeof(Finding))]
[JsonSerializable(typeof(FindingEvent))]
[JsonSerializable(typeof(OutboxEntry))]
[JsonSerializable(typeof(ResourceState))]
[JsonSerializable(typeof(Summary))]
public sealed partial class FindingsJson : JsonSerializerContext;
