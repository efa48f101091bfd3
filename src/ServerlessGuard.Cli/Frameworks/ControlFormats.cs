using System.Text.Encodings.Web;
using System.Text.Json;
using ServerlessGuard.Cli.Reports;
using ServerlessGuard.Resources;

namespace ServerlessGuard.Cli.Frameworks;

/// <summary>A compliance report as table, CSV, JSON and HTML.</summary>
internal static class ControlFormats
{
    private const string Head = """
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta http-equiv="Content-Security-Policy"
          content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">
        <title>ServerlessGuard compliance</title>
        <style>
        :root { color-scheme: light dark; --line: #8884 }
        body { font: 15px/1.5 system-ui, sans-serif; max-width: 75rem; margin: 0 auto; padding: 1.5rem 1rem 4rem }
        table { border-collapse: collapse; width: 100% }
        th, td { text-align: left; vertical-align: top; padding: .35rem .6rem; border-bottom: 1px solid var(--line) }
        td { overflow-wrap: anywhere } .failed { font-weight: 700; color: #c62828 } .passed { color: #2e7d32 } .soft { opacity: .7 }
        </style>
        </head>
        <body><main>

        """;

    public static string Name(ControlState state) => state switch
    {
        ControlState.Passed => "passed",
        ControlState.Failed => "failed",
        ControlState.NotAssessed => "not assessed",
    };

    public static void Table(ControlResults results, TextWriter output)
    {
        var clouds = results.Framework.Clouds;
        output.WriteLine($"{results.Framework.Title}, controls as of {results.Framework.AsOf} ({results.Framework.Source})");
        output.WriteLine();
        foreach (var control in results.Controls)
        {
            output.WriteLine($"{Terminal.Safe(control.Id),-14} {Terminal.Safe(control.Title)}");
            foreach (var cloud in clouds)
            {
                var result = results[control, cloud];
                output.WriteLine($"  {Cloud(cloud),-6} {Name(result.State).ToUpperInvariant(),-12} {Numbers(result, results.KnowsPasses)}");
                foreach (var finding in result.Findings.Take(5))
                {
                    output.WriteLine($"         - {finding.Rule,-12} {Terminal.Safe(finding.Resource.Id)}"
                        + (finding.IsAccepted ? "  (accepted)" : string.Empty));
                }

                if (result.Failed > 5)
                {
                    output.WriteLine($"         and {result.Failed - Math.Min(5, result.Findings.Count)} more");
                }
            }
        }

        output.WriteLine();
        foreach (var line in Summary(results))
        {
            output.WriteLine(line);
        }
    }

    public static void Csv(ControlResults results, TextWriter output)
    {
        CsvFormat.Line(output, "framework", "control", "title", "cloud", "state", "why", "passed", "failed", "accepted", "undecided",
            "rules", "finding", "rule", "severity", "resource", "reason");
        foreach (var (control, cloud, result) in All(results))
        {
            CsvFormat.Line(output, results.Framework.Name, control.Id, control.Title, Cloud(cloud), Name(result.State),
                result.Why(results.KnowsPasses), Text(result.Passed), Text(result.Failed), Text(result.Accepted), Text(result.Undecided),
                string.Join(' ', result.Rules), null, null, null, null, null);
            foreach (var one in result.Findings)
            {
                CsvFormat.Line(output, results.Framework.Name, control.Id, control.Title, Cloud(cloud),
                    one.IsAccepted ? "accepted" : "failed", null, null, null, null, null, null, one.Id, one.Rule,
                    one.Severity.ToString(), one.Resource.Id, one.Reason);
            }
        }
    }

