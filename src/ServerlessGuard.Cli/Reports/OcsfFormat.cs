using ServerlessGuard.Evaluations;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Cli.Reports;

/// <summary>
/// OCSF Compliance Findings (class 2003) in a JSON array. Only attributes that 1.4.0 and 1.8.0 share are used, so each finding is valid in
/// both.
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
                var missing = verdict.Compliance is Compliance.NonCompliant ? null : verdict.Missing;
                OcsfFinding.Write(writer,
                    Of(report, evaluation, evaluation.Rule.Id, evaluation.Rule.Title, evaluation.Severity, verdict.Compliance,
                        [.. verdict.Evidence]) with
                {
                    Reason = verdict.Reason,
                    Detail = missing is null ? verdict.Reason : $"{missing}: {verdict.Reason}",
                    IsSuppressed = report.Suppressions.Of(evaluation) is not null,
                });
            }

            foreach (var found in verdict.SubFindings)
            {
                var title = evaluation.Rule.SubFindings.GetValueOrDefault(found.Key, found.Key);
                OcsfFinding.Write(writer,
                    Of(report, evaluation, $"{evaluation.Rule.Id}/{found.Key}", title, evaluation.SeverityOf(found),
                        Compliance.NonCompliant, [found.Evidence]) with
                {
                    Reason = found.Reason,
                    Detail = found.Reason,
                    IsSuppressed = report.Suppressions.Of(evaluation, found) is not null,
                });
            }

            JsonText.Pass(writer);
        }

        writer.WriteEndArray();
    });

    private static OcsfFinding Of(Report report, Evaluation evaluation, string id, string title, Severity severity, Compliance compliance,
        Evidence[] evidence) => new()
    {
        Id = id,
        Title = title,
        Severity = severity,
        Compliance = compliance,
        Subject = evaluation.Subject,
        Evidence = evidence,
        Time = report.At,
        LastSeen = evaluation.CapturedAt,
        Rule = evaluation.Rule,
    };
}
