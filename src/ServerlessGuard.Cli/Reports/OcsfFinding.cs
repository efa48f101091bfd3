using System.Text.Json;
using ServerlessGuard.Findings;
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

    public static void Write(Utf8JsonWriter writer, OcsfFinding finding)
    {
        var subject = finding.Subject;
        var controls = finding.Rule?.Controls ?? [];
        var fails = finding.Compliance is Compliance.NonCompliant;
        writer.WriteStartObject();
        writer.WriteNumber("activity_id", 1);
        writer.WriteString("activity_name", "Create");
        writer.WriteNumber("category_uid", 2);
        writer.WriteString("category_name", "Findings");
        writer.WriteNumber("class_uid", 2003);
        writer.WriteString("class_name", "Compliance Finding");
        writer.WriteNumber("type_uid", 200301);
        writer.WriteString("type_name", "Compliance Finding: Create");
        writer.WriteNumber("time", finding.Time.ToUnixTimeMilliseconds());
        writer.WriteNumber("severity_id", fails ? SeverityId(finding.Severity) : 1);
        writer.WriteString("severity", fails ? finding.Severity.ToString() : "Informational");
        var (stateId, state) = fails ? finding.IsSuppressed ? (3, "Suppressed") : (1, "New") : (4, "Resolved");
        writer.WriteNumber("status_id", stateId);
        writer.WriteString("status", state);
        writer.WriteString("message", $"{finding.Title}: {subject.Id}");

        writer.WriteStartObject("metadata");
        writer.WriteString("version", "1.4.0");
        writer.WriteStartObject("product");
        writer.WriteString("name", "ServerlessGuard");
        writer.WriteString("vendor_name", "ServerlessGuard");
        writer.WriteString("version", Report.Version);
        writer.WriteEndObject();
        writer.WriteStartArray("profiles");
        writer.WriteStringValue("cloud");
        writer.WriteEndArray();
        writer.WriteString("event_code", finding.Id);
        writer.WriteEndObject();

        writer.WriteStartObject("finding_info");
        writer.WriteString("uid", FindingId.Of(finding.Id, subject));
        writer.WriteString("title", finding.Title);
        writer.WriteString("desc", finding.Reason ?? finding.Rule?.Risk ?? finding.Title);
        if (finding.FirstSeen is { } first)
        {
            writer.WriteNumber("first_seen_time", first.ToUnixTimeMilliseconds());
        }

        if (finding.LastSeen is { } captured)
        {
            writer.WriteNumber("last_seen_time", captured.ToUnixTimeMilliseconds());
        }

        writer.WriteEndObject();

        writer.WriteStartObject("compliance");
        writer.WriteStartArray("standards");
        foreach (var standard in controls.Select(control => control[..Math.Max(0, control.IndexOf('/', StringComparison.Ordinal))]).Where(name => name.Length > 0).DefaultIfEmpty("serverlessguard").Distinct(StringComparer.Ordinal))
        {
            writer.WriteStringValue(standard);
        }

        writer.WriteEndArray();
        writer.WriteString("control", finding.Id);
        writer.WriteStartArray("requirements");
        foreach (var control in controls)
        {
            writer.WriteStringValue(control);
        }

        writer.WriteEndArray();
        var (statusId, status) = Status(finding.Compliance);
        writer.WriteNumber("status_id", statusId);
        writer.WriteString("status", status);
        if (finding.Detail is { } detail)
        {
            writer.WriteString("status_detail", detail);
        }

        writer.WriteEndObject();

        if (fails)
        {
            writer.WriteStartObject("remediation");
            writer.WriteString("desc", finding.Rule?.Guide(subject.Provider)?.Fix ?? finding.Title);
            writer.WriteEndObject();
        }

        Resource(writer, subject);
        if (finding.Evidence.Count > 0)
        {
            writer.WriteStartArray("evidences");
            foreach (var one in finding.Evidence)
            {
                writer.WriteStartObject();
                writer.WriteStartObject("data");
                writer.WriteString("path", one.Path);
                writer.WriteString("value", one.Value);
                writer.WriteEndObject();
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        }

        writer.WriteEndObject();
    }

    private static void Resource(Utf8JsonWriter writer, ResourceRef subject)
    {
        writer.WriteStartObject("cloud");
        writer.WriteString("provider", subject.Provider.ToString().ToUpperInvariant() is "AWS" ? "AWS" : "Azure");
        if (subject.Region is { } region)
        {
            writer.WriteString("region", region);
        }

        if (subject.Account is { } account)
        {
            writer.WriteStartObject("account");
            writer.WriteString("uid", account);
            writer.WriteNumber("type_id", subject.Provider is Provider.Aws ? 10 : 13);
            writer.WriteString("type", subject.Provider is Provider.Aws ? "AWS Account" : "Azure Subscription");
            writer.WriteEndObject();
        }

        writer.WriteEndObject();

        writer.WriteStartArray("resources");
        writer.WriteStartObject();
        writer.WriteString("uid", subject.Id);
        writer.WriteString("type", subject.NativeType);
        if (subject.Name is { } name)
        {
            writer.WriteString("name", name);
        }

        if (subject.Region is { } place)
        {
            writer.WriteString("region", place);
        }

        writer.WriteEndObject();
        writer.WriteEndArray();
    }

    private static (int Id, string Name) Status(Compliance compliance) => compliance switch
    {
        Compliance.Compliant => (1, "Pass"),
        Compliance.InsufficientData => (2, "Warning"),
        Compliance.NonCompliant => (3, "Fail"),
        Compliance.NotApplicable => (99, "Not Applicable"),
    };

    private static int SeverityId(Severity severity) => severity switch
    {
        Severity.Low => 2,
        Severity.Medium => 3,
        Severity.High => 4,
        Severity.Critical => 5,
    };
}
