using System.Collections.Immutable;
using System.Text.Json.Serialization;
using ServerlessGuard.Commands;
using ServerlessGuard.Due;
using ServerlessGuard.Exemptions;
using ServerlessGuard.Federation;
using ServerlessGuard.Findings;
using ServerlessGuard.Guards;
using ServerlessGuard.Notifications;
using ServerlessGuard.Remediation.Seals;

namespace ServerlessGuard.Tables;

/// <summary>The documents of the federated table. Names and words are stored in both clouds: they never change meaning.</summary>
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
[JsonSerializable(typeof(Exemption))]
[JsonSerializable(typeof(Command))]
[JsonSerializable(typeof(Control))]
[JsonSerializable(typeof(BreakerCount))]
[JsonSerializable(typeof(SealedPlan))]
[JsonSerializable(typeof(SweepState))]
[JsonSerializable(typeof(DueMark))]
[JsonSerializable(typeof(ChatThread))]
[JsonSerializable(typeof(ChatBurst))]
[JsonSerializable(typeof(ChatDigest))]
[JsonSerializable(typeof(ChatRoute))]
[JsonSerializable(typeof(Acknowledgement))]
[JsonSerializable(typeof(PeerLink))]
[JsonSerializable(typeof(PeerNote))]
[JsonSerializable(typeof(FederationBatch))]
[JsonSerializable(typeof(FederationRequest))]
[JsonSerializable(typeof(FederationResponse))]
[JsonSerializable(typeof(FederationAnswer))]
[JsonSerializable(typeof(AccountDigest))]
[JsonSerializable(typeof(ImmutableArray<HeldRevision>))]
public sealed partial class GuardJson : JsonSerializerContext;