    public static void Json(ControlResults results, TextWriter output) => JsonText.Write(output, writer =>
    {
        var framework = results.Framework;
        writer.WriteStartObject();
        writer.WriteString("framework", framework.Name);
        writer.WriteString("title", framework.Title);
        writer.WriteString("asOf", framework.AsOf);
        writer.WriteString("source", framework.Source);
        writer.WriteBoolean("complete", framework.Missing is null);
        writer.WriteString("missing", framework.Missing);
        writer.WriteString("evaluatedAt", results.At);
        writer.WriteStartObject("coverage");
        foreach (var cloud in framework.Clouds)
        {
            writer.WriteStartObject(Cloud(cloud));
            writer.WriteNumber("controls", results.Controls.Count);
            writer.WriteNumber("passed", results.Count(cloud, ControlState.Passed));
            writer.WriteNumber("failed", results.Count(cloud, ControlState.Failed));
            writer.WriteNumber("notAssessed", results.Count(cloud, ControlState.NotAssessed));
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
        writer.WriteStartArray("controls");
        foreach (var control in results.Controls)
        {
            writer.WriteStartObject();
            writer.WriteString("id", control.Id);
            writer.WriteString("title", control.Title.Length == 0 ? null : control.Title);
            foreach (var cloud in framework.Clouds)
            {
                writer.WritePropertyName(Cloud(cloud));
                One(writer, results[control, cloud], results.KnowsPasses);
            }

            writer.WriteEndObject();
            JsonText.Pass(writer);
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    });

    private static void One(Utf8JsonWriter writer, ControlResult result, bool knowsPasses)
    {
        writer.WriteStartObject();
        writer.WriteString("state", Name(result.State));
        writer.WriteString("why", result.Why(knowsPasses));
        writer.WriteNumber("passed", result.Passed);
        writer.WriteNumber("failed", result.Failed);
        writer.WriteNumber("accepted", result.Accepted);
        writer.WriteNumber("undecided", result.Undecided);
        writer.WriteStartArray("rules");
        foreach (var rule in result.Rules)
        {
            writer.WriteStringValue(rule);
        }

        writer.WriteEndArray();
        writer.WriteStartArray("findings");
        foreach (var finding in result.Findings)
        {
            writer.WriteStartObject();
            writer.WriteString("findingId", finding.Id);
            writer.WriteString("rule", finding.Rule);
            writer.WriteString("severity", finding.Severity.ToString());
            writer.WriteString("resource", finding.Resource.Id);
            writer.WriteString("account", finding.Resource.Account);
            writer.WriteString("reason", finding.Reason);
            writer.WriteBoolean("accepted", finding.IsAccepted);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    public static void Html(ControlResults results, TextWriter output)
    {
        var clouds = results.Framework.Clouds;
        output.Write(Head);
        output.Write($"<h1>{Encode(results.Framework.Title)}</h1>\n<p class=\"soft\">ServerlessGuard {Report.Version}, "
            + $"{results.At:yyyy-MM-dd HH:mm} UTC; controls as of {Encode(results.Framework.AsOf)} "
            + $"({Encode(results.Framework.Source)})</p>\n");
        foreach (var line in Summary(results))
        {
            output.Write($"<p>{Encode(line)}</p>\n");
        }

        output.Write("<table><thead><tr><th>Control</th><th>Title</th>");
        output.Write(string.Concat(clouds.Select(cloud => $"<th>{Cloud(cloud)}</th>")));
        output.Write("</tr></thead><tbody>\n");
        foreach (var control in results.Controls)
        {
            output.Write($"<tr><td>{Encode(control.Id)}</td><td>{Encode(control.Title)}</td>");
            foreach (var cloud in clouds)
            {
                Cell(output, results[control, cloud], results.KnowsPasses);
            }

            output.Write("</tr>\n");
        }

        output.Write("</tbody></table></main></body></html>\n");
    }

    private static void Cell(TextWriter output, ControlResult result, bool knowsPasses)
    {
        var style = result.State switch { ControlState.Passed => "passed", ControlState.Failed => "failed", _ => "soft" };
        output.Write($"<td><span class=\"{style}\">{Name(result.State)}</span> {Encode(Numbers(result, knowsPasses))}");
        if (result.Findings.Count > 0)
        {
            output.Write("<details><summary>findings</summary><ul>");
            foreach (var finding in result.Findings)
            {
                output.Write($"<li>{Encode(finding.Rule)} {Encode(finding.Resource.Id)}: {Encode(finding.Reason)}"
                    + (finding.IsAccepted ? " (accepted)</li>" : "</li>"));
            }

            output.Write(result.Failed > result.Findings.Count
                ? $"<li>and {result.Failed - result.Findings.Count} more</li></ul></details>"
                : "</ul></details>");
        }

        output.Write("</td>");
    }

    private static IEnumerable<string> Summary(ControlResults results)
    {
        foreach (var cloud in results.Framework.Clouds)
        {
            yield return $"{Cloud(cloud)}: {results.Count(cloud, ControlState.Passed)} passed, "
                + $"{results.Count(cloud, ControlState.Failed)} failed, "
                + $"{results.Count(cloud, ControlState.NotAssessed)} not assessed, of {results.Controls.Count} controls.";
        }

        if (results.Framework.Missing is { } missing)
        {
            yield return $"The list of controls is partial: it lacks {missing}.";
        }

        if (!results.KnowsPasses)
        {
            yield return "A table holds findings, not what complies: no control can be called passed from it.";
        }
    }

    private static string Numbers(ControlResult result, bool knowsPasses)
    {
        var undecided = result.Undecided > 0 ? $", {result.Undecided} lack data" : string.Empty;
        var accepted = result.Accepted > 0 ? $" ({result.Accepted} accepted)" : string.Empty;
        return result.State switch
        {
            ControlState.Passed => $"{result.Passed} passed{undecided}",
            ControlState.Failed => $"{result.Failed} failed{accepted}, {result.Passed} passed{undecided}",
            ControlState.NotAssessed => $"{result.Why(knowsPasses)}{undecided}",
        };
    }

    internal static IEnumerable<(Control Control, Provider Cloud, ControlResult Result)> All(ControlResults results) =>
        results.Controls.SelectMany(control => results.Framework.Clouds.Select(cloud => (control, cloud, results[control, cloud])));

    internal static string Cloud(Provider cloud) => cloud switch { Provider.Aws => "AWS", Provider.Azure => "Azure" };

    private static string Text(int number) => number.ToString(System.Globalization.CultureInfo.InvariantCulture);

    private static string Encode(string text) => HtmlEncoder.Default.Encode(Terminal.Safe(text));
}
