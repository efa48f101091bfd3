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
        using (var rows = TableRows.Of(report))
        {
            TableGroup? open = null;
            foreach (var (group, row) in rows.Grouped())
            {
                if (group != open)
                {
                    End(output, open);
                    Head(output, style, group);
                    open = group;
                }

                One(output, style, group, row);
            }

            End(output, open);
        }

        if (!report.AllVerdicts)
        {
            Undecided(report, output, style);
        }

        Summary(report, output, style);
    }

    private static void Head(TextWriter output, Style style, TableGroup group)
    {
        var first = group.First;
        var rule = first.Evaluation.Rule;
        output.WriteLine(
            $"{style.Severity(first.Severity, first.Compliance)}  {style.Bold(first.Id)}  "
                + $"{Terminal.Safe(first.Title)}{(rule.Maturity is Maturity.Preview ? "  (preview)" : string.Empty)}");
        if (first.Compliance is Compliance.NonCompliant)
        {
            output.WriteLine($"  why  {Terminal.Safe(rule.Risk)}");
            foreach (var provider in group.Providers)
            {
                var fix = RuleGuides.Of(rule).In(provider)?.Fix ?? "see the rule's page";
                output.WriteLine($"  fix  {Cloud(provider)}: {Terminal.Safe(fix)}");
            }
        }

        if (group.HasOneReason)
        {
            output.WriteLine($"  what {Terminal.Safe(first.Reason)}");
        }
    }

    private static void One(TextWriter output, Style style, TableGroup group, TableRow row)
    {
        var subject = row.Evaluation.Subject;
        output.WriteLine($"  - {style.Bold(Terminal.Safe(subject.Id))}  {style.Dim(Where(subject))}");
        if (!group.HasOneReason)
        {
            output.WriteLine($"      {Terminal.Safe(row.Reason)}");
        }

        foreach (var evidence in row.Evidence)
        {
            output.WriteLine($"      {style.Dim(Terminal.Safe(evidence.Path))} = {Terminal.Safe(evidence.Value)}");
        }
    }

    private static void End(TextWriter output, TableGroup? group)
    {
        if (group is not null)
        {
            output.WriteLine();
        }
    }

    /// <summary>What a rule could not decide is not a pass: each missing fact once, with how many resources wait for it.</summary>
    private static void Undecided(Report report, TextWriter output, Style style)
    {
        const int Most = 12;
        var (missing, kinds) = UndecidedKind.Of(report.Result.Evaluations, Most, report.Room);
        if (kinds == 0)
        {
            return;
        }

        output.WriteLine(style.Bold("UNDECIDED, data is missing"));
        foreach (var kind in missing)
        {
            output.WriteLine(
                $"  {kind.Rule,-12} {kind.Count,5} ×  {Terminal.Safe(kind.Missing ?? string.Empty)}: "
                    + $"{Terminal.Safe(kind.Reason ?? string.Empty)}");
        }

        if (kinds > Most)
        {
            output.WriteLine($"  and {kinds - Most} more kinds (--all-verdicts lists them all)");
        }

        output.WriteLine();
    }

    private static void Summary(Report report, TextWriter output, Style style)
    {
        var counts = report.Result.Counts;
        var tally = report.Tally;
        var bySeverity = string.Join(", ", Enum.GetValues<Severity>().OrderDescending()
            .Select(severity => (severity, Count: tally.Failed(severity)))
            .Where(pair => pair.Count > 0).Select(pair => $"{pair.Count} {pair.severity.ToString().ToLowerInvariant()}"));
        output.WriteLine(tally.AllFailed == 0
            ? style.Bold($"No findings in {report.Result.Resources} resources ({report.Rules.Count} rules).")
            : style.Bold($"{tally.AllFailed} findings in {report.Result.Resources} resources ({report.Rules.Count} rules): {bySeverity}."));
        output.WriteLine(
            $"{counts.Compliant} verdicts compliant, {counts.NotApplicable} not applicable, {counts.InsufficientData} lack "
                + $"data{(report.AllVerdicts ? "." : " (--all-verdicts shows them).")}");
        if (tally.SubFindings is > 0 and var besides)
        {
            output.WriteLine($"{besides} additional sub-findings.");
        }

        var accepted = tally.Accepted.Select(pair => $"{pair.Value} by {Terminal.Safe(pair.Key)}").ToList();
        if (accepted.Count > 0)
        {
            output.WriteLine($"Suppressed by exemptions: {string.Join(", ", accepted)}.");
        }
    }

    private static string Where(ResourceRef subject) => Terminal.Safe(
        $"({Cloud(subject.Provider)}{(subject.Account is { } account ? " " + account : string.Empty)}{(subject.Region is { } region ? ", " + region : string.Empty)})");

    private static string Cloud(Provider provider) => provider switch
    {
        Provider.Aws => "AWS",
        Provider.Azure => "Azure",
    };

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
