using System.Text.Json;
using ServerlessGuard.Evaluations;
using ServerlessGuard.Exemptions;
using ServerlessGuard.Findings;
using ServerlessGuard.Resources;
using ServerlessGuard.Rules;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Cli.Reports;

/// <summary>
/// SARIF 2.1.0: one result per rule and subject with kind fail, pass, notApplicable or review (InsufficientData); sub-findings are results whose ruleId is
/// below the rule's. A resource has no file: it is a logical location.
/// </summary>
/// <remarks>Source: OASIS SARIF 2.1.0, §3.27.9 kind, §3.27.10 level ("none" unless kind is fail), §3.52.4 hierarchical rule ids,
/// §3.35 suppression: kind external, since it is not in the resource.</remarks>
internal sealed class SarifFormat : IReportFormat
{
    public string Name => "sarif";

    public void Write(Report report, TextWriter output) => JsonText.Write(output, writer =>
    {
        writer.WriteStartObject();
        writer.WriteString("$schema", "https://json.schemastore.org/sarif-2.1.0.json");
        writer.WriteString("version", "2.1.0");
        writer.WriteStartArray("runs");
        writer.WriteStartObject();
        Tool(writer, report.Rules);
        Invocation(writer, report);
        writer.WriteStartArray("results");
        var index = report.Rules.Select((rule, at) => (rule.Id, at)).ToDictionary(pair => pair.Id, pair => pair.at, StringComparer.Ordinal);
        foreach (var evaluation in report.Shown)
        {
            Results(writer, report, evaluation, index.GetValueOrDefault(evaluation.Rule.Id, -1));
        }

        writer.WriteEndArray();
        writer.WriteString("columnKind", "utf16CodeUnits");
        writer.WriteEndObject();
        writer.WriteEndArray();
        writer.WriteEndObject();
    });

