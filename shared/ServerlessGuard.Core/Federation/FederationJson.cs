using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace ServerlessGuard.Federation;

/// <summary>
/// What the clouds send each other, and what each notes of the other. Names and words are stored in both clouds: they never change meaning.
/// </summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true,
    RespectNullableAnnotations = true)]
[JsonSerializable(typeof(Acknowledgement))]
[JsonSerializable(typeof(PeerLink))]
[JsonSerializable(typeof(PeerNote))]
[JsonSerializable(typeof(FederationBatch))]
[JsonSerializable(typeof(FederationRequest))]
[JsonSerializable(typeof(FederationResponse))]
[JsonSerializable(typeof(FederationAnswer))]
[JsonSerializable(typeof(AccountDigest))]
[JsonSerializable(typeof(ImmutableArray<HeldRevision>))]
public sealed partial class FederationJson : JsonSerializerContext;
