using System.CommandLine;
using System.Diagnostics;
using ServerlessGuard.Cli.Reports;
using ServerlessGuard.Cli.Spill;
using ServerlessGuard.Cli.Tables;
using ServerlessGuard.Evaluations;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Cli.Commands;

/// <summary><c>guard scan</c>: exit 0 without findings, 1 with, 2 when the input or the settings are unusable.</summary>
internal sealed class ScanCommand(TimeProvider time, TextWriter output, TextWriter complaints, ScanRoom? room = null)
{
    private readonly ScanRoom _room = room ?? ScanRoom.Usual;

    public const int Clean = 0;
    public const int Findings = 1;
    public const int Unusable = 2;

    private static readonly IReportFormat[] Formats =
        [new TableFormat(), new JsonFormat(), new OcsfFormat(), new SarifFormat(), new CsvFormat(), new HtmlFormat(),
            new AsffFormat()];

    public Command Create()
    {
        var inputs = new Argument<string[]>("input")
        {
            Description = "Files or folders of AWS Config items, ARM resources, Graph objects and credential reports; - for standard input",
            Arity = ArgumentArity.OneOrMore,
        };
        var format = new Option<string>("--format") { Description = "Output format", DefaultValueFactory = _ => "table" };
        format.AcceptOnlyFromAmong([.. Formats.Select(one => one.Name)]);
        var all = new Option<bool>("--all-verdicts") { Description = "Also list compliant, not applicable and insufficient-data verdicts" };
        var config = new Option<string?>("--config") { Description = "Settings file (default: guard.yaml in this folder, if it exists)" };
        var failOn = new Option<string>("--fail-on")
            { Description = "Lowest severity for exit code 1: low, medium, high, critical", DefaultValueFactory = _ => "low" };
        failOn.AcceptOnlyFromAmong("low", "medium", "high", "critical");
        var rules = new Option<string[]>("--rules")
            { Description = "Only these rules, by id or prefix (SG-STOR)", AllowMultipleArgumentsPerToken = true };
        var rulesDir = new Option<string[]>("--rules-dir") { Description = "Folder of custom rules" };
        var asOf = new Option<string?>("--as-of") { Description = "Measure the age of credentials at this time (default: now)" };
        var table = new Option<string?>("--table") { Description = $"Record the findings in this table ({OpenTable.Forms})" };
        var command = new Command("scan", "Evaluate exported configuration")
            { inputs, format, all, config, failOn, rules, rulesDir, asOf, table };
        command.SetAction((parsed, cancellation) => TableCommands.Guarded(complaints, () => RunAsync(
            new Options(
                parsed.GetValue(inputs) ?? [],
                Formats.First(one => one.Name == parsed.GetValue(format)),
                parsed.GetValue(all),
                parsed.GetValue(config),
                Enum.Parse<Severity>(parsed.GetValue(failOn)!, ignoreCase: true),
                parsed.GetValue(rules) ?? [],
                parsed.GetValue(rulesDir) ?? [],
                parsed.GetValue(asOf),
                parsed.GetValue(table)),
            cancellation)));
        return command;
    }

    private async Task<int> RunAsync(Options options, CancellationToken cancellation)
    {
        var stopwatch = Stopwatch.StartNew();
        using var session = ScanSession.Open(
            new ScanSession.Request(options.Inputs, options.Config, options.Rules, options.RulesDirs, options.AsOf), time, complaints,
            _room);
        if (session is null)
        {
            return Unusable;
        }

        using var table = options.Table is { } address ? OpenTable.ToWrite(address) : null;
        var notes = session.Notes;

        // The table has to hear of what complies, too: that is what resolves a finding.
        var result = await session.RunAsync(options.AllVerdicts || table is not null, table is not null || notes.AreNeeded, null, stopwatch,
            cancellation);
        var report = new Report
        {
            Result = result,
            Rules = session.Rules,
            Faults = session.Faults,
            At = session.Now,
            AllVerdicts = options.AllVerdicts,
            Room = _room.Bytes,
            Suppressions = new Suppressions(session.Settings.Exemptions, notes, time.GetUtcNow()),
            Color = !Console.IsOutputRedirected && string.IsNullOrEmpty(System.Environment.GetEnvironmentVariable("NO_COLOR")),
        };
        var unusable = session.IsUnusable(result);
        if (!unusable || options.Format is not TableFormat)
        {
            options.Format.Write(report, output);
        }

        if (table is not null && !unusable)
        {
            await table.ForgetExpiredAsync(time.GetUtcNow(), cancellation);
            var record = await new ScanRecording(table.Table, session.Settings, notes, time, session.Now)
                .RecordAsync(result, cancellation);
            record.Write(table.Address, options.Format is TableFormat ? output : complaints);
        }

        await output.FlushAsync(cancellation);
        session.Complain(result);
        if (!unusable && options.Format.Note(report) is { } note)
        {
            complaints.WriteLine(note);
        }

        if (unusable)
        {
            return Unusable;
        }

        return result.Evaluations.Any(evaluation => Fails(evaluation, options.FailOn, report.Suppressions)) ? Findings : Clean;
    }

    private static bool Fails(Evaluation evaluation, Severity from, Suppressions suppressions) =>
        evaluation.Verdict.Compliance is Compliance.NonCompliant && evaluation.Severity >= from && suppressions.Of(evaluation) is null
        || evaluation.Verdict.SubFindings.Any(found => evaluation.SeverityOf(found) >= from && suppressions.Of(evaluation, found) is null);

    private sealed record Options(
        string[] Inputs, IReportFormat Format, bool AllVerdicts, string? Config, Severity FailOn, string[] Rules, string[] RulesDirs,
        string? AsOf, string? Table);
}