    private static void Tool(Utf8JsonWriter writer, IReadOnlyList<RuleDescriptor> rules)
    {
        writer.WriteStartObject("tool");
        writer.WriteStartObject("driver");
        writer.WriteString("name", "ServerlessGuard");
        writer.WriteString("semanticVersion", Report.Version);
        writer.WriteStartArray("rules");
        foreach (var rule in rules)
        {
            writer.WriteStartObject();
            writer.WriteString("id", rule.Id);
            Message(writer, "shortDescription", rule.Title);
            Message(writer, "fullDescription", rule.Risk);
            Message(writer, "help", string.Join("\n\n", new[] { rule.Aws?.Fix is { } aws ? "AWS: " + aws : null, rule.Azure?.Fix is { } azure ? "Azure: " + azure : null }.OfType<string>()));
            writer.WriteStartObject("defaultConfiguration");
            writer.WriteString("level", Level(rule.Severity));
            writer.WriteEndObject();
            writer.WriteStartObject("properties");
            writer.WriteStartArray("tags");
            writer.WriteStringValue("security");
            foreach (var control in rule.Controls)
            {
                writer.WriteStringValue(control);
            }

            writer.WriteEndArray();
            writer.WriteString("security-severity", Score(rule.Severity));
            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private static void Invocation(Utf8JsonWriter writer, Report report)
    {
        writer.WriteStartArray("invocations");
        writer.WriteStartObject();
        writer.WriteBoolean("executionSuccessful", report.Result.Faults.Count == 0);
        writer.WriteString("endTimeUtc", report.At.UtcDateTime);
        writer.WriteStartArray("toolExecutionNotifications");
        foreach (var line in report.Faults.Lines.Concat(report.Result.Faults))
        {
            writer.WriteStartObject();
            Message(writer, "message", line);
            writer.WriteString("level", "warning");
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.WriteEndArray();
    }

    private static void Results(Utf8JsonWriter writer, Report report, Evaluation evaluation, int index)
    {
        var verdict = evaluation.Verdict;
        var rule = evaluation.Rule;
        if (report.AllVerdicts || verdict.Compliance is Compliance.NonCompliant)
        {
            var text = verdict.Reason is null ? rule.Title : verdict.Missing is null ? verdict.Reason : $"{verdict.Missing}: {verdict.Reason}";
            One(writer, rule.Id, index, verdict.Compliance, evaluation.Severity, text, evaluation, [.. verdict.Evidence], report.Suppressions.Of(evaluation));
        }

        foreach (var found in verdict.SubFindings)
        {
            One(writer, $"{rule.Id}/{found.Key}", index, Compliance.NonCompliant, evaluation.SeverityOf(found), found.Reason, evaluation, [found.Evidence], report.Suppressions.Of(evaluation, found));
        }
    }

    private static void One(
        Utf8JsonWriter writer, string id, int index, Compliance compliance, Severity severity, string text, Evaluation evaluation, Evidence[] evidence, Exemption? exemption)
    {
        var subject = evaluation.Subject;
        writer.WriteStartObject();
        writer.WriteString("ruleId", id);
        if (index >= 0)
        {
            writer.WriteNumber("ruleIndex", index);
        }

        writer.WriteString("kind", Kind(compliance));
        writer.WriteString("level", compliance is Compliance.NonCompliant ? Level(severity) : "none");
        Message(writer, "message", text);
        writer.WriteStartArray("locations");
        writer.WriteStartObject();
        writer.WriteStartArray("logicalLocations");
        writer.WriteStartObject();
        writer.WriteString("fullyQualifiedName", subject.Id);
        if (subject.Name is { } name)
        {
            writer.WriteString("name", name);
        }

        writer.WriteString("kind", "resource");
        writer.WriteEndObject();
        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.WriteEndArray();
        if (exemption is not null)
        {
            writer.WriteStartArray("suppressions");
            writer.WriteStartObject();
            writer.WriteString("kind", "external");
            writer.WriteString("status", "accepted");
            writer.WriteString("justification", $"{exemption.Id}: {exemption.Reason}");
            writer.WriteEndObject();
            writer.WriteEndArray();
        }

        writer.WriteStartObject("partialFingerprints");
        writer.WriteString("findingId/v1", FindingId.Of(id, subject));
        writer.WriteEndObject();
        Properties(writer, compliance, severity, subject, evidence);
        writer.WriteEndObject();
    }

    private static void Properties(Utf8JsonWriter writer, Compliance compliance, Severity severity, ResourceRef subject, Evidence[] evidence)
    {
        writer.WriteStartObject("properties");
        writer.WriteString("compliance", compliance.ToString());
        writer.WriteString("severity", severity.ToString());
        writer.WriteString("provider", subject.Provider.ToString());
        writer.WriteString("account", subject.Account);
        writer.WriteString("region", subject.Region);
        writer.WriteString("nativeType", subject.NativeType);
        writer.WriteStartArray("evidence");
        foreach (var one in evidence)
        {
            writer.WriteStartObject();
            writer.WriteString("path", one.Path);
            writer.WriteString("value", one.Value);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void Message(Utf8JsonWriter writer, string name, string text)
    {
        writer.WriteStartObject(name);
        writer.WriteString("text", text);
        writer.WriteEndObject();
    }

    private static string Kind(Compliance compliance) => compliance switch
    {
        Compliance.Compliant => "pass",
        Compliance.NonCompliant => "fail",
        Compliance.NotApplicable => "notApplicable",
        Compliance.InsufficientData => "review",
    };

    private static string Level(Severity severity) => severity switch
    {
        Severity.Low => "note",
        Severity.Medium => "warning",
        Severity.High or Severity.Critical => "error",
    };

    /// <summary>GitHub's scale for the property security-severity.</summary>
    private static string Score(Severity severity) => severity switch
    {
        Severity.Low => "3.0",
        Severity.Medium => "5.5",
        Severity.High => "8.0",
        Severity.Critical => "9.5",
    };
}
