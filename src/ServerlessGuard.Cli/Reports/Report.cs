using ServerlessGuard.Cli.Input;
using ServerlessGuard.Cli.Spill;
using ServerlessGuard.Evaluations;
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

    /// <summary>What may stand in memory while it is sorted, in bytes.</summary>
    public int Room { get; init; } = ScanRoom.Usual.Bytes;

    private Tally? _tally;

    public static string Version { get; } = typeof(Report).Assembly.GetName().Version?.ToString(3) ?? "0.0.0";

    /// <summary>What is shown: failures and sub-findings always, the rest on demand.</summary>
    public IEnumerable<Evaluation> Shown => AllVerdicts
        ? Result.Evaluations
        : Result.Evaluations.Where(evaluation => evaluation.Verdict.Compliance is Compliance.NonCompliant
            || !evaluation.Verdict.SubFindings.IsEmpty);

    /// <summary>Counted once, however many formats ask.</summary>
    public Tally Tally => _tally ??= new Tally(this);
}

/// <summary>Writes a report. Formats are told apart by <see cref="Name"/> on the command line.</summary>
internal interface IReportFormat
{
    string Name { get; }

    void Write(Report report, TextWriter output);

    /// <summary>What the format cannot say, in a line for standard error; null: nothing.</summary>
    string? Note(Report report) => null;
}
