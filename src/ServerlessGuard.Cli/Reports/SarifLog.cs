using System.Text.Json.Serialization;

namespace ServerlessGuard.Cli.Reports;

internal sealed record SarifMessage(string Text);

internal sealed record SarifTool(SarifDriver Driver);

internal sealed record SarifDriver(string Name, string SemanticVersion, IReadOnlyList<SarifRule> Rules);

internal sealed record SarifRule(
    string Id, SarifMessage ShortDescription, SarifMessage FullDescription, SarifMessage Help, SarifConfiguration DefaultConfiguration,
    SarifRuleProperties Properties);

internal sealed record SarifConfiguration(string Level);

/// <summary>GitHub reads both.</summary>
internal sealed record SarifRuleProperties(IReadOnlyList<string> Tags,
    [property: JsonPropertyName("security-severity")] string SecuritySeverity);

internal sealed record SarifInvocation(bool ExecutionSuccessful, DateTime EndTimeUtc,
    IReadOnlyList<SarifNotification> ToolExecutionNotifications);

internal sealed record SarifNotification(SarifMessage Message, string Level);

internal sealed record SarifResult
{
    public required string RuleId { get; init; }

    /// <summary>In the tool's list; null for a rule that is not in it.</summary>
    public int? RuleIndex { get; init; }

    public required string Kind { get; init; }
    public required string Level { get; init; }
    public required SarifMessage Message { get; init; }
    public required IReadOnlyList<SarifLocation> Locations { get; init; }

    /// <summary>Null: none.</summary>
    public IReadOnlyList<SarifSuppression>? Suppressions { get; init; }

    public required SarifFingerprints PartialFingerprints { get; init; }
    public required SarifProperties Properties { get; init; }
}

internal sealed record SarifLocation(IReadOnlyList<SarifLogicalLocation> LogicalLocations);

internal sealed record SarifLogicalLocation(string FullyQualifiedName, string? Name, string Kind);

internal sealed record SarifSuppression(string Kind, string Status, string Justification);

internal sealed record SarifFingerprints([property: JsonPropertyName("findingId/v1")] string FindingId);

/// <summary>Ours: an account and a region are there even where they are null.</summary>
internal sealed record SarifProperties(
    string Compliance,
    string Severity,
    string Provider,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Account,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Region,
    string NativeType,
    IReadOnlyList<SarifEvidence> Evidence);

internal sealed record SarifEvidence(string Path, string Value);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(SarifTool))]
[JsonSerializable(typeof(SarifInvocation))]
[JsonSerializable(typeof(SarifResult))]
internal sealed partial class SarifJson : JsonSerializerContext;
