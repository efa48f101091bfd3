using System.Text.Encodings.Web;
using ServerlessGuard.Evaluations;
using ServerlessGuard.Exemptions;
using ServerlessGuard.Guides;
using ServerlessGuard.Resources;
using ServerlessGuard.Rules;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Cli.Reports;

/// <summary>One self-contained page: no script from elsewhere, no request, every foreign text encoded.</summary>
internal sealed class HtmlFormat : IReportFormat
{
    private const string Head = """
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-SCRIPT_HASH'; base-uri 'none'; form-action 'none'">
        <title>ServerlessGuard scan</title>
        <style>
        :root { color-scheme: light dark; --bg: #fff; --fg: #1b1f24; --soft: #57606a; --line: #d0d7de; --card: #f6f8fa; --critical: #8e1519; --high: #bc4c00; --medium: #7a5b00; --low: #0b5cad; }
        @media (prefers-color-scheme: dark) { :root { --bg: #0d1117; --fg: #e6edf3; --soft: #9198a1; --line: #30363d; --card: #161b22; --critical: #ff7b72; --high: #ffa657; --medium: #e3b341; --low: #79c0ff; } }
        * { box-sizing: border-box }
        body { margin: 0; font: 15px/1.5 system-ui, sans-serif; background: var(--bg); color: var(--fg) }
        main { max-width: 70rem; margin: 0 auto; padding: 1.5rem 1rem 4rem }
        h1 { font-size: 1.5rem; margin: 0 } p { margin: .4rem 0 }
        .soft { color: var(--soft) }
        .counts { display: flex; flex-wrap: wrap; gap: .75rem; margin: 1.25rem 0; padding: 0; list-style: none }
        .counts li { border: 1px solid var(--line); border-radius: .5rem; padding: .5rem .9rem; background: var(--card); min-width: 6.5rem }
        .counts b { display: block; font-size: 1.5rem; line-height: 1.2 }
        .tools { display: flex; flex-wrap: wrap; gap: .75rem; margin: 1rem 0 }
        input, select { font: inherit; padding: .4rem .6rem; border: 1px solid var(--line); border-radius: .4rem; background: var(--bg); color: var(--fg) }
        input { flex: 1 1 16rem; min-width: 0 } input::placeholder { color: var(--soft); opacity: 1 }
        details { border: 1px solid var(--line); border-radius: .5rem; margin: .5rem 0; background: var(--card) }
        summary { position: relative; cursor: pointer; list-style: none; padding: .6rem 2.5rem .6rem .9rem; display: grid; grid-template-columns: 6.5rem 9.5rem 4rem 1fr; gap: .75rem; align-items: baseline }
        summary::-webkit-details-marker { display: none }
        summary::after { content: ""; position: absolute; right: 1.1rem; top: 1.05rem; width: .45rem; height: .45rem; border: solid var(--soft); border-width: 0 2px 2px 0; transform: rotate(45deg) }
        details[open] > summary::after { transform: rotate(225deg); top: 1.25rem }
        summary > span { min-width: 0; overflow-wrap: anywhere }
        .id { word-break: break-all }
        .body { border-top: 1px solid var(--line); padding: .75rem .9rem; overflow-wrap: anywhere }
        dl { display: grid; grid-template-columns: 7rem 1fr; gap: .3rem .75rem; margin: 0 } dt { color: var(--soft) } dd { margin: 0; min-width: 0 }
        code { font: .9em ui-monospace, monospace }
        .sev { font-weight: 700; text-transform: uppercase; font-size: .8rem }
        .critical { color: var(--critical) } .high { color: var(--high) } .medium { color: var(--medium) } .low { color: var(--low) }
        @media (max-width: 40rem) {
        .counts { gap: .5rem } .counts li { flex: 1 0 5rem; min-width: 0; padding: .4rem .6rem } .tools { gap: .5rem } .tools input { flex-basis: 100% } .tools select { flex: 1 1 8rem }
        summary { grid-template-columns: auto auto 1fr; gap: .2rem .75rem } summary > span:last-child { grid-column: 1 / -1 }
        dl { grid-template-columns: 1fr; gap: 0 } dt { margin-top: .5rem } dt:first-child { margin-top: 0 }
        }
        </style>
        </head>
        <body><main>

        """;

    private const string Script = """
        const q=document.getElementById('q'),s=document.getElementById('s'),c=document.getElementById('c'),n=document.getElementById('n');
        const rows=[...document.querySelectorAll('details')];
        function show(){const t=q.value.toLowerCase();let k=0;for(const r of rows){const hit=(!s.value||r.dataset.severity===s.value)&&(!c.value||r.dataset.cloud===c.value)&&(!t||r.textContent.toLowerCase().includes(t));r.hidden=!hit;if(hit)k++}n.textContent=k+' of '+rows.length+' shown'}
        for(const e of [q,s,c])e.addEventListener('input',show);show();
        """;

    public string Name => "html";

