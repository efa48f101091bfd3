using System.Text.Json.Serialization;
using ServerlessGuard.Remediation.Seals;

namespace ServerlessGuard.Remediation;

/// <summary>Sealed plans, and the count of the breaker. Names and words are stored in both clouds: they never change meaning.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true,
    RespectNullableAnnotations = true)]
[JsonSerializable(typeof(SealedPlan))]
[JsonSerializable(typeof(BreakerCount))]
public sealed partial class RemediationJson : JsonSerializerContext;
