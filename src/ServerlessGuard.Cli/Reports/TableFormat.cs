using ServerlessGuard.Guides;
using ServerlessGuard.Resources;
using ServerlessGuard.Rules;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Cli.Reports;

/// <summary>
/// For a person at a terminal: grouped by severity and rule, both clouds under one heading; why and how to fix once, then each resource
/// with the place in its document that decided.
/// </summary>
internal sealed class TableFormat : IReportFormat
{
    public string Name => "table";

    public void Write(Report report, TextWriter output)
    {
        var style = new Style(report.Color);
        foreach (var group in Rows(report).GroupBy(row => (row.Severity, row.Id, row.Title)))
        {
            var first = group.First();
            output.WriteLine(
                $"{style.Severity(first.Severity, first.Compliance)}  {style.Bold(first.Id)}  "
                    + $"{Terminal.Safe(first.Title)}{(first.Rule.Maturity is Maturity.Preview ? "  (preview)" : string.Empty)}");
            if (first.Compliance is Compliance.NonCompliant)
            {
                output.WriteLine($"  why  {Terminal.Safe(first.Rule.Risk)}");
                foreach (var provider in group.Select(row => row.Subject.Provider).Distinct())
                {
                    output.WriteLine(
                        $"  fix  {Cloud(provider)}: {Terminal.Safe(RuleGuides.Of(first.Rule).In(provider)?.Fix ?? "see the rule's page")}");
                }
            }

            var oneReason = group.Select(row => row.Reason).Distinct(StringComparer.Ordinal).Count() == 1;
            if (oneReason)
            {
                output.WriteLine($"  what {Terminal.Safe(first.Reason)}");
            }

            foreach (var row in group)
            {
                output.WriteLine($"  - {style.Bold(Terminal.Safe(row.Subject.Id))}  {style.Dim(Where(row.Subject))}");
                if (!oneReason)
                {
                    output.WriteLine($"      {Terminal.Safe(row.Reason)}");
                }

                foreach (var evidence in row.Evidence)
                {
                    output.WriteLine($"      {style.Dim(Terminal.Safe(evidence.Path))} = {Terminal.Safe(evidence.Value)}");
                }
            }

            output.WriteLine();
        }

        if (!report.AllVerdicts)
        {
            Undecided(report, output, style);
        }

        Summary(report, output, style);
    }

    /// <summary>What a rule could not decide is not a pass: each missing fact once, with how many resources wait for it.</summary>
    private static void Undecided(Report report, TextWriter output, Style style)
    {
        const int Most = 12;
        var missing = report.Result.Evaluations.Where(evaluation => evaluation.Verdict.Compliance is Compliance.InsufficientData)
            .GroupBy(evaluation => (evaluation.Rule.Id, evaluation.Verdict.Missing, evaluation.Verdict.Reason, evaluation.Rule.Severity))
            .OrderByDescending(group => group.Key.Severity).ThenByDescending(group => group.Count())
                .ThenBy(group => group.Key.Id, StringComparer.Ordinal).ToList();
        if (missing.Count == 0)
        {
            return;
        }

        output.WriteLine(style.Bold("UNDECIDED, data is missing"));
        foreach (var group in missing.Take(Most))
        {
            output.WriteLine(
                $"  {group.Key.Id,-12} {group.Count(),5} ×  {Terminal.Safe(group.Key.Missing ?? string.Empty)}: "
                    + $"{Terminal.Safe(group.Key.Reason ?? string.Empty)}");
        }

        if (missing.Count > Most)
        {
            output.WriteLine($"  and {missing.Count - Most} more kinds (--all-verdicts lists them all)");
        }

        output.WriteLine();
    }

    private static void Summary(Report report, TextWriter output, Style style)
    {
        var counts = report.Result.Counts;
        var failed = report.Failed.ToList();
        var bySeverity = string.Join(", ", Enum.GetValues<Severity>().OrderDescending()
            .Select(severity => (severity, Count: failed.Count(evaluation => evaluation.Severity == severity)))
            .Where(pair => pair.Count > 0).Select(pair => $"{pair.Count} {pair.severity.ToString().ToLowerInvariant()}"));
        output.WriteLine(failed.Count == 0
            ? style.Bold($"No findings in {report.Result.Resources} resources ({report.Rules.Count} rules).")
            : style.Bold($"{failed.Count} findings in {report.Result.Resources} resources ({report.Rules.Count} rules): {bySeverity}."));
        output.WriteLine(
            $"{counts.Compliant} verdicts compliant, {counts.NotApplicable} not applicable, {counts.InsufficientData} lack "
                + $"data{(report.AllVerdicts ? "." : " (--all-verdicts shows them).")}");
        if (report.SubFindings is > 0 and var besides)
        {
            output.WriteLine($"{besides} additional sub-findings.");
        }

        var accepted = report.Suppressed.GroupBy(exemption => exemption.Id, StringComparer.Ordinal)
            .Select(group => $"{group.Count()} by {Terminal.Safe(group.Key)}").ToList();
        if (accepted.Count > 0)
        {
            output.WriteLine($"Suppressed by exemptions: {string.Join(", ", accepted)}.");
        }
    }

    private static IEnumerable<Row> Rows(Report report)
    {
        var rows = new List<Row>();
        foreach (var evaluation in report.Shown)
        {
            var verdict = evaluation.Verdict;
            if ((report.AllVerdicts || verdict.Compliance is Compliance.NonCompliant) && report.Suppressions.Of(evaluation) is null)
            {
                rows.Add(new Row(evaluation.Rule, evaluation.Rule.Id, evaluation.Rule.Title, evaluation.Severity, verdict.Compliance,
                    evaluation.Subject,
                    verdict.Reason is null
                        ? "The condition was tested and is met."
                        : verdict.Missing is null ? verdict.Reason : $"{verdict.Missing}: {verdict.Reason}", [.. verdict.Evidence]));
            }

            rows.AddRange(verdict.SubFindings.Where(found => report.Suppressions.Of(evaluation, found) is null)
                .Select(found => new Row(evaluation.Rule, $"{evaluation.Rule.Id}/{found.Key}",
                evaluation.Rule.SubFindings.GetValueOrDefault(found.Key, found.Key), evaluation.SeverityOf(found), Compliance.NonCompliant,
                evaluation.Subject, found.Reason, [found.Evidence])));
        }

        return rows.OrderBy(row => row.Compliance is Compliance.NonCompliant ? -(int)row.Severity : (int)row.Compliance + 1)
            .ThenBy(row => row.Id, StringComparer.Ordinal).ThenBy(row => row.Subject.Id, StringComparer.Ordinal);
    }

    private static string Where(ResourceRef subject) => Terminal.Safe(
        $"({Cloud(subject.Provider)}{(subject.Account is { } account ? " " + account : string.Empty)}{(subject.Region is { } region ? ", " + region : string.Empty)})");

    private static string Cloud(Provider provider) => provider switch
    {
        Provider.Aws => "AWS",
        Provider.Azure => "Azure",
    };

    private sealed record Row(RuleDescriptor Rule, string Id, string Title, Severity Severity, Compliance Compliance, ResourceRef Subject,
        string Reason, Evidence[] Evidence);

    private sealed class Style(bool color)
    {
        public string Bold(string text) => color ? $"\u001b[1m{text}\u001b[0m" : text;

        public string Dim(string text) => color ? $"\u001b[2m{text}\u001b[0m" : text;

        public string Severity(Severity severity, Compliance compliance)
        {
            var word = compliance is Compliance.NonCompliant ? severity.ToString().ToUpperInvariant() : compliance switch
            {
                Compliance.Compliant => "COMPLIANT",
                Compliance.NotApplicable => "NOT APPLICABLE",
                _ => "INSUFFICIENT DATA",
            };
            var code = compliance is not Compliance.NonCompliant ? "2" : severity switch
            {
                Verdicts.Severity.Critical => "1;37;41",
                Verdicts.Severity.High => "1;31",
                Verdicts.Severity.Medium => "1;33",
                Verdicts.Severity.Low => "1;36",
            };
            return color ? $"\u001b[{code}m{word}\u001b[0m" : word;
        }
    }
}
