using System.Text.Json.Serialization;

namespace ServerlessGuard.Guards;

/// <summary>The document of the switch. Names and words are stored in both clouds: they never change meaning.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true,
    RespectNullableAnnotations = true)]
[JsonSerializable(typeof(Control))]
public sealed partial class GuardsJson : JsonSerializerContext;
