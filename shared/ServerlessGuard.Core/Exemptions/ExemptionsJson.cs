using System.Text.Json.Serialization;

namespace ServerlessGuard.Exemptions;

/// <summary>The document of an exemption. Names and words are stored in both clouds: they never change meaning.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true,
    RespectNullableAnnotations = true)]
[JsonSerializable(typeof(Exemption))]
public sealed partial class ExemptionsJson : JsonSerializerContext;
