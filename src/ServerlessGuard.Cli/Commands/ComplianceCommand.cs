using System.CommandLine;
using System.Diagnostics;
using ServerlessGuard.Cli.Frameworks;
using ServerlessGuard.Cli.Findings;
using ServerlessGuard.Cli.Reports;
using ServerlessGuard.Cli.Spill;
using ServerlessGuard.Cli.Tables;
using ServerlessGuard.Findings;
using ServerlessGuard.Rules;

namespace ServerlessGuard.Cli.Commands;

/// <summary><c>guard compliance</c>: a framework's controls against a scan or a table. Exit 0, or 2 when neither can be read.</summary>
internal sealed class ComplianceCommand(TimeProvider time, TextWriter output, TextWriter complaints)
{
    public Command Create()
    {
        var inputs = new Argument<string[]>("input")
            { Description = "Files or folders, as guard scan takes them; none with --table", Arity = ArgumentArity.ZeroOrMore };
        var framework = new Option<string>("--framework") { Description = $"One of {string.Join(", ", Framework.Names)}", Required = true };
        framework.AcceptOnlyFromAmong([.. Framework.Names]);
        var format = new Option<string>("--format") { Description = "Output format", DefaultValueFactory = _ => "table" };
        format.AcceptOnlyFromAmong("table", "html", "csv", "json", "oscal");
        var table = new Option<string?>("--table") { Description = $"Read the findings of this table instead ({OpenTable.Forms})" };
        var config = new Option<string?>("--config") { Description = "Settings file (default: guard.yaml in this folder, if it exists)" };
        var rulesDir = new Option<string[]>("--rules-dir") { Description = "Folder of custom rules" };
        var asOf = new Option<string?>("--as-of") { Description = "Measure the age of credentials at this time (default: now)" };
        var command = new Command("compliance", "Report the controls of a framework: passed, failed, not assessed")
            { inputs, framework, format, table, config, rulesDir, asOf };
        command.SetAction((parsed, cancellation) => TableCommands.Guarded(complaints, () =>
        {
            var files = parsed.GetValue(inputs) ?? [];
            var address = parsed.GetValue(table);
            if (files.Length == 0 == (address is null))
            {
                complaints.WriteLine("guard compliance takes either files or --table");
                return Task.FromResult(ScanCommand.Unusable);
            }

            var wanted = Framework.Read(parsed.GetValue(framework)!);
            var shown = parsed.GetValue(format)!;
            return address is null
                ? ScanAsync(wanted, shown,
                    new ScanSession.Request(files, parsed.GetValue(config), [], parsed.GetValue(rulesDir) ?? [], parsed.GetValue(asOf)),
                    cancellation)
                : TableAsync(wanted, shown, address, cancellation);
        }));
        return command;
    }

    private async Task<int> ScanAsync(Framework framework, string format, ScanSession.Request request, CancellationToken cancellation)
    {
        using var session = ScanSession.Open(request, time, complaints, ScanRoom.Usual);
        if (session is null)
        {
            return ScanCommand.Unusable;
        }

        var result = await session.RunAsync(true, session.Notes.AreNeeded, null, Stopwatch.StartNew(), cancellation);
        if (!session.IsUnusable(result))
        {
            var results = new ControlResults(framework, session.Rules, session.Now, knowsPasses: true);
            results.Add(result.Evaluations, new Suppressions(session.Settings.Exemptions, session.Notes, time.GetUtcNow()));
            await WriteAsync(results, format, cancellation);
        }

        session.Complain(result);
        return session.IsUnusable(result) ? ScanCommand.Unusable : ScanCommand.Clean;
    }

    private async Task<int> TableAsync(Framework framework, string format, string address, CancellationToken cancellation)
    {
        using var table = OpenTable.ToRead(address);
        var results = new ControlResults(framework, RuleCatalog.BuiltIn.All.Select(rule => rule.Descriptor), time.GetUtcNow(),
            knowsPasses: false);
        var filter = new FindingFilter { Statuses = [FindingStatus.Open, FindingStatus.Suppressed] };
        await foreach (var finding in new FindingStreams(table.Table).ListAsync(filter, cancellation))
        {
            results.Add(finding);
        }

        await WriteAsync(results, format, cancellation);
        return ScanCommand.Clean;
    }

    private Task WriteAsync(ControlResults results, string format, CancellationToken cancellation)
    {
        Action<ControlResults, TextWriter> write = format switch
        {
            "html" => ControlFormats.Html,
            "csv" => ControlFormats.Csv,
            "json" => ControlFormats.Json,
            "oscal" => Oscal.Write,
            _ => ControlFormats.Table,
        };
        write(results, output);
        return output.FlushAsync(cancellation);
    }
}
