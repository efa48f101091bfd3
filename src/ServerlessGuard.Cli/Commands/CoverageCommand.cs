using System.CommandLine;
using System.Diagnostics;
using ServerlessGuard.Cli.Reports;
using ServerlessGuard.Cli.Spill;
using ServerlessGuard.Cli.Tables;

namespace ServerlessGuard.Cli.Commands;

/// <summary><c>guard rules coverage</c>: what a scan met and no rule reads, and what rules looked for mostly in vain.</summary>
internal sealed class CoverageCommand(TimeProvider time, TextWriter output, TextWriter complaints)
{
    public Command Create()
    {
        var inputs = new Argument<string[]>("input")
            { Description = "Files or folders, as guard scan takes them; - for standard input", Arity = ArgumentArity.OneOrMore };
        var format = new Option<string>("--format") { Description = "Output format", DefaultValueFactory = _ => "table" };
        format.AcceptOnlyFromAmong("table", "json");
        var config = new Option<string?>("--config") { Description = "Settings file (default: guard.yaml in this folder, if it exists)" };
        var rulesDir = new Option<string[]>("--rules-dir") { Description = "Folder of custom rules" };
        var command = new Command("coverage", "Native types that no rule reads, and facts that are mostly missing")
            { inputs, format, config, rulesDir };
        command.SetAction((parsed, cancellation) => TableCommands.Guarded(complaints, async () =>
        {
            using var session = ScanSession.Open(
                new ScanSession.Request(parsed.GetValue(inputs) ?? [], parsed.GetValue(config), [], parsed.GetValue(rulesDir) ?? [], null),
                time, complaints, ScanRoom.Usual);
            if (session is null)
            {
                return ScanCommand.Unusable;
            }

            var coverage = new RuleCoverage(session.CustomTypes);
            var result = await session.RunAsync(true, false, coverage.Meet, Stopwatch.StartNew(), cancellation);
            coverage.Count(result.Evaluations);
            if (parsed.GetValue(format) is "json")
            {
                coverage.WriteJson(output);
            }
            else
            {
                coverage.WriteTable(output);
            }

            await output.FlushAsync(cancellation);
            session.Complain(result);
            return session.IsUnusable(result) ? ScanCommand.Unusable : ScanCommand.Clean;
        }));
        return command;
    }
}
