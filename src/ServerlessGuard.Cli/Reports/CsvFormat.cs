using ServerlessGuard.Evaluations;
using ServerlessGuard.Guides;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Cli.Reports;

/// <summary>One line per verdict (RFC 4180). A cell that a spreadsheet would run as a formula starts with an apostrophe.</summary>
internal sealed class CsvFormat : IReportFormat
{
    public string Name => "csv";

    public void Write(Report report, TextWriter output)
    {
        Line(output, "rule", "title", "compliance", "severity", "provider", "account", "region", "type", "resource", "reason", "path",
            "value", "fix", "captured_at", "exemption");
        foreach (var evaluation in report.Shown)
        {
            var verdict = evaluation.Verdict;
            if (report.AllVerdicts || verdict.Compliance is Compliance.NonCompliant)
            {
                var evidence = verdict.Evidence.IsEmpty ? new Evidence(verdict.Missing ?? string.Empty, string.Empty) : verdict.Evidence[0];
                Row(output, evaluation, evaluation.Rule.Id, evaluation.Rule.Title, verdict.Compliance, evaluation.Severity, verdict.Reason,
                    evidence, report.Suppressions.Of(evaluation)?.Id);
            }

            foreach (var found in verdict.SubFindings)
            {
                var title = evaluation.Rule.SubFindings.GetValueOrDefault(found.Key, found.Key);
                Row(output, evaluation, $"{evaluation.Rule.Id}/{found.Key}", title, Compliance.NonCompliant, evaluation.SeverityOf(found),
                    found.Reason, found.Evidence, report.Suppressions.Of(evaluation, found)?.Id);
            }
        }
    }

    private static void Row(
        TextWriter output, Evaluation evaluation, string id, string title, Compliance compliance, Severity severity, string? reason,
        Evidence evidence, string? exemption)
    {
        var subject = evaluation.Subject;
        Line(output, id, title, compliance.ToString(), compliance is Compliance.NonCompliant ? severity.ToString() : string.Empty,
            subject.Provider.ToString(), subject.Account,
            subject.Region, subject.NativeType, subject.Id, reason, evidence.Path, evidence.Value,
            RuleGuides.Of(evaluation.Rule).In(subject.Provider)?.Fix, evaluation.CapturedAt?.ToString("o"), exemption);
    }

    internal static void Line(TextWriter output, params ReadOnlySpan<string?> cells)
    {
        for (var i = 0; i < cells.Length; i++)
        {
            if (i > 0)
            {
                output.Write(',');
            }

            output.Write(Cell(cells[i] ?? string.Empty));
        }

        output.Write("\r\n");
    }

    internal static string Cell(string foreign)
    {
        var text = Terminal.Safe(foreign);
        var plain = text.Length > 0 && text[0] is '=' or '+' or '-' or '@' or '|' or '%' ? "'" + text : text;
        return plain.AsSpan().IndexOfAny(",\"\r\n") < 0 ? plain : $"\"{plain.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }
}
