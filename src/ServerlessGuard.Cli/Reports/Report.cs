using ServerlessGuard.Cli.Input;
using ServerlessGuard.Evaluations;
using ServerlessGuard.Exemptions;
using ServerlessGuard.Rules;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Cli.Reports;

/// <summary>What every format says, in its own way.</summary>
internal sealed record Report
{
    public required ScanResult Result { get; init; }

    /// <summary>Built-in and custom rules that took part.</summary>
    public required IReadOnlyList<RuleDescriptor> Rules { get; init; }

    public required InputFaults Faults { get; init; }
    public required DateTimeOffset At { get; init; }
    public required bool AllVerdicts { get; init; }
    public required bool Color { get; init; }
    public required Suppressions Suppressions { get; init; }

    public static string Version { get; } = typeof(Report).Assembly.GetName().Version?.ToString(3) ?? "0.0.0";

    /// <summary>What is shown: failures and sub-findings always, the rest on demand.</summary>
    public IEnumerable<Evaluation> Shown => AllVerdicts
        ? Result.Evaluations
        : Result.Evaluations.Where(evaluation => evaluation.Verdict.Compliance is Compliance.NonCompliant
            || !evaluation.Verdict.SubFindings.IsEmpty);

    /// <summary>Verdicts that nobody has accepted.</summary>
    public IEnumerable<Evaluation> Failed => Result.NonCompliant.Where(evaluation => Suppressions.Of(evaluation) is null);

    /// <summary>The exemption of each finding that has one; sub-findings too.</summary>
    public IEnumerable<Exemption> Suppressed => Result.Evaluations.SelectMany(evaluation =>
        evaluation.Verdict.SubFindings.Select(found => Suppressions.Of(evaluation, found)).Prepend(Suppressions.Of(evaluation)))
            .OfType<Exemption>();

    /// <summary>Sub-findings that nobody has accepted.</summary>
    public int SubFindings =>
        Result.Evaluations.Sum(evaluation => evaluation.Verdict.SubFindings.Count(found => Suppressions.Of(evaluation, found) is null));
}

/// <summary>Writes a report. Formats are told apart by <see cref="Name"/> on the command line.</summary>
internal interface IReportFormat
{
    string Name { get; }

    void Write(Report report, TextWriter output);
}
