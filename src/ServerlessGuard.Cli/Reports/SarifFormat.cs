using System.Text.Json;
using ServerlessGuard.Evaluations;
using ServerlessGuard.Exemptions;
using ServerlessGuard.Findings;
using ServerlessGuard.Guides;
using ServerlessGuard.Rules;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Cli.Reports;

/// <summary>
/// SARIF 2.1.0: one result per rule and subject with kind fail, pass, notApplicable or review (InsufficientData); sub-findings are results
/// whose ruleId is below the rule's. A resource has no file: it is a logical location.
/// </summary>
/// <remarks>Source: OASIS SARIF 2.1.0, §3.27.9 kind, §3.27.10 level ("none" unless kind is fail), §3.52.4 hierarchical rule ids,
/// §3.35 suppression: kind external, since it is not in the resource.</remarks>
internal sealed class SarifFormat : IReportFormat
{
    public string Name => "sarif";

    /// <summary>Result by result: the whole log never stands in memory.</summary>
    public void Write(Report report, TextWriter output) => JsonText.Write(output, writer =>
    {
        writer.WriteStartObject();
        writer.WriteString("$schema", "https://json.schemastore.org/sarif-2.1.0.json");
        writer.WriteString("version", "2.1.0");
        writer.WriteStartArray("runs");
        writer.WriteStartObject();
        writer.WritePropertyName("tool");
        JsonSerializer.Serialize(writer, new SarifTool(new SarifDriver("ServerlessGuard", Report.Version, [.. report.Rules.Select(Rule)])),
            SarifJson.Default.SarifTool);
        writer.WriteStartArray("invocations");
        JsonSerializer.Serialize(writer, Invocation(report), SarifJson.Default.SarifInvocation);
        writer.WriteEndArray();
        writer.WriteStartArray("results");
        var index = report.Rules.Select((rule, at) => (rule.Id, at)).ToDictionary(pair => pair.Id, pair => pair.at, StringComparer.Ordinal);
        foreach (var result in report.Shown.SelectMany(evaluation =>
            Results(report, evaluation, index.TryGetValue(evaluation.Rule.Id, out var at) ? at : null)))
        {
            JsonSerializer.Serialize(writer, result, SarifJson.Default.SarifResult);
            JsonText.Pass(writer);
        }

        writer.WriteEndArray();
        writer.WriteString("columnKind", "utf16CodeUnits");
        writer.WriteEndObject();
        writer.WriteEndArray();
        writer.WriteEndObject();
    });

    private static SarifRule Rule(RuleDescriptor rule)
    {
        var guide = RuleGuides.Of(rule);
        string?[] help = [guide.Aws?.Fix is { } aws ? "AWS: " + aws : null, guide.Azure?.Fix is { } azure ? "Azure: " + azure : null];
        return new SarifRule(
            rule.Id,
            new SarifMessage(rule.Title),
            new SarifMessage(rule.Risk),
            new SarifMessage(string.Join("\n\n", help.OfType<string>())),
            new SarifConfiguration(Level(rule.Severity)),
            new SarifRuleProperties(["security", .. guide.Controls], Score(rule.Severity)));
    }

    private static SarifInvocation Invocation(Report report) => new(
        report.Result.Faults.Count == 0,
        report.At.UtcDateTime,
        [.. report.Faults.Lines.Concat(report.Result.Faults).Select(line => new SarifNotification(new SarifMessage(line), "warning"))]);

    private static IEnumerable<SarifResult> Results(Report report, Evaluation evaluation, int? index)
    {
        var verdict = evaluation.Verdict;
        var rule = evaluation.Rule;
        if (report.AllVerdicts || verdict.Compliance is Compliance.NonCompliant)
        {
            var text = verdict.Reason is null
                ? rule.Title : verdict.Missing is null ? verdict.Reason : $"{verdict.Missing}: {verdict.Reason}";
            yield return One(evaluation, rule.Id, index, verdict.Compliance, evaluation.Severity, text, verdict.Evidence,
                report.Suppressions.Of(evaluation));
        }

        foreach (var found in verdict.SubFindings)
        {
            yield return One(
                evaluation, $"{rule.Id}/{found.Key}", index, Compliance.NonCompliant, evaluation.SeverityOf(found), found.Reason,
                [found.Evidence],
                report.Suppressions.Of(evaluation, found));
        }
    }

    private static SarifResult One(
        Evaluation evaluation, string id, int? index, Compliance compliance, Severity severity, string text, IEnumerable<Evidence> evidence,
        Exemption? exemption)
    {
        var subject = evaluation.Subject;
        return new SarifResult
        {
            RuleId = id,
            RuleIndex = index,
            Kind = Kind(compliance),
            Level = compliance is Compliance.NonCompliant ? Level(severity) : "none",
            Message = new SarifMessage(text),
            Locations = [new SarifLocation([new SarifLogicalLocation(subject.Id, subject.Name, "resource")])],
            Suppressions = exemption is null ? null : [new SarifSuppression("external", "accepted", $"{exemption.Id}: {exemption.Reason}")],
            PartialFingerprints = new SarifFingerprints(FindingId.Of(id, subject)),
            Properties = new SarifProperties(
                compliance.ToString(),
                severity.ToString(),
                subject.Provider.ToString(),
                subject.Account,
                subject.Region,
                subject.NativeType,
                [.. evidence.Select(one => new SarifEvidence(one.Path, one.Value))]),
        };
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
