using System.Text.Json;
using ServerlessGuard.Evaluations;
using ServerlessGuard.Exemptions;
using ServerlessGuard.Findings;
using ServerlessGuard.Guides;
using ServerlessGuard.Rules;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Cli.Reports;

/// <summary>Everything that the scan knows, for a program: see docs/scan-json.md for the shape.</summary>
internal sealed class JsonFormat : IReportFormat
{
    public string Name => "json";

    public void Write(Report report, TextWriter output) => JsonText.Write(output, writer =>
    {
        writer.WriteStartObject();
        writer.WriteString("tool", "ServerlessGuard");
        writer.WriteString("version", Report.Version);
        writer.WriteString("evaluatedAt", report.At);
        writer.WriteNumber("resources", report.Result.Resources);
        writer.WriteNumber("rules", report.Rules.Count);
        writer.WriteStartObject("counts");
        writer.WriteNumber("nonCompliant", report.Result.Counts.NonCompliant);
        writer.WriteNumber("compliant", report.Result.Counts.Compliant);
        writer.WriteNumber("notApplicable", report.Result.Counts.NotApplicable);
        writer.WriteNumber("insufficientData", report.Result.Counts.InsufficientData);
        writer.WriteNumber("subFindings", report.Result.Counts.SubFindings);
        writer.WriteNumber("suppressed", report.Tally.AllAccepted);
        writer.WriteNumber("records", report.Faults.Records);
        writer.WriteNumber("unreadable", report.Faults.Unreadable);
        writer.WriteEndObject();
        writer.WriteStartArray("evaluations");
        foreach (var evaluation in report.Shown)
        {
            One(writer, report, evaluation);
            JsonText.Pass(writer);
        }

        writer.WriteEndArray();
        writer.WriteStartArray("unreadable");
        foreach (var line in report.Faults.Lines)
        {
            writer.WriteStringValue(line);
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    });

    private static void One(Utf8JsonWriter writer, Report report, Evaluation evaluation)
    {
        var (rule, subject, verdict) = evaluation;
        writer.WriteStartObject();
        writer.WriteString("findingId", FindingId.Of(rule.Id, subject));
        writer.WriteString("rule", rule.Id);
        writer.WriteString("title", rule.Title);
        if (rule.Maturity is Maturity.Preview)
        {
            writer.WriteBoolean("preview", true);
        }

        writer.WriteString("compliance", verdict.Compliance.ToString());
        writer.WriteString("severity", evaluation.Severity.ToString());
        writer.WriteStartObject("resource");
        writer.WriteString("provider", subject.Provider.ToString());
        writer.WriteString("account", subject.Account);
        writer.WriteString("region", subject.Region);
        writer.WriteString("type", subject.NativeType);
        writer.WriteString("id", subject.Id);
        writer.WriteString("name", subject.Name);
        writer.WriteEndObject();
        writer.WriteString("reason", verdict.Reason);
        writer.WriteString("missing", verdict.Missing);
        writer.WriteStartArray("evidence");
        foreach (var evidence in verdict.Evidence)
        {
            Evidence(writer, evidence);
        }

        writer.WriteEndArray();
        writer.WriteStartArray("subFindings");
        foreach (var found in verdict.SubFindings)
        {
            writer.WriteStartObject();
            writer.WriteString("rule", $"{rule.Id}/{found.Key}");
            writer.WriteString("severity", evaluation.SeverityOf(found).ToString());
            writer.WriteString("reason", found.Reason);
            writer.WritePropertyName("evidence");
            Evidence(writer, found.Evidence);
            Suppression(writer, report.Suppressions.Of(evaluation, found));
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteString("fix", RuleGuides.Of(rule).In(subject.Provider)?.Fix);
        writer.WriteString("remediation", rule.Remediation);
        if (evaluation.CapturedAt is { } captured)
        {
            writer.WriteString("capturedAt", captured);
        }

        Suppression(writer, report.Suppressions.Of(evaluation));

        writer.WriteEndObject();
    }

    /// <summary>Only where a finding is accepted.</summary>
    private static void Suppression(Utf8JsonWriter writer, Exemption? exemption)
    {
        if (exemption is not null)
        {
            writer.WriteStartObject("suppression");
            writer.WriteString("exemption", exemption.Id);
            writer.WriteString("category", exemption.Category.ToString());
            writer.WriteString("reason", exemption.Reason);
            writer.WriteString("expiresAt", exemption.ExpiresAt);
            writer.WriteEndObject();
        }
    }

    private static void Evidence(Utf8JsonWriter writer, Evidence evidence)
    {
        writer.WriteStartObject();
        writer.WriteString("path", evidence.Path);
        writer.WriteString("value", evidence.Value);
        writer.WriteEndObject();
    }
}
