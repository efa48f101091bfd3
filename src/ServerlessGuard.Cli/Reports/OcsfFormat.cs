using System.Text.Json;
using ServerlessGuard.Evaluations;
using ServerlessGuard.Findings;
using ServerlessGuard.Resources;

namespace ServerlessGuard.Cli.Reports;

/// <summary>
/// OCSF Compliance Findings (class 2003) in a JSON array. Only attributes that 1.4.0 and 1.8.0 share are used, so each finding is valid in both.
/// </summary>
/// <remarks>Source: ocsf-schema, events/findings/compliance_finding.json with the cloud profile.</remarks>
internal sealed class OcsfFormat : IReportFormat
{
    public string Name => "ocsf";

    public void Write(Report report, TextWriter output) => JsonText.Write(output, writer =>
    {
        writer.WriteStartArray();
        foreach (var evaluation in report.Shown)
        {
            var verdict = evaluation.Verdict;
            if (report.AllVerdicts || verdict.Compliance is Compliance.NonCompliant)
            {
                One(writer, report, evaluation, evaluation.Rule.Id, evaluation.Rule.Title, evaluation.Severity, verdict.Compliance, verdict.Reason, [.. verdict.Evidence]);
            }

            foreach (var found in verdict.SubFindings)
            {
                var title = evaluation.Rule.SubFindings.GetValueOrDefault(found.Key, found.Key);
                One(writer, report, evaluation, $"{evaluation.Rule.Id}/{found.Key}", title, evaluation.SeverityOf(found), Compliance.NonCompliant, found.Reason, [found.Evidence]);
            }
        }

        writer.WriteEndArray();
    });

    private static void One(
        Utf8JsonWriter writer, Report report, Evaluation evaluation, string id, string title, Severity severity, Compliance compliance, string? reason, Evidence[] evidence)
    {
        var rule = evaluation.Rule;
        var subject = evaluation.Subject;
        var fails = compliance is Compliance.NonCompliant;
        writer.WriteStartObject();
        writer.WriteNumber("activity_id", 1);
        writer.WriteString("activity_name", "Create");
        writer.WriteNumber("category_uid", 2);
        writer.WriteString("category_name", "Findings");
        writer.WriteNumber("class_uid", 2003);
        writer.WriteString("class_name", "Compliance Finding");
        writer.WriteNumber("type_uid", 200301);
        writer.WriteString("type_name", "Compliance Finding: Create");
        writer.WriteNumber("time", report.At.ToUnixTimeMilliseconds());
        writer.WriteNumber("severity_id", fails ? SeverityId(severity) : 1);
        writer.WriteString("severity", fails ? severity.ToString() : "Informational");
        writer.WriteNumber("status_id", fails ? 1 : 4);
        writer.WriteString("status", fails ? "New" : "Resolved");
        writer.WriteString("message", $"{title}: {subject.Id}");

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
        writer.WriteString("event_code", id);
        writer.WriteEndObject();

        writer.WriteStartObject("finding_info");
        writer.WriteString("uid", FindingId.Of(id, subject));
        writer.WriteString("title", title);
        writer.WriteString("desc", reason ?? rule.Risk);
        if (evaluation.CapturedAt is { } captured)
        {
            writer.WriteNumber("last_seen_time", captured.ToUnixTimeMilliseconds());
        }

        writer.WriteEndObject();

        writer.WriteStartObject("compliance");
        writer.WriteStartArray("standards");
        foreach (var standard in rule.Controls.Select(control => control[..Math.Max(0, control.IndexOf('/', StringComparison.Ordinal))]).Where(name => name.Length > 0).DefaultIfEmpty("serverlessguard").Distinct(StringComparer.Ordinal))
        {
            writer.WriteStringValue(standard);
        }

        writer.WriteEndArray();
        writer.WriteString("control", id);
        writer.WriteStartArray("requirements");
        foreach (var control in rule.Controls)
        {
            writer.WriteStringValue(control);
        }

        writer.WriteEndArray();
        var (statusId, status) = Status(compliance);
        writer.WriteNumber("status_id", statusId);
        writer.WriteString("status", status);
        if (reason is not null)
        {
            writer.WriteString("status_detail", evaluation.Verdict.Missing is { } missing && !fails ? $"{missing}: {reason}" : reason);
        }

        writer.WriteEndObject();

        if (fails)
        {
            writer.WriteStartObject("remediation");
            writer.WriteString("desc", rule.Guide(subject.Provider)?.Fix ?? rule.Title);
            writer.WriteEndObject();
        }

        Resource(writer, subject);
        if (evidence.Length > 0)
        {
            writer.WriteStartArray("evidences");
            foreach (var one in evidence)
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