    public void Write(Report report, TextWriter output)
    {
        var hash = Convert.ToBase64String(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(Script)));
        output.Write(Head.Replace("SCRIPT_HASH", hash, StringComparison.Ordinal));
        var tally = report.Tally;
        var besides = tally.SubFindings is > 0 and var count ? $" and {count} sub-findings" : string.Empty;
        output.Write(
            $"<h1>{tally.AllFailed} findings{besides} in {report.Result.Resources} resources</h1>\n<p class=\"soft\">ServerlessGuard "
                + $"{Report.Version}, {report.Rules.Count} rules, {report.At:yyyy-MM-dd HH:mm} UTC</p>\n<ul class=\"counts\">\n");
        foreach (var severity in Enum.GetValues<Severity>().OrderDescending())
        {
            output.Write(
                $"<li><b class=\"{Class(severity)}\">{tally.Failed(severity)}</b>{Class(severity)}</li>\n");
        }

        var counts = report.Result.Counts;
        output.Write(
            $"<li><b>{counts.Compliant}</b>compliant</li>\n<li><b>{counts.NotApplicable}</b>not "
                + $"applicable</li>\n<li><b>{counts.InsufficientData}</b>lack data</li>\n");
        output.Write(
            $"{(tally.AllAccepted is > 0 and var accepted ? $"<li><b>{accepted}</b>suppressed</li>\n" : string.Empty)}</ul>\n");
        if (report.Faults.Unreadable > 0)
        {
            output.Write($"<p>{report.Faults.Unreadable} of {report.Faults.Records} items could not be read.</p>\n");
        }

        output.Write(
            "<div class=\"tools\"><input id=\"q\" type=\"search\" placeholder=\"Search\" aria-label=\"Search findings\"><select id=\"s\" "
                + "aria-label=\"Severity\"><option value=\"\">every "
                + "severity</option><option>critical</option><option>high</option><option>medium</option><option>low</option></select><select id=\"c\" aria-label=\"Cloud\"><option value=\"\">both clouds</option><option>AWS</option><option>Azure</option></select></div>\n<p id=\"n\" class=\"soft\" role=\"status\"></p>\n");
        foreach (var evaluation in report.Shown)
        {
            var verdict = evaluation.Verdict;
            if (report.AllVerdicts || verdict.Compliance is Compliance.NonCompliant)
            {
                One(output, evaluation, evaluation.Rule.Id, evaluation.Rule.Title, evaluation.Severity, verdict.Compliance, verdict.Reason,
                    verdict.Missing, [.. verdict.Evidence], report.Suppressions.Of(evaluation));
            }

            foreach (var found in verdict.SubFindings)
            {
                One(output, evaluation, $"{evaluation.Rule.Id}/{found.Key}",
                    evaluation.Rule.SubFindings.GetValueOrDefault(found.Key, found.Key), evaluation.SeverityOf(found),
                    Compliance.NonCompliant, found.Reason, null, [found.Evidence], report.Suppressions.Of(evaluation, found));
            }
        }

        output.Write($"</main><script>{Script}</script></body></html>\n");
    }

    private static void One(TextWriter output, Evaluation evaluation, string id, string title, Severity severity, Compliance compliance,
        string? reason, string? missing, Evidence[] evidence, Exemption? exemption)
    {
        var subject = evaluation.Subject;
        var cloud = subject.Provider is Provider.Aws ? "AWS" : "Azure";
        var fails = compliance is Compliance.NonCompliant;
        var word = exemption is not null
            ? "suppressed"
            : fails ? Class(severity)
            : compliance switch { Compliance.Compliant => "compliant", Compliance.NotApplicable => "n/a", _ => "no data" };
        output.Write(
            $"<details data-severity=\"{(fails ? Class(severity) : string.Empty)}\" data-cloud=\"{cloud}\"><summary><span class=\"sev "
                + $"{(fails && exemption is null ? Class(severity) : "soft")}\">{word}</span><span>{Encode(id)}</span><span "
                + $"class=\"soft\">{cloud}</span><span>{Encode(title)}{(evaluation.Rule.Maturity is Maturity.Preview ? " (preview)" : string.Empty)}<br><span class=\"soft id\">{Encode(subject.Id)}</span></span></summary><div class=\"body\"><dl>");
        Term(output, "Resource", subject.Id);
        Term(output, "Type", subject.NativeType);
        Term(output, "Account", subject.Account);
        Term(output, "Region", subject.Region);
        Term(output, "Finding", reason);
        Term(output, "Missing", missing);
        Term(output, "Accepted",
            exemption is null ? null : $"{exemption.Reason} ({exemption.Id}, until {exemption.ExpiresAt:yyyy-MM-dd HH:mm} UTC)");
        Term(output, "Why", evaluation.Rule.Risk);
        foreach (var one in evidence)
        {
            output.Write($"<dt>Evidence</dt><dd><code>{Encode(one.Path)}</code> = {Encode(one.Value)}</dd>");
        }

        Term(output, "Fix", fails ? RuleGuides.Of(evaluation.Rule).In(subject.Provider)?.Fix : null);
        output.Write("</dl></div></details>\n");
    }

    private static void Term(TextWriter output, string name, string? value)
    {
        if (value is not null)
        {
            output.Write($"<dt>{name}</dt><dd>{Encode(value)}</dd>");
        }
    }

    private static string Encode(string text) => HtmlEncoder.Default.Encode(Terminal.Safe(text));

    private static string Class(Severity severity) => severity switch
    {
        Severity.Low => "low",
        Severity.Medium => "medium",
        Severity.High => "high",
        Severity.Critical => "critical",
    };
}
