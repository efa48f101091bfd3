using System.Text.Json.Serialization;

namespace ServerlessGuard.Cli.Reports;

/// <summary>A Compliance Finding as it is written; what is null is not there.</summary>
internal sealed record OcsfEvent
{
    public int ActivityId { get; } = 1;
    public string ActivityName { get; } = "Create";
    public int CategoryUid { get; } = 2;
    public string CategoryName { get; } = "Findings";
    public int ClassUid { get; } = 2003;
    public string ClassName { get; } = "Compliance Finding";
    public int TypeUid { get; } = 200301;
    public string TypeName { get; } = "Compliance Finding: Create";

    /// <summary>Milliseconds since 1970, as every time here.</summary>
    public required long Time { get; init; }

    public required int SeverityId { get; init; }
    public required string Severity { get; init; }
    public required int StatusId { get; init; }
    public required string Status { get; init; }
    public required string Message { get; init; }
    public required OcsfMetadata Metadata { get; init; }
    public required OcsfFindingInfo FindingInfo { get; init; }
    public required OcsfCompliance Compliance { get; init; }
    public OcsfRemediation? Remediation { get; init; }
    public required OcsfCloud Cloud { get; init; }
    public required IReadOnlyList<OcsfResource> Resources { get; init; }
    public IReadOnlyList<OcsfEvidences>? Evidences { get; init; }
}

internal sealed record OcsfMetadata(string Version, OcsfProduct Product, IReadOnlyList<string> Profiles, string EventCode);

internal sealed record OcsfProduct(string Name, string VendorName, string Version);

internal sealed record OcsfFindingInfo(string Uid, string Title, string Desc, long? FirstSeenTime, long? LastSeenTime);

internal sealed record OcsfCompliance(IReadOnlyList<string> Standards, string Control, IReadOnlyList<string> Requirements, int StatusId,
    string Status, string? StatusDetail);

internal sealed record OcsfRemediation(string Desc);

internal sealed record OcsfCloud(string Provider, string? Region, OcsfAccount? Account);

internal sealed record OcsfAccount(string Uid, int TypeId, string Type);

internal sealed record OcsfResource(string Uid, string Type, string? Name, string? Region);

internal sealed record OcsfEvidences(OcsfEvidence Data);

internal sealed record OcsfEvidence(string Path, string Value);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(OcsfEvent))]
internal sealed partial class OcsfJson : JsonSerializerContext;
