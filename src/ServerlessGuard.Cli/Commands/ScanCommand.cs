using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using ServerlessGuard.Cli.Input;
using ServerlessGuard.Cli.Reports;
using ServerlessGuard.Cli.Spill;
using ServerlessGuard.Cli.Tables;
using ServerlessGuard.Engine;
using ServerlessGuard.Evaluations;
using ServerlessGuard.Facts;
using ServerlessGuard.Rules;
using ServerlessGuard.Verdicts;
using ServerlessGuard.Yaml;

namespace ServerlessGuard.Cli.Commands;

/// <summary><c>guard scan</c>: exit 0 without findings, 1 with, 2 when the input or the settings are unusable.</summary>
internal sealed class ScanCommand(TimeProvider time, TextWriter output, TextWriter complaints, ScanRoom? room = null)
{
    private readonly ScanRoom _room = room ?? ScanRoom.Usual;

    public const int Clean = 0;
    public const int Findings = 1;
    public const int Unusable = 2;

    private static readonly IReportFormat[] Formats =
        [new TableFormat(), new JsonFormat(), new OcsfFormat(), new SarifFormat(), new CsvFormat(), new HtmlFormat()];

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
        if (Prepare(options) is not { } assessor)
        {
            return Unusable;
        }

        var missing = new List<string>();
        var files = InputFile.Expand(options.Inputs, missing.Add).ToList();
        foreach (var name in missing)
        {
            complaints.WriteLine($"{Terminal.Safe(name)}: no such file or folder");
        }

        if (missing.Count > 0 || files.Count == 0)
        {
            if (missing.Count == 0)
            {
                complaints.WriteLine($"{string.Join(", ", options.Inputs)}: contains no .json, .jsonl, .json.gz or .csv file");
            }

            return Unusable;
        }

        using var table = options.Table is { } address ? OpenTable.ToWrite(address) : null;
        var settings = assessor.Settings;
        var notes = new ScanNotes(settings, assessor.Judge);
        var faults = new InputFaults();

        // The table has to hear of what complies, too: that is what resolves a finding.
        using var shelf = new VerdictShelf(_room.Bytes);
        using var archive = new RecordArchive(assessor.Judge, faults, _room.Resources);
        var scan = new Scan(assessor.Judge, options.AllVerdicts || table is not null, shelf, archive);
        var run = new ScanRun(assessor.Judge, scan, faults, Math.Max(1, System.Environment.ProcessorCount - 1), archive,
            table is not null || notes.AreNeeded ? notes : null);
        await using (new Progress(run, files, complaints, stopwatch))
        {
            await run.RunAsync(files, cancellation);
        }

        var result = scan.Complete();
        var report = new Report
        {
            Result = result,
            Rules = assessor.Rules,
            Faults = faults,
            At = assessor.Judge.Context.Now,
            AllVerdicts = options.AllVerdicts,
            Room = _room.Bytes,
            Suppressions = new Suppressions(settings.Exemptions, notes, time.GetUtcNow()),
            Color = !Console.IsOutputRedirected && string.IsNullOrEmpty(System.Environment.GetEnvironmentVariable("NO_COLOR")),
        };
        var unusable = result.Resources == 0 && faults.Unreadable > 0;
        if (!unusable || options.Format is not TableFormat)
        {
            options.Format.Write(report, output);
        }

        if (table is not null && !unusable)
        {
            await table.ForgetExpiredAsync(time.GetUtcNow(), cancellation);
            var record = await new ScanRecording(table.Table, settings, notes, time, assessor.Judge.Context.Now)
                .RecordAsync(result, cancellation);
            record.Write(table.Address, options.Format is TableFormat ? output : complaints);
        }

        await output.FlushAsync(cancellation);
        Complain(faults, result);
        if (unusable)
        {
            return Unusable;
        }

        return result.Evaluations.Any(evaluation => Fails(evaluation, options.FailOn, report.Suppressions)) ? Findings : Clean;
    }

    private static bool Fails(Evaluation evaluation, Severity from, Suppressions suppressions) =>
        evaluation.Verdict.Compliance is Compliance.NonCompliant && evaluation.Severity >= from && suppressions.Of(evaluation) is null
        || evaluation.Verdict.SubFindings.Any(found => evaluation.SeverityOf(found) >= from && suppressions.Of(evaluation, found) is null);

    private void Complain(InputFaults faults, ScanResult result)
    {
        foreach (var line in faults.Lines)
        {
            complaints.WriteLine(line);
        }

        foreach (var fault in result.Faults)
        {
            complaints.WriteLine($"a bug in ServerlessGuard, please report it: {Terminal.Safe(fault)}");
        }

        if (faults.Unreadable > 0)
        {
            var reasons = faults.Reasons.OrderByDescending(reason => reason.Value).Take(4)
                .Select(reason => $"{reason.Value} {Terminal.Safe(reason.Key)}");
            complaints.WriteLine($"{faults.Unreadable} of {faults.Records} items unreadable: {string.Join(", ", reasons)}");
        }

        if (faults.Empty > 0)
        {
            complaints.WriteLine(
                $"{faults.Empty} records carry no configuration (schedules, oversized notifications, events without state)");
        }
    }

    private Prepared? Prepare(Options options)
    {
        var faults = new List<YamlFault>();
        var settings = ConfigFile.Read(options.Config, faults, complaints);
        var custom = RuleFolder.Read(options.RulesDirs, faults);
        var now = time.GetUtcNow();
        if (options.AsOf is { } text)
        {
            if (!DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out now))
            {
                faults.Add(new YamlFault("--as-of", 0, $"\"{text}\" is not a time like 2026-01-31T12:00:00Z"));
            }
        }

        var catalog = RuleCatalog.BuiltIn;
        if (options.Rules.Length > 0)
        {
            bool Wanted(string id) =>
                options.Rules.SelectMany(rule => rule.Split(','))
                    .Any(rule => id.StartsWith(rule.Trim(), StringComparison.OrdinalIgnoreCase));
            foreach (var rule in options.Rules.SelectMany(rule => rule.Split(','))
                .Where(rule => !catalog.All.Select(one => one.Descriptor.Id).Concat(custom.Select(one => one.Descriptor.Id))
                    .Any(id => id.StartsWith(rule.Trim(), StringComparison.OrdinalIgnoreCase))))
            {
                faults.Add(new YamlFault("--rules", 0, $"no rule {rule} (guard rules list shows them)"));
            }

            catalog = new RuleCatalog(catalog.All.Where(rule => Wanted(rule.Descriptor.Id)));
            custom = [.. custom.Where(rule => Wanted(rule.Descriptor.Id))];
        }

        foreach (var fault in faults)
        {
            complaints.WriteLine(Terminal.Safe(fault.ToString()));
        }

        return faults.Count > 0
            ? null
            : new Prepared(
                new Assessor(catalog, new FactContext(settings, now), custom),
                settings,
                [.. catalog.All.Select(rule => rule.Descriptor), .. custom.Select(rule => rule.Descriptor)]);
    }

    private sealed record Options(
        string[] Inputs, IReportFormat Format, bool AllVerdicts, string? Config, Severity FailOn, string[] Rules, string[] RulesDirs,
        string? AsOf, string? Table);

    private sealed record Prepared(Assessor Judge, GuardSettings Settings, IReadOnlyList<RuleDescriptor> Rules);
}
