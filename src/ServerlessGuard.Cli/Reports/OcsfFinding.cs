using System.Text.Json;
using ServerlessGuard.Findings;
using ServerlessGuard.Guides;
using ServerlessGuard.Resources;
using ServerlessGuard.Rules;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Cli.Reports;

/// <summary>One OCSF Compliance Finding (class 2003), from a scan or from the table.</summary>
internal sealed record OcsfFinding
{
    public required string Id { get; init; }
    public required string Title { get; init; }
    public required Severity Severity { get; init; }
    public required Compliance Compliance { get; init; }
    public required ResourceRef Subject { get; init; }
    public required IReadOnlyList<Evidence> Evidence { get; init; }
    public required DateTimeOffset Time { get; init; }
    public DateTimeOffset? FirstSeen { get; init; }
    public DateTimeOffset? LastSeen { get; init; }
    public string? Reason { get; init; }
    public string? Detail { get; init; }
    public bool IsSuppressed { get; init; }

    /// <summary>Null for a rule that this program does not know: a custom one.</summary>
    public RuleDescriptor? Rule { get; init; }

    public static void Write(Utf8JsonWriter writer, OcsfFinding finding) =>
        JsonSerializer.Serialize(writer, finding.Event(), OcsfJson.Default.OcsfEvent);

    private OcsfEvent Event()
    {
        var guide = Rule is { } rule ? RuleGuides.Of(rule) : null;
        var fails = Compliance is Compliance.NonCompliant;
        var (stateId, state) = fails ? IsSuppressed ? (3, "Suppressed") : (1, "New") : (4, "Resolved");
        return new OcsfEvent
        {
            Time = Time.ToUnixTimeMilliseconds(),
            SeverityId = fails ? IdOf(Severity) : 1,
            Severity = fails ? Severity.ToString() : "Informational",
            StatusId = stateId,
            Status = state,
            Message = $"{Title}: {Subject.Id}",
            Metadata = new OcsfMetadata("1.4.0", new OcsfProduct("ServerlessGuard", "ServerlessGuard", Report.Version), ["cloud"], Id),
            FindingInfo = new OcsfFindingInfo(
                FindingId.Of(Id, Subject), Title, Reason ?? Rule?.Risk ?? Title, FirstSeen?.ToUnixTimeMilliseconds(),
                LastSeen?.ToUnixTimeMilliseconds()),
            Compliance = Requirements(guide?.Controls ?? []),
            Remediation = fails ? new OcsfRemediation(guide?.In(Subject.Provider)?.Fix ?? Title) : null,
            Cloud = new OcsfCloud(Subject.Provider is Provider.Aws ? "AWS" : "Azure", Subject.Region, Account(Subject)),
            Resources = [new OcsfResource(Subject.Id, Subject.NativeType, Subject.Name, Subject.Region)],
            Evidences = Evidence.Count == 0 ? null : [.. Evidence.Select(one => new OcsfEvidences(new OcsfEvidence(one.Path, one.Value)))],
        };
    }

    /// <summary>The standards are what stands before the slash of a control; ours where there is none.</summary>
    private OcsfCompliance Requirements(IReadOnlyList<string> controls)
    {
        var standards = controls.Select(control => control[..Math.Max(0, control.IndexOf('/', StringComparison.Ordinal))])
            .Where(name => name.Length > 0);
        var (statusId, status) = Status(Compliance);
        return new OcsfCompliance([.. standards.DefaultIfEmpty("serverlessguard").Distinct(StringComparer.Ordinal)], Id, controls, statusId,
            status, Detail);
    }

    private static OcsfAccount? Account(ResourceRef subject) => subject.Account is not { } account ? null
        : subject.Provider is Provider.Aws ? new OcsfAccount(account, 10, "AWS Account")
        : new OcsfAccount(account, 13, "Azure Subscription");

    private static (int Id, string Name) Status(Compliance compliance) => compliance switch
    {
        Compliance.Compliant => (1, "Pass"),
        Compliance.InsufficientData => (2, "Warning"),
        Compliance.NonCompliant => (3, "Fail"),
        Compliance.NotApplicable => (99, "Not Applicable"),
    };

    private static int IdOf(Severity severity) => severity switch
    {
        Severity.Low => 2,
        Severity.Medium => 3,
        Severity.High => 4,
        Severity.Critical => 5,
    };
}
